package io.zerobuffer.interop;

import java.lang.foreign.MemorySegment;

/** The contents of test frames: byte j of pattern i is (i + j) mod 256. */
final class Pattern {
    private static final int PERIOD = 256;

    /** Byte k is k mod 256, so that every pattern of a size is a slice of it. */
    private byte[] bytes = counting(64 * 1024);

    /** Pattern {@code index} of {@code size} bytes. */
    MemorySegment of(long index, int size) {
        if (bytes.length - PERIOD < size) {
            bytes = counting(Math.addExact(size, PERIOD));
        }
        return MemorySegment.ofArray(bytes).asSlice(Math.floorMod(index, PERIOD), size);
    }

    private static byte[] counting(int length) {
        byte[] counting = new byte[length];
        for (int k = 0; k < length; k++) {
            counting[k] = (byte) k;
        }
        return counting;
    }
}
