package io.zerobuffer.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.zerobuffer.internal.wire.SegmentLayout;
import io.zerobuffer.testkit.Segment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Deque;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * A ring in plain memory, seen as raw bytes, the way a peer of any origin sees it. Offsets are those of the protocol
 * page; positions count from the start of the ring.
 */
final class TestRing {
    static final String NAME = "test-ring";

    static final long FREE = Segment.FREE;
    static final long WRITE_POS = Segment.WRITE_POS;
    static final long READ_POS = Segment.READ_POS;
    static final long WRITTEN_COUNT = Segment.WRITTEN_COUNT;
    static final long READ_COUNT = Segment.READ_COUNT;
    static final long PAYLOAD_TAKEN = Segment.PAYLOAD_TAKEN;

    private static final long START = 128 + 64;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int LARGEST_CONTENT = 1 << 16;
    private static final MemorySegment NOISE = noise();

    final long capacity;
    final SegmentLayout layout;
    final MemorySegment segment;
    private RingReader reader;

    TestRing(long capacity) {
        this(capacity, Arena.ofAuto().allocate(START + capacity, 64));
    }

    /** @param segment zeroed memory */
    TestRing(long capacity, MemorySegment segment) {
        this.capacity = capacity;
        this.layout = new SegmentLayout(64, capacity);
        this.segment = segment;
        set(0x08, 64);
        set(0x20, capacity);
        set(FREE, capacity);
    }

    RingMemory memory() {
        return new RingMemory(NAME, segment, layout);
    }

    RingReader reader() {
        reader = new RingReader(memory());
        return reader;
    }

    RingWriter writer() {
        return new RingWriter(memory());
    }

    /** A writer in front of a reader that goes by tokens. */
    RingWriter writerBeforeTokens() {
        return new RingWriter(memory(), false);
    }

    long get(long field) {
        return segment.get(LONG, field);
    }

    void set(long field, long value) {
        segment.set(LONG, field, value);
    }

    void add(long field, long delta) {
        set(field, get(field) + delta);
    }

    /** Sets both positions of a ring without frames. */
    void drainedAt(long position) {
        set(FREE, capacity);
        set(WRITE_POS, position);
        set(READ_POS, position);
    }

    byte[] bytes() {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    byte[] bytes(long position, long length) {
        return segment.asSlice(START + position, length).toArray(ValueLayout.JAVA_BYTE);
    }

    long positionOf(long segmentOffset) {
        return segmentOffset - START;
    }

    void fillRing(long position, long length, int value) {
        segment.asSlice(START + position, length).fill((byte) value);
    }

    void header(long position, long size, long sequence) {
        segment.set(LONG, START + position, size);
        segment.set(LONG, START + position + 8, sequence);
    }

    long sizeAt(long position) {
        return segment.get(LONG, START + position);
    }

    long sequenceAt(long position) {
        return segment.get(LONG, START + position + 8);
    }

    void content(long position, long size, long sequence) {
        MemorySegment.copy(NOISE, noiseOf(sequence), segment, START + position, size);
    }

    /**
     * Header, content and position, as a writer of another implementation stores them; taking the space is what
     * publishes the frame.
     */
    void frame(long position, long size, long sequence) {
        header(position, size, sequence);
        content(position + 16, size, sequence);
        set(WRITE_POS, position + 16 + size);
    }

    /** Claims, fills and commits; answers the position of the frame's header. */
    long write(RingWriter writer, long sequence, long size) {
        long at = writer.claim(size);
        assertNotEquals(RingWriter.NO_ROOM, at, () -> "no room for frame " + sequence + " of " + size);
        long position = positionOf(at) - 16;
        content(position + 16, size, sequence);
        assertEquals(sequence, writer.commit());
        return position;
    }

    /**
     * Stages up to so many frames that follow this sequence number, as long as there is room, and gives up one claim in
     * twenty. Adds their sizes, and answers the last number.
     */
    long stage(RingWriter writer, Random random, long last, int frames, LongSupplier nextSize, Deque<Long> sizes) {
        long sequence = last;
        for (int i = 0; i < frames; i++) {
            long size = nextSize.getAsLong();
            long at = writer.claim(size);
            if (at == RingWriter.NO_ROOM) {
                break;
            }
            if (random.nextInt(20) == 0) {
                writer.abort();
                continue;
            }
            content(positionOf(at), size, ++sequence);
            assertEquals(sequence, writer.stage());
            sizes.add(size);
        }
        return sequence;
    }

    /** Takes the next frame, which must be this one, intact; answers its ticket. */
    long take(RingReader reader, long sequence, long size) {
        long ticket = reader.take();
        assertNotEquals(RingReader.NOTHING, ticket, () -> "frame " + sequence + " of " + size + " is not there");
        assertEquals(sequence, reader.frameSequence());
        assertEquals(size, reader.frameSize());
        assertIntact(positionOf(reader.frameOffset()), size, sequence);
        return ticket;
    }

    void takeAndRelease(RingReader reader, long sequence, long size) {
        assertEquals(1, reader.release(take(reader, sequence, size)));
    }

    void assertIntact(long position, long size, long sequence) {
        long from = START + position;
        long noise = noiseOf(sequence);
        assertEquals(
                -1,
                MemorySegment.mismatch(segment, from, from + size, NOISE, noise, noise + size),
                () -> "frame " + sequence + " of " + size + " at " + position + " was overwritten");
    }

    /** With payload_read_count as it is when the reader waits. */
    void assertFields(long free, long writePosition, long readPosition, long writtenCount, long readCount) {
        if (reader != null) {
            reader.publishCount();
        }
        assertEquals(free, get(FREE), "payload_free_bytes");
        assertEquals(writePosition, get(WRITE_POS), "payload_write_pos");
        assertEquals(readPosition, get(READ_POS), "payload_read_pos");
        assertEquals(writtenCount, get(WRITTEN_COUNT), "payload_written_count");
        assertEquals(readCount, get(READ_COUNT), "payload_read_count");
    }

    private static long noiseOf(long sequence) {
        return sequence * 37 & 1023;
    }

    private static MemorySegment noise() {
        byte[] bytes = new byte[LARGEST_CONTENT + 1024];
        new Random(1).nextBytes(bytes);
        return Arena.global().allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    }
}
