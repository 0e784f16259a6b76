package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PatternBytesTest {
    private static final int LARGE = 200_003;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 255, 256, 1_000_003})
    void shouldCountUpwardsFromTheFrameNumber(long index) {
        byte[] frame = fill(Pattern.SEQUENTIAL, 1, index);
        for (int j = 0; j < frame.length; j++) {
            assertEquals((byte) ((index + j) % 256), frame[j], "byte " + j);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 99})
    void shouldBeSplitmix64StartedAtSeedPlusFrameNumber(long index) {
        ByteBuffer frame = ByteBuffer.wrap(fill(Pattern.RANDOM, 5, index)).order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom splitmix64 = new SplittableRandom(5 + index);
        while (frame.remaining() >= Long.BYTES) {
            assertEquals(splitmix64.nextLong(), frame.getLong());
        }
        long last = splitmix64.nextLong();
        for (int shift = 0; frame.hasRemaining(); shift += 8) {
            assertEquals((byte) (last >>> shift), frame.get());
        }
    }

    @Test
    void shouldFillWithZerosAndWithOnes() {
        assertEquals(
                -1, MemorySegment.ofArray(fill(Pattern.ZERO, 1, 3)).mismatch(MemorySegment.ofArray(new byte[LARGE])));
        for (byte b : fill(Pattern.ONES, 1, 3)) {
            assertEquals((byte) 0xFF, b);
        }
    }

    @ParameterizedTest
    @EnumSource(Pattern.class)
    void shouldFindTheOneWrongByteWhereverItIs(Pattern pattern) {
        PatternBytes bytes = new PatternBytes(pattern, 1);
        MemorySegment frame = MemorySegment.ofArray(new byte[LARGE]);
        bytes.fill(17, frame);
        assertEquals(-1, bytes.mismatch(17, frame));
        for (int at : new int[] {0, 1, 65_535, 65_536, 131_073, LARGE - 1}) {
            byte right = frame.get(ValueLayout.JAVA_BYTE, at);
            frame.set(ValueLayout.JAVA_BYTE, at, (byte) (right ^ 4));
            assertEquals(at, bytes.mismatch(17, frame));
            frame.set(ValueLayout.JAVA_BYTE, at, right);
        }
    }

    private static byte[] fill(Pattern pattern, long seed, long index) {
        byte[] frame = new byte[LARGE];
        new PatternBytes(pattern, seed).fill(index, MemorySegment.ofArray(frame));
        return frame;
    }
}
