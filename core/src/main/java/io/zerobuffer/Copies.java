package io.zerobuffer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Copies into and out of the ring, in pieces: HotSpot copies more than 2.5 MB at once past the cache where the processor has AVX-512
 * (stubGenerator_x86_64_arraycopy.cpp, arraycopy_avx3_large), and the other side then fetches every byte from memory.
 */
final class Copies {
    private static final long PIECE = 1 << 20;

    private Copies() {}

    static void copy(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long size) {
        long done = 0;
        for (; size - done > PIECE; done += PIECE) {
            MemorySegment.copy(from, fromOffset + done, to, toOffset + done, PIECE);
        }
        MemorySegment.copy(from, fromOffset + done, to, toOffset + done, size - done);
    }

    static void copy(byte[] from, int fromOffset, MemorySegment to, long toOffset, int size) {
        if (size <= PIECE) {
            MemorySegment.copy(from, fromOffset, to, ValueLayout.JAVA_BYTE, toOffset, size);
        } else {
            copy(MemorySegment.ofArray(from), fromOffset, to, toOffset, size);
        }
    }

    static void copy(MemorySegment from, long fromOffset, byte[] to, int toOffset, int size) {
        if (size <= PIECE) {
            MemorySegment.copy(from, ValueLayout.JAVA_BYTE, fromOffset, to, toOffset, size);
        } else {
            copy(from, fromOffset, MemorySegment.ofArray(to), toOffset, size);
        }
    }
}
