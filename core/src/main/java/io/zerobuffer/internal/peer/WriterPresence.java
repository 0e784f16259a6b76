package io.zerobuffer.internal.peer;

import io.zerobuffer.internal.wire.WriterConnection;
import org.jspecify.annotations.Nullable;

/**
 * Which writer is there, since when, and whether it is gone: decided by what the header block says, what can be told
 * of its life, and the time. Reads no shared memory and no clock.
 *
 * <p>A <em>connection</em> begins when a writer is met and ends when its departure is reported. Writers of this
 * library number theirs ({@link WriterConnection}), so two of them are told apart that have one process id; as long
 * as such a writer holds its byte range it is there, whatever writer_pid says. Any other writer is known by
 * writer_pid alone.
 *
 * <p>A writer whose life cannot be told is there as long as frames come, and until none came for some time.
 */
public final class WriterPresence {
    /** How a connection ended. */
    public enum Departure {
        CLOSED,
        DIED,
        /** Nothing came for long, and whether it lives cannot be told. */
        SILENT
    }

    /** What the system tells of a writer. */
    interface Life {
        /** Whether a writer of this library is there, or about to be. */
        boolean holdsRange();

        /** What can be told of the writer that stored this id. */
        PeerState stateOf(long pid, boolean isRanged);

        /** The next question is about another writer. */
        void forget();
    }

    private static final long NOBODY = 0;

    private final Life life;
    private final long askInterval;
    private final Silence silence = new Silence();

    /** writer_pid and writer_connection as they were last. */
    private long headerPid;

    private long headerConnection;

    private boolean isThere;
    private long pid;
    private boolean isRanged;
    private long number;
    private long askedAt;
    private boolean isToAsk;

    /**
     * What the header block said when a departure was reported, and how many frames had been taken: nothing new if
     * both are as they were.
     */
    private long reportedPid;

    private long reportedConnection;
    private long reportedFrames;

    /** A writer that closes stores 0 first and posts then: a report between the two still has that token coming. */
    private boolean goodbyeOwed;

    private boolean goodbyeHeard;

    /**
     * @param askInterval how often to ask for a life, in nanoseconds: an empty poll of the ring takes nanoseconds,
     * that question microseconds
     */
    public WriterPresence(Life life, long askInterval) {
        this.life = life;
        this.askInterval = askInterval;
    }

    /** Whether a writer is there, or was and its departure has not been reported. */
    public boolean isThere() {
        return isThere;
    }

    /** Process id of the writer that is there, or was last; 0 if it was gone before it was seen. */
    public long pid() {
        return pid;
    }

    /** Whether a writer is there that lives, as far as can be told. May be asked from any thread. */
    public boolean isConnected(long writerPid, long connection) {
        if (isOfRanged(writerPid, connection)) {
            return life.holdsRange();
        }
        if (writerPid == NOBODY) {
            life.forget();
            return false;
        }
        return life.stateOf(writerPid, false) != PeerState.DEAD;
    }

    /** Whether {@link #meet} would find nothing new. For every poll that finds a frame. */
    public boolean isAsBefore(long writerPid, long connection) {
        return isThere && writerPid == headerPid && connection == headerConnection;
    }

    /**
     * Takes note of what the header block says.
     *
     * @param frames how many frames were taken
     * @param hasFrame whether a frame was found, and so there is a writer, or was
     * @return true if a connection has begun
     */
    public boolean meet(long writerPid, long connection, long frames, boolean hasFrame) {
        boolean isReported = !isThere
                && !hasFrame
                && frames == reportedFrames
                && writerPid == reportedPid
                && connection == reportedConnection;
        headerPid = writerPid;
        headerConnection = connection;
        if (isReported) {
            return false;
        }
        boolean ranged = isOfRanged(writerPid, connection);
        long present = ranged ? WriterConnection.pid(connection) : writerPid;
        boolean isNextRanged = WriterConnection.number(connection) != number;
        if (present != NOBODY) {
            goodbyeOwed = false;
            goodbyeHeard = false;
        }
        if (isThere && !isNextRanged && (present == NOBODY || present == pid && ranged == isRanged)) {
            return false;
        }
        if (!isThere && !isNextRanged && present == NOBODY && !hasFrame) {
            return false;
        }
        boolean isUnseen = present == NOBODY && isNextRanged;
        long met = isUnseen ? WriterConnection.pid(connection) : present;
        begin(met, ranged, WriterConnection.number(connection));
        return true;
    }

    private void begin(long present, boolean ranged, long connectionNumber) {
        isThere = true;
        pid = present;
        isRanged = ranged;
        number = connectionNumber;
        silence.restart();
        isToAsk = true;
        life.forget();
        if (!ranged && present != NOBODY) {
            // While it lives: a process that was seen here can be told dead at once when it is gone.
            life.stateOf(present, false);
        }
    }

    /**
     * Whether a writer of this library is the one that is there. A writer that is refused may overwrite its process
     * id, and one that closes says so first in writer_connection; as long as the range is held, it is that writer's.
     */
    private boolean isOfRanged(long writerPid, long connection) {
        boolean isOpen = WriterConnection.isOpen(connection);
        if (writerPid == WriterConnection.pid(connection)) {
            return isOpen || connection != 0 && life.holdsRange();
        }
        return isOpen && life.holdsRange();
    }

    /**
     * Whether the writer that is there holds its range, but writer_pid has been set to 0: by a writer that was
     * refused.
     */
    public boolean isErased() {
        return isThere && isRanged && headerPid == NOBODY && WriterConnection.isOpen(headerConnection);
    }

    /**
     * How the writer that {@link #meet} has noted is gone; null while it is there, or none was. The next frame may
     * still be its last.
     *
     * @param frames how many frames were taken
     * @param now the time, in nanoseconds
     * @param patience how long a writer whose life cannot be told may be silent, in nanoseconds
     */
    public @Nullable Departure departure(long frames, long now, long patience) {
        if (!isThere) {
            return null;
        }
        boolean ranged = isOfRanged(headerPid, headerConnection);
        if (!ranged && headerPid == NOBODY) {
            return WriterConnection.isOpen(headerConnection) ? Departure.DIED : Departure.CLOSED;
        }
        if (!isTimeToAsk(now)) {
            return null;
        }
        return switch (life.stateOf(pid, ranged)) {
            case ALIVE -> null;
            case DEAD -> Departure.DIED;
            case UNKNOWN -> silence.lasts(frames, now, patience) ? Departure.SILENT : null;
        };
    }

    private boolean isTimeToAsk(long now) {
        if (!isToAsk && now - askedAt < askInterval) {
            return false;
        }
        isToAsk = false;
        askedAt = now;
        return true;
    }

    /** The departure was reported: the connection is over. */
    public void reported(Departure departure, long frames) {
        isThere = false;
        goodbyeOwed = departure == Departure.CLOSED && !goodbyeHeard;
        goodbyeHeard = false;
        reportedPid = headerPid;
        reportedConnection = headerConnection;
        reportedFrames = frames;
    }

    /**
     * There was a token without a frame, which with writer_pid = 0 is how a writer says good-bye.
     *
     * @return true if it was that of one that came and went unseen, so that a connection has begun
     */
    public boolean hearGoodbye(long writerPid, long connection) {
        if (isOfRanged(writerPid, connection) || writerPid != NOBODY) {
            return false;
        }
        boolean isUnseen = !goodbyeOwed && !isThere;
        goodbyeHeard = !goodbyeOwed;
        goodbyeOwed = false;
        if (isUnseen) {
            begin(NOBODY, false, WriterConnection.number(connection));
        }
        return isUnseen;
    }
}
