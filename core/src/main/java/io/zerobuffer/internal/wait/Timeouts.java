package io.zerobuffer.internal.wait;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Durations as the nanoseconds that waits count in. */
public final class Timeouts {
    /** So long at least a peer whose life cannot be told may be silent, if nothing else is set. */
    public static final long LEAST_SILENCE_NANOS = 5_000_000_000L;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long MOST_SECONDS = Long.MAX_VALUE / NANOS_PER_SECOND;

    private Timeouts() {}

    /** Nanoseconds of a timeout, or so many where none is set. */
    public static long nanosOr(@Nullable Duration timeout, long otherwise) {
        return timeout == null ? otherwise : nanos(timeout);
    }

    /**
     * A timeout as it is.
     *
     * @throws IllegalArgumentException if negative
     */
    public static Duration checked(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout " + timeout + " is negative");
        }
        return timeout;
    }

    /** Nanoseconds; what exceeds 292 years is 292 years. */
    public static long nanos(Duration timeout) {
        long seconds = checked(timeout).toSeconds();
        return seconds < MOST_SECONDS ? seconds * NANOS_PER_SECOND + timeout.toNanosPart() : Long.MAX_VALUE;
    }

    /** What is left of a wait, in nanoseconds; never overflows. */
    public static long remaining(long startNanos, long timeoutNanos) {
        return timeoutNanos - (System.nanoTime() - startNanos);
    }
}
