package io.zerobuffer.errors;

/** The buffer has a live reader; a buffer has one reader at a time. */
public final class ReaderAlreadyConnectedException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long pid;

    /**
     * @param bufferName the buffer concerned
     * @param pid the reader's process id, 0 if unknown
     */
    public ReaderAlreadyConnectedException(String bufferName, long pid) {
        super(bufferName, "already has a reader (process " + (pid == 0 ? "unknown" : pid) + "); close that one first, or use another name");
        this.pid = pid;
    }

    /** The reader's process id, 0 if unknown. */
    public long pid() {
        return pid;
    }
}
