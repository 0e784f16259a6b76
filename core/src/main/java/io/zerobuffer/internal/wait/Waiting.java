package io.zerobuffer.internal.wait;

import io.zerobuffer.errors.WaitInterruptedException;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How a reader waits for a frame, and a writer for space: it <em>spins</em>, which is to poll the ring again and again,
 * as long as its strategy says, then sleeps until the peer does something. After {@link #SLICE_NANOS} at most it checks
 * everything else: the peer, an interrupt, a close.
 *
 * <p>Not thread-safe: one side waits on one thread at a time. Times are in nanoseconds.
 */
public final class Waiting {
    /** What a wait answers that has found nothing in time. */
    public static final long NOTHING = -1;

    /** The longest time between two checks of the peer, an interrupt and a close. */
    public static final long SLICE_NANOS = 50_000_000;

    /** How often the ring is polled between two readings of the clock, which costs more than a poll. */
    private static final int POLLS_PER_CLOCK = 16;

    /**
     * How many polls, some microseconds, go to the ring alone before the semaphore and the peer are checked: a peer at
     * work posts and counts in those cache lines.
     */
    private static final int POLLS_OF_RING_ONLY = 64;

    /** What one side of a buffer waits for. */
    public interface Side {
        /** Polls the ring: what is there, or {@link #NOTHING}. */
        long poll();

        /**
         * Checks everything, the ring last. May throw, which ends the wait.
         *
         * @param now the time
         * @param timeout how long the wait may last
         * @return what is there, or {@link #NOTHING}
         */
        long check(long now, long timeout);

        /** How long the side may spin and sleep until it checks again; 0 to do so at once. */
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

    /** Whether to poll again, after so many polls and so much time. */
    @FunctionalInterface
    public interface Strategy {
        boolean pollAgain(int polls, long waited);
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
     * Polls the ring alone, some microseconds at most: what is there, or {@link #NOTHING}. A peer at work is faster
     * than the clock is read, so the first polls do without it.
     */
    public long spin() {
        long found = spin(1, POLLS_PER_CLOCK, 0, 0, Long.MAX_VALUE);
        return found != NOTHING ? found : spin(POLLS_PER_CLOCK, POLLS_OF_RING_ONLY, clock.getAsLong(), 0, SLICE_NANOS);
    }

    /**
     * Waits, having polled the ring.
     *
     * @param timeout how long at most; 0 only checks once
     * @return what is there, or {@link #NOTHING}
     * @throws WaitInterruptedException if the thread is interrupted
     */
    public long await(long timeout) {
        long start = clock.getAsLong();
        long waited = 0;
        while (true) {
            long found = side.check(start + waited, timeout);
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
                found = spinThenSleep(start, waited, Math.min(waited + slice, timeout));
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
    public void spinUntil(BooleanSupplier isSo, long nanos) {
        long start = clock.getAsLong();
        long waited = 0;
        for (int polls = 1;
                waited < nanos && strategy.pollAgain(polls, waited) && !side.isClosed() && !isSo.getAsBoolean();
                polls++) {
            waited = clock.getAsLong() - start;
        }
    }

    private long spinThenSleep(long start, long waited, long end) {
        long seen = spin(POLLS_OF_RING_ONLY, Integer.MAX_VALUE, start, waited, end);
        if (seen != NOTHING) {
            return seen;
        }
        if (!side.sleep(end - (clock.getAsLong() - start))) {
            return NOTHING;
        }
        long found = side.poll();
        if (found != NOTHING) {
            slept.accept(clock.getAsLong() - start);
        }
        return found;
    }

    /** Polls the ring from one number of polls to another, until a time since the start at most. */
    private long spin(int from, int to, long start, long alreadyWaited, long end) {
        long waited = alreadyWaited;
        for (int polls = from; polls < to && strategy.pollAgain(polls, waited); polls++) {
            long found = side.poll();
            if (found != NOTHING) {
                return found;
            }
            if (polls % POLLS_PER_CLOCK == 0) {
                waited = clock.getAsLong() - start;
                if (waited >= end || side.isClosed()) {
                    break;
                }
            }
        }
        return NOTHING;
    }
}
