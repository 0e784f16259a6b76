package io.zerobuffer.benchmarks;

/** The first eight bytes of a frame: a number that grows, and two marks that tell the far side what counts. */
final class Stamp {
    /** What counts begins after this frame. */
    static final long FIRST = 1L << 62;
    /** What counts ends with this frame, which is the last. */
    static final long LAST = 1L << 61;

    private static final long NUMBER = LAST - 1;

    private Stamp() {}

    static boolean isFirst(long stamp) {
        return (stamp & FIRST) != 0;
    }

    static boolean isLast(long stamp) {
        return (stamp & LAST) != 0;
    }

    static long number(long stamp) {
        return stamp & NUMBER;
    }
}
