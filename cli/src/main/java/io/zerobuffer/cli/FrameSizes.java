package io.zerobuffer.cli;

/**
 * The size of each frame in turn: always the same, or drawn from a range by xorshift64, so that both sides can know it.
 */
final class FrameSizes {
    private final SizeRange range;
    private long state;

    FrameSizes(SizeRange range, long seed) {
        this.range = range;
        this.state = seed;
    }

    long next() {
        if (range.isFixed()) {
            return range.min();
        }
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        return range.min() + Long.remainderUnsigned(state, range.max() - range.min() + 1);
    }
}
