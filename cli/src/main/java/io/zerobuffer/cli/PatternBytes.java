package io.zerobuffer.cli;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Makes and checks frames of a pattern, a chunk at a time from a table that stays in the processor's cache. */
final class PatternBytes {
    private static final int CHUNK = 64 << 10;
    private static final int PERIOD = 256;
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final Pattern pattern;
    private final long seed;
    private final long[] words = new long[(CHUNK + PERIOD) / Long.BYTES];
    private final MemorySegment table = MemorySegment.ofArray(words);

    PatternBytes(Pattern pattern, long seed) {
        this.pattern = pattern;
        this.seed = seed;
        if (pattern == Pattern.ONES) {
            Arrays.fill(words, -1L);
        } else if (pattern == Pattern.SEQUENTIAL) {
            for (int i = 0; i < table.byteSize(); i++) {
                table.set(ValueLayout.JAVA_BYTE, i, (byte) i);
            }
        }
    }

    /** Writes frame {@code index} over the whole of {@code frame}. */
    void fill(long index, MemorySegment frame) {
        for (long at = 0; at < frame.byteSize(); at += CHUNK) {
            long length = Math.min(CHUNK, frame.byteSize() - at);
            MemorySegment.copy(table, chunk(index, at, length), frame, at, length);
        }
    }

    /** The offset of the first byte that is not that of frame {@code index}, or -1. */
    long mismatch(long index, MemorySegment frame) {
        for (long at = 0; at < frame.byteSize(); at += CHUNK) {
            long length = Math.min(CHUNK, frame.byteSize() - at);
            long from = chunk(index, at, length);
            long different = MemorySegment.mismatch(table, from, from + length, frame, at, at + length);
            if (different >= 0) {
                return at + different;
            }
        }
        return -1;
    }

    /**
     * Where in the table the bytes from {@code at} on stand; 64 KB is a multiple of 256, so every chunk starts alike.
     */
    private long chunk(long index, long at, long length) {
        if (pattern == Pattern.SEQUENTIAL) {
            return index & (PERIOD - 1);
        }
        if (pattern == Pattern.RANDOM) {
            long state = seed + index + at / Long.BYTES * GOLDEN_GAMMA;
            int count = (int) ((length + Long.BYTES - 1) / Long.BYTES);
            for (int i = 0; i < count; i++) {
                words[i] = mix(state + (i + 1) * GOLDEN_GAMMA);
            }
        }
        return 0;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
