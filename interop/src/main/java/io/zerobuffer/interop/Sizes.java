package io.zerobuffer.interop;

/** The sizes of a run of frames: constant, or pseudo-random between two bounds and the same in every language. */
final class Sizes {
    private final long min;
    private final long max;
    private final long multiple;
    private long x;

    Sizes(long min, long max, long seed) {
        this(min, max, seed, 1);
    }

    /** Each rounded up to a multiple. */
    Sizes(long min, long max, long seed, long multiple) {
        this.min = min;
        this.max = max;
        this.multiple = multiple;
        this.x = seed;
    }

    int next() {
        long size = nextSize();
        return Math.toIntExact((size + multiple - 1) / multiple * multiple);
    }

    private long nextSize() {
        if (min == max) {
            return min;
        }
        x ^= x << 13;
        x ^= x >>> 7;
        x ^= x << 17;
        return min + Long.remainderUnsigned(x, max - min + 1);
    }
}
