package io.zerobuffer;

import java.time.Duration;

/** Durations as the nanoseconds that waits count in. */
final class Timeouts {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Timeouts() {}

    /** @throws IllegalArgumentException if negative */
    static Duration checked(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout " + timeout + " is negative");
        }
        return timeout;
    }

    /** Nanoseconds; what exceeds 292 years is 292 years. */
    static long nanos(Duration timeout) {
        return checked(timeout).compareTo(LONGEST) > 0 ? Long.MAX_VALUE : timeout.toNanos();
    }

    /** What is left of a wait, in nanoseconds; never overflows. */
    static long remaining(long startNanos, long timeoutNanos) {
        return timeoutNanos - (System.nanoTime() - startNanos);
    }
}
