package io.zerobuffer.errors;

import java.time.Duration;

/**
 * The other side is gone: it closed, which ends its frames in good order; or its process died; or it was silent for
 * long, and whether it lives cannot be told.
 */
public final class PeerGoneException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    /** One of the two sides of a buffer. */
    public enum Role {
        READER,
        WRITER
    }

    private final Role role;
    private final long pid;
    private final boolean closed;

    /**
     * @param bufferName the buffer concerned
     * @param role which side is gone
     * @param pid process id it had, 0 if unknown
     * @param closed true if it closed in good order, false if its process died
     */
    public PeerGoneException(String bufferName, Role role, long pid, boolean closed) {
        this(bufferName, role, pid, closed, closed ? "closed" : "died");
    }

    private PeerGoneException(String bufferName, Role role, long pid, boolean closed, String how) {
        super(bufferName, "the " + text(role) + " (process " + (pid == 0 ? "unknown" : pid) + ") " + how);
        this.role = role;
        this.pid = pid;
        this.closed = closed;
    }

    private static String text(Role role) {
        return switch (role) {
            case READER -> "reader";
            case WRITER -> "writer";
        };
    }

    /**
     * The exception for a side that did nothing for some time, while whether it lives cannot be told: its process is in
     * another PID namespace, it is of another implementation, and a reader's lock file is not visible. If a writer
     * lives, its next frames are read as if nothing had happened.
     *
     * @param silence for how long it did nothing
     */
    public static PeerGoneException silent(String bufferName, Role role, long pid, Duration silence) {
        long millis = silence.toMillis();
        return new PeerGoneException(
                bufferName,
                role,
                pid,
                false,
                switch (role) {
                    case READER ->
                        "took nothing for " + millis
                                + " ms, and whether it lives cannot be told from here (neither its process nor its lock"
                                + " file is visible); share /tmp/zerobuffer with it, or set a longer silenceTimeout";
                    case WRITER ->
                        "wrote nothing for " + millis
                                + " ms, and whether it lives cannot be told from here (its process is not visible); if"
                                + " it may pause for longer, set a longer silenceTimeout";
                });
    }

    /** Which side is gone. */
    public Role role() {
        return role;
    }

    /** Process id it had, 0 if unknown. */
    public long pid() {
        return pid;
    }

    /** True if it closed in good order, false if its process died or was silent for too long. */
    public boolean closed() {
        return closed;
    }

    /**
     * Whether this tells of no failure, but of the end of a buffer's frames: its writer closed, and its last frame was
     * read. For loops around {@code read} or {@code drain}; {@code frames} and {@code forEach} end by themselves.
     */
    public boolean isEndOf(String bufferName) {
        return role == Role.WRITER && closed && bufferName().equals(bufferName);
    }
}
