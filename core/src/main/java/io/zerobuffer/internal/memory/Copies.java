package io.zerobuffer.internal.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Copies into and out of the ring, in pieces: HotSpot copies more than 2.5 MB at once past the cache where the
 * processor has AVX-512 (stubGenerator_x86_64_arraycopy.cpp, arraycopy_avx3_large), and the other side then fetches
 * every byte from memory.
 *
 * <p>Out of the ring, the last part is taken from the back: a processor that reads ahead fetches what lies behind what
 * it is given in order, and behind a frame lies the place of the next one. The writer would have to take those lines
 * back one by one (docs/decisions/0007).
 */
public final class Copies {
    public static final long PIECE = 1 << 20;

    /** As far as a processor reads ahead: not into another page. */
    private static final long LONGEST_TAIL = 4 << 10;

    private static final int STEP = 512;

    private Copies() {}

    /**
     * Copies piece by piece.
     *
     * @param piece how much at once
     */
    public static void copy(
            MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long size, long piece) {
        long done = 0;
        for (; size - done > piece; done += piece) {
            MemorySegment.copy(from, fromOffset + done, to, toOffset + done, piece);
        }
        MemorySegment.copy(from, fromOffset + done, to, toOffset + done, size - done);
    }

    /** Copies out of the ring. */
    public static void copyOut(MemorySegment ring, long at, MemorySegment to, long toOffset, long size) {
        copyOut(ring, at, to, toOffset, size, PIECE);
    }

    /** Copies out of the ring, so much at once. */
    public static void copyOut(MemorySegment ring, long at, MemorySegment to, long toOffset, long size, long piece) {
        // Before the first part: a destination that is too small stays as it is.
        Objects.checkFromIndexSize(toOffset, size, to.byteSize());
        long head = size - tail(size);
        copy(ring, at, to, toOffset, head, piece);
        for (long offset = size - STEP; offset >= head; offset -= STEP) {
            MemorySegment.copy(ring, at + offset, to, toOffset + offset, STEP);
        }
    }

    /** Copies out of the ring. */
    public static void copyOut(MemorySegment ring, long at, byte[] to, int toOffset, int size) {
        if (size > PIECE) {
            copyOut(ring, at, MemorySegment.ofArray(to), toOffset, size);
            return;
        }
        int head = size - (int) tail(size);
        MemorySegment.copy(ring, ValueLayout.JAVA_BYTE, at, to, toOffset, head);
        for (int offset = size - STEP; offset >= head; offset -= STEP) {
            MemorySegment.copy(ring, ValueLayout.JAVA_BYTE, at + offset, to, toOffset + offset, STEP);
        }
    }

    /** What Java's own arrays and buffers cannot hold. */
    public static IllegalStateException tooLarge(
            String bufferName, String what, long size, long largest, String holder) {
        return new IllegalStateException("buffer '" + bufferName + "': " + what + " of " + size
                + " bytes does not fit into " + holder + ", which has " + largest
                + " at most; use segment(), or parts of it");
    }

    /** How many bytes of a copy of this size are taken from the back. */
    private static long tail(long size) {
        return size < 4 * STEP ? 0 : Math.min(LONGEST_TAIL, size / 2) / STEP * STEP;
    }
}
