package io.zerobuffer.internal.wait;

import io.zerobuffer.errors.WaitInterruptedException;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How a reader waits for a frame, and a writer for space: it looks at the ring again and again as long as its strategy
 * says, then sleeps until the peer does something. After {@link #SLICE_NANOS} at most it looks at everything else: the
 * peer, an interrupt, a close.
 *
 * <p>Not thread-safe: one side waits on one thread at a time. Times are in nanoseconds.
 */
public final class Waiting {
    /** What a wait answers that has found nothing in time. */
    public static final long NOTHING = -1;

    /** The longest time between two looks at the peer, an interrupt and a close. */
    public static final long SLICE_NANOS = 50_000_000;

    /** How many looks are taken between two readings of the clock, which costs more than a look. */
    private static final int LOOKS_PER_CLOCK = 16;

    /**
     * How many looks, some microseconds, go to the ring alone before the semaphore and the peer are looked at: a peer
     * at work posts and counts in those cache lines.
     */
    private static final int LOOKS_AT_RING_ONLY = 64;

    /** What one side of a buffer waits for. */
    public interface Side {
        /** Looks at the ring: what is there, or {@link #NOTHING}. */
        long look();

        /**
         * Looks at everything, at the ring last. May throw, which ends the wait.
         *
         * @param now the time
         * @param timeout how long the wait may last
         * @return what is there, or {@link #NOTHING}
         */
        long lookAround(long now, long timeout);

        /** How long the side may look and sleep until it looks around again; 0 to do so at once. */
        long slice(long waited);

        /**
         * Sleeps until the peer does something.
         *
         * @return false if the time is over, or something else ended the sleep
         */
        boolean sleep(long nanos);

        boolean isClosed();

        /** Nothing came in time. May throw. */
        void timedOut(long timeout);
    }

    /** Whether to look again, after so many looks and so much time. */
    @FunctionalInterface
    public interface Strategy {
        boolean lookAgain(int looks, long waited);
    }

    private final String bufferName;
    private final Side side;
    private final Strategy strategy;
    private final LongConsumer slept;
    private final LongSupplier clock;

    /**
     * @param slept is told how long a wait lasted that slept and found something
     * @param clock tells the time
     */
    public Waiting(String bufferName, Side side, Strategy strategy, LongConsumer slept, LongSupplier clock) {
        this.bufferName = bufferName;
        this.side = side;
        this.strategy = strategy;
        this.slept = slept;
        this.clock = clock;
    }

    /**
     * Looks at the ring alone, some microseconds at most: what is there, or {@link #NOTHING}. A peer at work is faster
     * than the clock is read, so the first looks do without it.
     */
    public long lookAtRing() {
        long found = look(1, LOOKS_PER_CLOCK, 0, 0, Long.MAX_VALUE);
        return found != NOTHING ? found : look(LOOKS_PER_CLOCK, LOOKS_AT_RING_ONLY, clock.getAsLong(), 0, SLICE_NANOS);
    }

    /**
     * Waits, having looked at the ring.
     *
     * @param timeout how long at most; 0 only looks around once
     * @return what is there, or {@link #NOTHING}
     * @throws WaitInterruptedException if the thread is interrupted
     */
    public long await(long timeout) {
        long start = clock.getAsLong();
        long waited = 0;
        while (true) {
            long found = side.lookAround(start + waited, timeout);
            if (found != NOTHING) {
                return found;
            }
            if (waited >= timeout) {
                side.timedOut(timeout);
                return NOTHING;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new WaitInterruptedException(bufferName);
            }
            long slice = side.slice(waited);
            if (slice > 0) {
                found = lookThenSleep(start, waited, Math.min(waited + slice, timeout));
                if (found != NOTHING) {
                    return found;
                }
            }
            waited = clock.getAsLong() - start;
        }
    }

    /**
     * Lets time pass, as the strategy has it, until something is so.
     *
     * @param nanos how long at most
     */
    public void lookUntil(BooleanSupplier isSo, long nanos) {
        long start = clock.getAsLong();
        long waited = 0;
        for (int looks = 1;
                waited < nanos && strategy.lookAgain(looks, waited) && !side.isClosed() && !isSo.getAsBoolean();
                looks++) {
            waited = clock.getAsLong() - start;
        }
    }

    private long lookThenSleep(long start, long waited, long end) {
        long seen = look(LOOKS_AT_RING_ONLY, Integer.MAX_VALUE, start, waited, end);
        if (seen != NOTHING) {
            return seen;
        }
        if (!side.sleep(end - (clock.getAsLong() - start))) {
            return NOTHING;
        }
        long found = side.look();
        if (found != NOTHING) {
            slept.accept(clock.getAsLong() - start);
        }
        return found;
    }

    /** Looks at the ring between two numbers of looks, until a time since the start at most. */
    private long look(int from, int to, long start, long alreadyWaited, long end) {
        long waited = alreadyWaited;
        for (int looks = from; looks < to && strategy.lookAgain(looks, waited); looks++) {
            long found = side.look();
            if (found != NOTHING) {
                return found;
            }
            if (looks % LOOKS_PER_CLOCK == 0) {
                waited = clock.getAsLong() - start;
                if (waited >= end || side.isClosed()) {
                    break;
                }
            }
        }
        return NOTHING;
    }
}
