package io.zerobuffer.duplex;

import java.time.Duration;

/** The end of a wait that begins now, however long. */
final class Deadline {
    private final long start = System.nanoTime();
    private final Duration timeout;

    Deadline(Duration timeout) {
        this.timeout = timeout;
    }

    /** What is left, zero or more. */
    Duration left() {
        Duration left = timeout.minusNanos(System.nanoTime() - start);
        return left.isNegative() ? Duration.ZERO : left;
    }

    boolean isOver() {
        return left().isZero();
    }
}
