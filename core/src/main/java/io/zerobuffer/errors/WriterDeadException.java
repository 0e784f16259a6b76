package io.zerobuffer.errors;

import java.time.Duration;

/** The writer is gone: it closed, its process died, or it was silent for long and whether it lives cannot be told. */
public final class WriterDeadException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long pid;
    private final boolean closed;

    /**
     * @param bufferName the buffer concerned
     * @param pid process id the writer had, 0 if unknown
     * @param closed true if it closed in good order, false if its process died
     */
    public WriterDeadException(String bufferName, long pid, boolean closed) {
        this(bufferName, pid, closed, closed ? "closed" : "died");
    }

    private WriterDeadException(String bufferName, long pid, boolean closed, String how) {
        super(bufferName, "the writer (process " + (pid == 0 ? "unknown" : pid) + ") " + how);
        this.pid = pid;
        this.closed = closed;
    }

    /**
     * The exception for a writer that wrote nothing for some time, while whether it lives cannot be told: its process
     * is in another PID namespace, and it is of another implementation. If it lives, its next frames are read as if
     * nothing had happened.
     */
    public static WriterDeadException silent(String bufferName, long pid, Duration silence) {
        return new WriterDeadException(
                bufferName,
                pid,
                false,
                "wrote nothing for " + silence.toMillis()
                        + " ms, and whether it lives cannot be told from here (its process is not visible); if it may"
                        + " pause for longer, set a longer silenceTimeout");
    }

    /** Process id the writer had, 0 if unknown. */
    public long pid() {
        return pid;
    }

    /** True if it closed in good order, false if its process died or was silent for too long. */
    public boolean closed() {
        return closed;
    }
}
