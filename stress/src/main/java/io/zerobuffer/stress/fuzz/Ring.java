package io.zerobuffer.stress.fuzz;

import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A segment in plain memory, not a byte larger than it says, with the means to fill it with anything and to see what of
 * it was changed.
 */
final class Ring {
    static final String NAME = "fuzzed";

    /** The fields that a frame changes lie together: payload_free_bytes to payload_read_count. */
    static final long FIELDS = HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET;

    static final long FIELDS_END = HeaderBlock.WRITER_PID_OFFSET;

    private static final int MAX_METADATA_SIZE = 64;
    private static final int MIN_PAYLOAD_SIZE = FrameHeader.SIZE + 1;
    private static final int MAX_PAYLOAD_SIZE = 600;
    private static final int MAX_SLACK = 32;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_SIZE = HeaderBlock.SIZE + MAX_METADATA_SIZE + MAX_PAYLOAD_SIZE + MAX_SLACK;
    private static final MemorySegment MEMORY = Arena.global().allocate(MAX_SIZE, SegmentLayout.ALIGNMENT);
    private static final MemorySegment COPY = Arena.global().allocate(MAX_SIZE);

    final MemorySegment segment;
    final SegmentLayout layout;

    /** A ring in memory that somebody else prepared. */
    Ring(MemorySegment segment, SegmentLayout layout) {
        this.segment = segment;
        this.layout = layout;
    }

    /** A new ring whose sizes the input chooses. */
    static Ring empty(Input input) {
        SegmentLayout layout = new SegmentLayout(
                input.between(0, MAX_METADATA_SIZE) & -Long.BYTES, input.between(MIN_PAYLOAD_SIZE, MAX_PAYLOAD_SIZE));
        Ring ring = new Ring(MEMORY.asSlice(0, layout.blocksSize() + input.between(0, MAX_SLACK)), layout);
        ring.segment.fill((byte) 0);
        HeaderBlock.initialise(ring.segment, layout);
        return ring;
    }

    /** Stores any value in one of the fields that a frame changes. */
    void mutateField(Input input) {
        long field = FIELDS + Long.BYTES * input.between(0, (FIELDS_END - FIELDS) / Long.BYTES - 1);
        segment.set(LONG, field, input.valueNear(layout.payloadSize()));
    }

    /** Stores what may look like a frame header, or any bytes, somewhere in the ring. */
    void mutateRing(Input input) {
        long position = input.between(0, layout.payloadSize() - 1);
        if (input.flag() && position <= layout.maxFrameSize()) {
            segment.set(LONG, layout.payloadOffset() + position, input.valueNear(layout.maxFrameSize() - position));
            segment.set(LONG, layout.payloadOffset() + position + Long.BYTES, input.valueNear(1));
        } else {
            input.fill(segment.asSlice(layout.payloadOffset() + position, layout.payloadSize() - position));
        }
    }

    /** Stores any value in one of the fields that tell of the metadata, and any bytes in its block. */
    void mutateMetadata(Input input) {
        long field = input.flag() ? HeaderBlock.METADATA_FREE_BYTES_OFFSET : HeaderBlock.METADATA_WRITTEN_BYTES_OFFSET;
        segment.set(LONG, field, input.valueNear(layout.metadataSize()));
        if (layout.metadataSize() > 0 && input.flag()) {
            segment.set(LONG, SegmentLayout.METADATA_OFFSET, input.valueNear(layout.metadataSize() - Long.BYTES));
        } else {
            input.fill(segment.asSlice(SegmentLayout.METADATA_OFFSET, layout.metadataSize()));
        }
    }

    /** Stores any bytes anywhere in the header block. */
    void mutateHeaderBlock(Input input) {
        input.fill(segment.asSlice(0, HeaderBlock.SIZE).asSlice(input.between(0, HeaderBlock.SIZE - 1)));
    }

    boolean holdsFrame(long offset, long size) {
        return size >= 1
                && offset >= layout.payloadOffset() + FrameHeader.SIZE
                && size <= layout.payloadOffset() + layout.payloadSize() - offset;
    }

    /** From here on changes are looked for. */
    void remember() {
        COPY.copyFrom(segment);
    }

    void requireUnchanged(String occasion) {
        requireUnchanged(0, segment.byteSize(), occasion);
    }

    /** @param changeable pairs of start and end, ascending, of what may have changed */
    void requireUnchangedExcept(String occasion, long... changeable) {
        long from = 0;
        for (int i = 0; i < changeable.length; i += 2) {
            requireUnchanged(from, changeable[i], occasion);
            from = changeable[i + 1];
        }
        requireUnchanged(from, segment.byteSize(), occasion);
    }

    private void requireUnchanged(long from, long to, String occasion) {
        long change = MemorySegment.mismatch(segment, from, to, COPY, from, to);
        if (change != -1) {
            throw new AssertionError(occasion + " changed the byte at " + (from + change));
        }
    }
}
