package io.zerobuffer.internal.os;

/**
 * Wakes the other side of a buffer: a counting semaphore shared between processes. Open as long as its arena.
 *
 * <p>Not every system can look at a semaphore without changing it: {@link #isCountable} asks, and the methods that
 * depend on it say so.
 */
public interface Signal {
    /** Whether {@link #value} can be asked. Where not, {@link #takeAll} and {@link #post(int)} set the tokens anew. */
    default boolean isCountable() {
        return true;
    }

    /**
     * Tokens there are at this moment.
     *
     * @throws UnsupportedOperationException unless {@link #isCountable}
     */
    int value();

    /** Adds a token and wakes one waiter. A semaphore at its maximum stays there. */
    default void post() {
        post(1);
    }

    /** Adds tokens, one or more, and wakes one waiter. A semaphore at its maximum stays there. */
    void post(int tokens);

    /** Takes a token if there is one. */
    boolean tryTake();

    /** Takes every token there is; returns how many. */
    int takeAll();

    /**
     * Takes a token, waiting for one. A virtual thread is parked meanwhile and keeps no carrier.
     *
     * @param nanos how long at most, in nanoseconds of a clock that nobody sets
     * @return false when the time is over, or earlier when a signal or an interrupt ended the wait
     */
    boolean take(long nanos);

    /** How many sleep here, those included that were killed asleep; 0 where that cannot be told. */
    default int sleepers() {
        return 0;
    }

    /**
     * Whether more than so many sleep here and there is no token, both at one moment; false where that cannot be told.
     */
    default boolean hasSleepersBeyond(int sleepers) {
        return false;
    }

    Owner owner();

    /** Where it is, for messages. */
    String path();
}
