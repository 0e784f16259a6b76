package io.zerobuffer.interop;

/** The sizes of a run of frames: constant, or pseudo-random between two bounds and the same in every language. */
final class Sizes {
    private final long min;
    private final long max;
    private long x;

    Sizes(long min, long max, long seed) {
        this.min = min;
        this.max = max;
        this.x = seed;
    }

    int next() {
        if (min == max) {
            return Math.toIntExact(min);
        }
        x ^= x << 13;
        x ^= x >>> 7;
        x ^= x << 17;
        return Math.toIntExact(min + Long.remainderUnsigned(x, max - min + 1));
    }
}
