package io.zerobuffer.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zerobuffer.benchmarks.transport.Content;
import io.zerobuffer.benchmarks.transport.Payload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class FrameCheckTest {
    private static final int SIZE = 1000;

    private final Payload payload = new Payload(SIZE);
    private final FrameCheck check = new FrameCheck(payload, true, false);
    private final FrameCheck everyByte = new FrameCheck(payload, true, true);

    @Test
    void shouldAcceptWhatWasSent() {
        check.accept(frame(1));
        check.accept(frame(2 | Stamp.FIRST));
        check.accept(frame(3 | Stamp.LAST));
        everyByte.accept(frame(1));

        assertEquals(3, check.frames());
    }

    @Test
    void shouldNoticeAMissingFrame() {
        check.accept(frame(1));

        assertThrows(DamageException.class, () -> check.accept(frame(3)));
    }

    @Test
    void shouldNoticeARepeatedFrame() {
        check.accept(frame(1));

        assertThrows(DamageException.class, () -> check.accept(frame(1)));
    }

    @Test
    void shouldNoticeAFrameCutShort() {
        assertThrows(DamageException.class, () -> check.accept(new Frame(bytes(1), SIZE - 1)));
    }

    @Test
    void shouldNoticeAChangedLine() {
        byte[] bytes = bytes(1);
        bytes[2 * Payload.CACHE_LINE]++;

        assertThrows(DamageException.class, () -> check.accept(new Frame(bytes, SIZE)));
    }

    @Test
    void shouldNoticeAnyChangedByteWhenItComparesAll() {
        for (int i = Long.BYTES; i < SIZE; i++) {
            byte[] bytes = bytes(1);
            bytes[i] ^= 0x40;
            FrameCheck fresh = new FrameCheck(payload, true, true);

            assertThrows(DamageException.class, () -> fresh.accept(new Frame(bytes, SIZE)), "byte " + i);
        }
    }

    private Content frame(long stamp) {
        return new Frame(bytes(stamp), SIZE);
    }

    private byte[] bytes(long stamp) {
        payload.stamp(stamp);
        byte[] bytes = new byte[SIZE];
        payload.buffer().get(bytes);
        return bytes;
    }

    private record Frame(byte[] bytes, int size) implements Content {
        @Override
        public long getLong(int offset) {
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(offset);
        }

        @Override
        public byte getByte(int offset) {
            return bytes[offset];
        }
    }
}
