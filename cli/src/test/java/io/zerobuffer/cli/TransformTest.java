package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TransformTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 16, 1001})
    void shouldReverseFramesOfAnySize(int size) {
        byte[] expected = new byte[size];
        for (int i = 0; i < size; i++) {
            expected[i] = source(size)[size - 1 - i];
        }
        assertArrayEquals(expected, apply(Transform.REVERSE, size, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 16, 1001})
    void shouldCombineEveryByteWithTheKey(int size) {
        byte[] expected = source(size);
        for (int i = 0; i < size; i++) {
            expected[i] ^= (byte) 0xA5;
        }
        assertArrayEquals(expected, apply(Transform.XOR, size, 0xA5));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1001})
    void shouldLeaveFramesAsTheyAre(int size) {
        assertArrayEquals(source(size), apply(Transform.NONE, size, 0xA5));
    }

    private static byte[] apply(Transform transform, int size, int key) {
        byte[] result = new byte[size];
        transform.apply(MemorySegment.ofArray(source(size)), MemorySegment.ofArray(result), key);
        return result;
    }

    private static byte[] source(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 + 7);
        }
        return bytes;
    }
}
