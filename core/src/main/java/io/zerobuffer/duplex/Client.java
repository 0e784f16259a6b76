package io.zerobuffer.duplex;

import io.zerobuffer.Writer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One client of a request buffer, and what was seen of it. Before somebody asks, a session has one that nobody is.
 *
 * <p><b>Threads.</b> The server's; handlers' threads call {@link #isGone} and {@link #close} alone, of a client that
 * has a response buffer.
 */
final class Client implements AutoCloseable {
    /** How often to look for the response buffer while there is none. */
    private static final Duration CONNECT_INTERVAL = Duration.ofMillis(20);

    /** How often to look whether it lives. */
    static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

    /**
     * One of another implementation leaves without a word, and the next one may not write its metadata until that was
     * seen.
     */
    static final Duration FOREIGN_LOOK_INTERVAL = Duration.ofMillis(3);

    private static final long NOBODY = 0;

    private long pid = NOBODY;
    private boolean isOfThisLibrary;
    private @Nullable Writer responses;

    private boolean hasAsked;
    private boolean isAnnounced;
    private boolean isSilent;
    private boolean hasMetadata;
    private volatile boolean gone;

    /** It is the process with this id, as that stores it. */
    void is(long pid, boolean isOfThisLibrary) {
        this.pid = pid;
        this.isOfThisLibrary = isOfThisLibrary;
    }

    boolean isKnown() {
        return pid != NOBODY;
    }

    /** Whether it is known, and not the one that asks. */
    boolean isOther(long asking) {
        return asking != NOBODY && isKnown() && asking != pid;
    }

    /** The process id as it stores it; 0 while it is not known. */
    long pid() {
        return pid;
    }

    boolean isOfThisLibrary() {
        return isOfThisLibrary;
    }

    /** Its response buffer was found. */
    void isAnsweredBy(Writer responses) {
        this.responses = responses;
    }

    boolean hasResponseBuffer() {
        return responses != null;
    }

    Writer responses() {
        if (responses == null) {
            throw new IllegalStateException("the client has no response buffer yet");
        }
        return responses;
    }

    /** Whether it has closed its response buffer, or died. */
    boolean hasLeft() {
        return responses != null && !responses.isReaderConnected();
    }

    /** The same, as an answer may find; to be remembered. */
    boolean isGone() {
        if (hasLeft()) {
            gone = true;
        }
        return gone;
    }

    /** Whether an answer has found that it is gone. */
    boolean wasFoundGone() {
        return gone;
    }

    /** A request of it has come. */
    void asks() {
        hasAsked = true;
    }

    boolean hasAsked() {
        return hasAsked;
    }

    /** Whether the listener is to be told of it: true once. */
    boolean isToBeAnnounced() {
        boolean first = !isAnnounced;
        isAnnounced = true;
        return first;
    }

    /** Metadata was there while it was: the next one cannot have written them then. */
    void sawMetadata() {
        hasMetadata = true;
    }

    boolean hasMetadata() {
        return hasMetadata;
    }

    /** Its process id was taken out of the request buffer with its metadata, because nothing came for long. */
    void becomesSilent() {
        hasMetadata = false;
        isSilent = true;
    }

    boolean isSilent() {
        return isSilent;
    }

    /** How long to wait for a request before the next look at the client. */
    Duration interval() {
        if (responses == null) {
            return CONNECT_INTERVAL;
        }
        return isOfThisLibrary ? LOOK_INTERVAL : FOREIGN_LOOK_INTERVAL;
    }

    /** Closes its response buffer, if that was found. */
    @Override
    public void close() {
        if (responses != null) {
            responses.close();
        }
    }
}
