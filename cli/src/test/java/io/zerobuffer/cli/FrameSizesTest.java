package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

final class FrameSizesTest {
    private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);

    @Test
    void shouldDrawSizesByXorshiftOfUnsigned64BitNumbers() {
        BigInteger x = BigInteger.valueOf(7);
        FrameSizes sizes = new FrameSizes(new SizeRange(1, 500), 7);
        for (int i = 0; i < 1000; i++) {
            x = x.xor(x.shiftLeft(13)).mod(WORD);
            x = x.xor(x.shiftRight(7));
            x = x.xor(x.shiftLeft(17)).mod(WORD);
            assertEquals(1 + x.mod(BigInteger.valueOf(500)).longValue(), sizes.next());
        }
    }

    @Test
    void shouldReachBothBoundsAndNothingBeyond() {
        FrameSizes sizes = new FrameSizes(new SizeRange(10, 13), 1);
        boolean[] seen = new boolean[14];
        for (int i = 0; i < 1000; i++) {
            seen[(int) sizes.next()] = true;
        }
        assertTrue(seen[10] && seen[11] && seen[12] && seen[13]);
    }

    @Test
    void shouldAlwaysGiveTheOneSize() {
        FrameSizes sizes = new FrameSizes(new SizeRange(42, 42), 1);
        assertEquals(42, sizes.next());
        assertEquals(42, sizes.next());
    }
}
