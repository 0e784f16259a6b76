package io.zerobuffer.internal.peer;

import io.zerobuffer.internal.os.Signal;
import java.lang.System.Logger.Level;
import java.util.function.LongSupplier;

/**
 * Makes the tokens of the write semaphore agree with the unread frames when a writer connects: a writer that closed
 * left one too many, its good-bye, and one that died may have published its last frame without posting.
 *
 * <p>A reader that holds its range takes a surplus token for a wake-up. Any other would take it for a frame, so for
 * those the two are compared when the reader has not moved for a while.
 */
final class TokenSettlement {
    private static final System.Logger LOG = System.getLogger("io.zerobuffer");

    /** More tokens than this that writers who closed, or died, can have left over. */
    private static final long MOST_GOODBYES = 1000;

    /** A reader that may be in between two steps. */
    interface Rest {
        long readPosition();

        /** Gives the reader a moment. May throw, if it is too late to wait on. */
        void pause();
    }

    private final String bufferName;
    private final LongSupplier unreadFrames;
    private final Signal tokens;
    private final Rest rest;

    TokenSettlement(String bufferName, LongSupplier unreadFrames, Signal tokens, Rest rest) {
        this.bufferName = bufferName;
        this.unreadFrames = unreadFrames;
        this.tokens = tokens;
        this.rest = rest;
    }

    /** Waits until the reader has not moved for a moment. */
    static void awaitRest(Rest rest) {
        long readPosition;
        do {
            readPosition = rest.readPosition();
            rest.pause();
        } while (readPosition != rest.readPosition());
    }

    /**
     * @param isDrained whether the reader has read everything
     * @param readerHoldsRange whether the reader holds its range
     * @param predecessorDied whether the writer before died, rather than closed
     */
    void settle(boolean isDrained, boolean readerHoldsRange, boolean predecessorDied) {
        if (isDrained) {
            tokens.takeAll();
        } else if (!readerHoldsRange) {
            settleExactly();
        } else if (predecessorDied) {
            tokens.post();
        }
    }

    private void settleExactly() {
        long readPosition;
        long unread;
        long surplus;
        do {
            readPosition = rest.readPosition();
            rest.pause();
            unread = unreadFrames.getAsLong();
            // Below 0 it counts more than a semaphore can hold: nonsense, as is far too much.
            surplus = tokens.isCountable() ? Math.max(0, tokens.value()) - unread : 0;
        } while (readPosition != rest.readPosition());
        if (surplus > MOST_GOODBYES) {
            LOG.log(Level.DEBUG, "buffer {0} had {1} tokens without a frame", bufferName, surplus);
        }
        if (surplus > MOST_GOODBYES || !tokens.isCountable()) {
            tokens.takeAll();
            surplus = -unread;
        }
        for (; surplus > 0 && tokens.tryTake(); surplus--) {
            LOG.log(Level.DEBUG, "buffer {0} had a token without a frame", bufferName);
        }
        for (; surplus < 0; surplus++) {
            tokens.post();
        }
    }
}
