package io.zerobuffer.errors;

/** The reader is gone: it closed, or its process died. */
public final class ReaderDeadException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long pid;
    private final boolean closed;

    /**
     * @param bufferName the buffer concerned
     * @param pid process id the reader had, 0 if unknown
     * @param closed true if it closed in good order, false if its process died
     */
    public ReaderDeadException(String bufferName, long pid, boolean closed) {
        super(bufferName, "the reader (process " + (pid == 0 ? "unknown" : pid) + ") " + (closed ? "closed" : "died"));
        this.pid = pid;
        this.closed = closed;
    }

    /** Process id the reader had, 0 if unknown. */
    public long pid() {
        return pid;
    }

    /** True if it closed in good order, false if its process died. */
    public boolean closed() {
        return closed;
    }
}
