package io.zerobuffer.benchmarks.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** The bytes of a sender's frames, in memory of its own: a stamp of eight bytes and random ones behind it. */
public final class Payload {
    /** The receiver reads one 64-bit integer in each. */
    public static final int CACHE_LINE = 64;

    /** The smallest frame: the stamp, and something that is not the stamp. */
    public static final int MINIMUM_SIZE = 16;

    private static final int PAGE = 4096;

    /**
     * The bytes begin in the middle of a page, so that no transport's frames lie 48 to 200 bytes behind them, counted
     * within pages: a copy to there takes up to a third longer, whatever the transport (docs/performance.md).
     */
    private static final int OFFSET_IN_PAGE = PAGE / 2;

    private static final long NO_BYTE_ZERO = 0x0101_0101_0101_0101L;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment segment;
    private final long restOfLines;

    public Payload(int size) {
        if (size < MINIMUM_SIZE) {
            throw new IllegalArgumentException("size=" + size + " minimum=" + MINIMUM_SIZE);
        }
        segment = Arena.ofAuto().allocate(OFFSET_IN_PAGE + size, PAGE).asSlice(OFFSET_IN_PAGE);
        SplittableRandom random = new SplittableRandom(size);
        for (int i = 0; i <= size - Long.BYTES; i += Long.BYTES) {
            segment.set(LONG, i, random.nextLong() | NO_BYTE_ZERO);
        }
        segment.set(LONG, size - Long.BYTES, random.nextLong() | NO_BYTE_ZERO);
        long sum = 0;
        for (int i = CACHE_LINE; i <= size - Long.BYTES; i += CACHE_LINE) {
            sum += segment.get(LONG, i);
        }
        restOfLines = sum;
    }

    public int size() {
        return (int) segment.byteSize();
    }

    public void stamp(long stamp) {
        segment.set(LONG, 0, stamp);
    }

    public MemorySegment segment() {
        return segment;
    }

    /** A new view of all bytes. */
    public ByteBuffer buffer() {
        return segment.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What {@link #sumOfLines} is for a frame of this payload with that stamp. */
    public long expectedSum(long stamp) {
        return restOfLines + stamp;
    }

    /** Whether every byte behind the stamp is the one that was sent. */
    public boolean sameBytes(Content frame) {
        if (frame.size() != size()) {
            return false;
        }
        for (int i = Long.BYTES; i < frame.size(); i++) {
            if (frame.getByte(i) != segment.get(ValueLayout.JAVA_BYTE, i)) {
                return false;
            }
        }
        return true;
    }

    /** Reads one integer of each cache line of a frame. */
    public static long sumOfLines(Content frame) {
        long sum = 0;
        int end = frame.size() - Long.BYTES;
        for (int i = 0; i <= end; i += CACHE_LINE) {
            sum += frame.getLong(i);
        }
        return sum;
    }
}
