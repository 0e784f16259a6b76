package io.zerobuffer.errors;

import java.time.Duration;

/** The buffer has a live writer; a buffer has one writer at a time. */
public final class WriterAlreadyConnectedException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long pid;

    /**
     * @param bufferName the buffer concerned
     * @param pid the writer's process id, 0 if unknown
     */
    public WriterAlreadyConnectedException(String bufferName, long pid) {
        this(
                bufferName,
                pid,
                "already has a writer (process " + (pid == 0 ? "unknown" : pid) + "); close that one first");
    }

    private WriterAlreadyConnectedException(String bufferName, long pid, String message) {
        super(bufferName, message);
        this.pid = pid;
    }

    /**
     * The exception for a writer whose life cannot be told: its process is in another PID namespace, and it is of
     * another implementation.
     */
    public static WriterAlreadyConnectedException unknown(String bufferName, long pid, Duration silence) {
        return new WriterAlreadyConnectedException(
                bufferName,
                pid,
                "has a writer (process " + pid
                        + ") of which cannot be told from here whether it lives (its process is not visible); close"
                        + " that one first, or, if it is dead, connect with a timeout of more"
                        + " than " + silence.toMillis()
                        + " ms (silenceTimeout), in which it must write nothing");
    }

    /** The exception for a writer that finds another in its place, which ignored that it is taken. */
    public static WriterAlreadyConnectedException intruder(String bufferName, long pid) {
        return new WriterAlreadyConnectedException(
                bufferName,
                pid,
                "got a second writer (process " + pid
                        + "), which took the place of this one although that was connected; this one has closed, so"
                        + " that no more frames get mixed: stop the other, and connect again");
    }

    /** The writer's process id, 0 if unknown. */
    public long pid() {
        return pid;
    }
}
