package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.address.Unchecked.MEMORY;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * The memory of one ring, as both of its halves use it, and the words of its header block that the ring shares with
 * those who ask whether a peer is there.
 *
 * <p>Immutable. Positions and sizes are in bytes.
 */
public final class RingMemory {
    final String bufferName;

    /** What is rare goes through this one, which has bounds and may be closed. */
    final MemorySegment segment;

    /** Kept, because what every frame needs is reached by address, and that memory must stay mapped meanwhile. */
    private final MemorySegment byAddress;

    /** The header block's address. */
    final long block;

    /** Where the ring begins in the segment. */
    final long payloadOffset;

    /** Size of the ring. */
    final long capacity;

    /** A ring in memory that lives as long as this. */
    public RingMemory(String bufferName, MemorySegment segment, SegmentLayout layout) {
        this(bufferName, segment, segment, layout);
    }

    /**
     * @param segment the memory; an access through it ends with an exception once it is closed
     * @param byAddress the same memory, native; it must stay mapped as long as this is reachable
     */
    public RingMemory(String bufferName, MemorySegment segment, MemorySegment byAddress, SegmentLayout layout) {
        this.bufferName = bufferName;
        this.segment = segment;
        this.byAddress = byAddress;
        this.block = byAddress.address();
        this.payloadOffset = layout.payloadOffset();
        this.capacity = layout.payloadSize();
    }

    /** reader_pid as it is now: 0 when the reader has closed. */
    public long readerPid() {
        long pid = HeaderBlock.readerPidAcquire(MEMORY, block);
        Reference.reachabilityFence(byAddress);
        return pid;
    }

    /** writer_pid as it is now: 0 when there is no writer. */
    public long writerPid() {
        long pid = HeaderBlock.writerPidAcquire(MEMORY, block);
        Reference.reachabilityFence(byAddress);
        return pid;
    }

    FrameWalk walkFrom(long position) {
        return new FrameWalk(this, position);
    }

    long frameSize(long position) {
        return FrameHeader.size(segment, payloadOffset + position);
    }

    long frameSequence(long position) {
        return FrameHeader.sequence(segment, payloadOffset + position);
    }

    boolean isPosition(long position) {
        return position >= 0 && position <= capacity;
    }

    /** Whether two positions are one place: the start and the end of the ring are. */
    boolean meet(long position, long other) {
        return position == other || isStart(position) && isStart(other);
    }

    boolean isStart(long position) {
        return position == 0 || position == capacity;
    }

    /** A position as it was read. */
    long checkedPosition(String field, long position) {
        if (!isPosition(position)) {
            throw corrupt(field, position, "the ring has " + capacity + " bytes");
        }
        return position;
    }

    CorruptBufferException corrupt(String field, long value, String rule) {
        return new CorruptBufferException(bufferName, field, value, rule);
    }
}
