package io.zerobuffer.errors;

/** The buffer has a live writer; a buffer has one writer at a time. */
public final class WriterAlreadyConnectedException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long pid;

    /**
     * @param bufferName the buffer concerned
     * @param pid the writer's process id, 0 if unknown
     */
    public WriterAlreadyConnectedException(String bufferName, long pid) {
        super(bufferName, "already has a writer (process " + (pid == 0 ? "unknown" : pid) + "); close that one first");
        this.pid = pid;
    }

    /** The writer's process id, 0 if unknown. */
    public long pid() {
        return pid;
    }
}
