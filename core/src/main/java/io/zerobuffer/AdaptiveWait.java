package io.zerobuffer;

/**
 * Pauses, then yields, then sleeps; the looking is given up step by step while it does not help.
 *
 * <p>Its constants are those that were best for two processes on processors of their own and on one
 * (docs/performance.md). Pausing only would keep a peer on the same processor from running; yielding from the start
 * costs system calls.
 */
final class AdaptiveWait implements WaitStrategy {
    /** About 2 µs. */
    private static final int PAUSES = 64;

    private static final long MOST_LOOKING_NANOS = 50_000;

    /** A wait that lasted no longer would have paid to be looked through: waking alone takes up to half of it. */
    private static final long SHORT_WAIT_NANOS = 2 * MOST_LOOKING_NANOS;

    /** Shared without order: a value that is lost costs some looks more or less. */
    private long lookingNanos = MOST_LOOKING_NANOS;

    @Override
    public boolean lookAgain(int looks, long waitedNanos) {
        if (waitedNanos >= lookingNanos) {
            return false;
        }
        if (looks <= PAUSES) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
        return true;
    }

    @Override
    public void slept(long waitedNanos) {
        lookingNanos = waitedNanos <= SHORT_WAIT_NANOS ? MOST_LOOKING_NANOS : lookingNanos / 2;
    }
}
