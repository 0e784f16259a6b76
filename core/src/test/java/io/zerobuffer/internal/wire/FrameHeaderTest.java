package io.zerobuffer.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class FrameHeaderTest {
    private final MemorySegment segment = Arena.ofAuto().allocate(64, 64);

    @Test
    void shouldBeTheSizeAndTheSequenceInLittleEndian() {
        FrameHeader.write(segment, 0, 0x0807060504030201L, 0x100f0e0d0c0b0a09L);
        byte[] expected = new byte[64];
        for (int i = 0; i < 16; i++) {
            expected[i] = (byte) (i + 1);
        }
        assertArrayEquals(expected, segment.toArray(ValueLayout.JAVA_BYTE));
        assertEquals(16, FrameHeader.SIZE);
    }

    @Test
    void shouldLieAtAnyOffsetBecauseFramesAreNotAligned() {
        for (int offset = 0; offset <= 48; offset++) {
            segment.fill((byte) 0x5a);
            FrameHeader.write(segment, offset, 0x11223344L + offset, -offset);
            assertEquals(0x11223344L + offset, FrameHeader.size(segment, offset));
            assertEquals(-offset, FrameHeader.sequence(segment, offset));
            byte[] bytes = segment.toArray(ValueLayout.JAVA_BYTE);
            for (int i = 0; i < 64; i++) {
                if (i < offset || i >= offset + 16) {
                    assertEquals(0x5a, bytes[i], "byte " + i + " with the header at " + offset);
                }
            }
        }
    }

    @Test
    void shouldMarkAPendingFrameInTheHighestBitOfItsSize() {
        FrameHeader.writePending(segment, 3, 0x0102, 7);
        byte[] expected = new byte[64];
        expected[3] = 0x02;
        expected[4] = 0x01;
        expected[10] = (byte) 0x80;
        expected[11] = 7;
        assertArrayEquals(expected, segment.toArray(ValueLayout.JAVA_BYTE));
        assertTrue(FrameHeader.isPending(FrameHeader.size(segment, 3)));
        assertEquals(0x0102, FrameHeader.withoutPending(FrameHeader.size(segment, 3)));
        assertFalse(FrameHeader.isPending(0x0102));
        assertEquals(0x0102, FrameHeader.withoutPending(0x0102));
        assertFalse(FrameHeader.isPending(0));
    }

    @Test
    void shouldMarkAWrapWithSixteenZeroBytes() {
        segment.fill((byte) 0x5a);
        FrameHeader.writeWrapMarker(segment, 5);
        byte[] expected = new byte[64];
        for (int i = 0; i < 64; i++) {
            expected[i] = i < 5 || i >= 21 ? (byte) 0x5a : 0;
        }
        assertArrayEquals(expected, segment.toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void shouldTellANoteFromAPendingFrame() {
        FrameHeader.writeNote(segment, 3, 0x0102, 7);
        long size = FrameHeader.size(segment, 3);
        assertEquals(0xc000_0000_0000_0102L, size);
        assertEquals(7, FrameHeader.withoutPending(FrameHeader.sequence(segment, 3)));
        assertTrue(FrameHeader.isPending(size));
        assertTrue(FrameHeader.isNote(size));
        assertEquals(0x0102, FrameHeader.notedPosition(size));
        assertFalse(FrameHeader.isNote(1L << 62 | 0x0102));
        assertFalse(FrameHeader.isNote(Long.MIN_VALUE | 0x0102));
    }
}
