package io.zerobuffer.errors;

import java.time.Duration;

/** The reader is gone: it closed, its process died, or it was silent for long and whether it lives cannot be told. */
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
        this(bufferName, pid, closed, closed ? "closed" : "died");
    }

    private ReaderDeadException(String bufferName, long pid, boolean closed, String how) {
        super(bufferName, "the reader (process " + (pid == 0 ? "unknown" : pid) + ") " + how);
        this.pid = pid;
        this.closed = closed;
    }

    /**
     * The exception for a reader that took nothing for some time, while whether it lives cannot be told: its process
     * is in another PID namespace, it is of another implementation, and its lock file is not visible.
     */
    public static ReaderDeadException silent(String bufferName, long pid, Duration silence) {
        return new ReaderDeadException(
                bufferName,
                pid,
                false,
                "took nothing for " + silence.toMillis()
                        + " ms, and whether it lives cannot be told from here (neither its process nor its lock file is"
                        + " visible); share /tmp/zerobuffer with it, or set a longer silenceTimeout");
    }

    /** Process id the reader had, 0 if unknown. */
    public long pid() {
        return pid;
    }

    /** True if it closed in good order, false if its process died or was silent for too long. */
    public boolean closed() {
        return closed;
    }
}
