package io.zerobuffer.stress;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * What a frame of a number and a size holds.
 *
 * <p>A frame of a Java writer tells its own number, size and the checksum of the rest; the rest is a random series
 * begun with the number. The C and Python peers write a pattern of theirs: byte j is (number + j) mod 256.
 */
final class FrameContent {
    static final int SMALLEST = 24;

    private static final int CHECKED_FROM = 24;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private byte[] scratch = new byte[0];

    /** The content a Java writer gives a frame; the array may be longer than the frame and is used again. */
    byte[] selfDescribing(long number, int size) {
        byte[] bytes = scratch(size);
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, size).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(number).putLong(size).position(CHECKED_FROM);
        long random = number * 0x9E3779B97F4A7C15L | 1;
        while (buffer.remaining() >= Long.BYTES) {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            buffer.putLong(random);
        }
        while (buffer.hasRemaining()) {
            buffer.put((byte) random);
        }
        buffer.putLong(16, checksum(ByteBuffer.wrap(bytes, CHECKED_FROM, size - CHECKED_FROM)));
        return bytes;
    }

    byte[] pattern(long number, int size) {
        byte[] bytes = scratch(size);
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (number + i);
        }
        return bytes;
    }

    /** Whether a frame is what it says itself. */
    static boolean isConsistent(MemorySegment frame) {
        return frame.byteSize() >= SMALLEST
                && frame.get(LONG, 8) == frame.byteSize()
                && frame.get(LONG, 16) == checksum(frame.asSlice(CHECKED_FROM).asByteBuffer());
    }

    static long checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    private byte[] scratch(int size) {
        if (scratch.length < size) {
            scratch = new byte[size];
        }
        return scratch;
    }
}
