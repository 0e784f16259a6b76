package io.zerobuffer.internal.ring;

import io.zerobuffer.internal.wire.FrameHeader;

/**
 * Finds the sequence number of the last committed frame of a used ring, so that a new writer can continue it.
 *
 * <p>The header block does not hold that number, but the frame headers do: frames lie end to end, so a walk along them
 * that lands exactly on the write position has met the last one. What a walk meets is trusted only if the numbers are
 * consecutive and not larger than payload_written_count. A claim that its writer never committed may have overwritten
 * the start of the ring; then the claim's note there tells from where to walk, and the number of the first frame there.
 */
final class LastSequence {
    private static final long UNKNOWN = 0;

    /**
     * How far the search goes back, byte by byte, while a writer waits to be connected: further than a frame of 8K
     * video, and a tenth of a second or two. A number that is not found is begun anew with 1, which every reader takes.
     */
    static final long LONGEST_SEARCH = 64 << 20;

    private final RingMemory memory;
    private final long writtenCount;

    private LastSequence(RingMemory memory, long writtenCount) {
        this.memory = memory;
        this.writtenCount = writtenCount;
    }

    /** The last sequence number, or 0 when there is none or none can be told. */
    static long find(RingMemory memory, long readPosition, long writePosition, long writtenCount) {
        if (writtenCount == 0) {
            return UNKNOWN;
        }
        LastSequence ring = new LastSequence(memory, writtenCount);
        long last = ring.byNote(writePosition);
        // Position 0 stands for the end of the lap before, unless nothing was ever written.
        long end = writePosition == 0 ? ring.endOfLap(readPosition) : writePosition;
        if (last == UNKNOWN) {
            last = ring.walk(readPosition, end);
        }
        if (last == UNKNOWN) {
            last = ring.walk(0, end);
        }
        return last == UNKNOWN ? ring.searchBackwards(end) : last;
    }

    private long byNote(long writePosition) {
        long size = memory.frameSize(0);
        if (!FrameHeader.isNote(size)) {
            return UNKNOWN;
        }
        long position = FrameHeader.notedPosition(size);
        // The end and the start are one place, and a reader may have chosen the other name for it.
        if (!memory.meet(position, writePosition)) {
            return walk(position, writePosition);
        }
        long last = FrameHeader.withoutPending(memory.frameSequence(0)) - 1;
        return isPlausible(last) ? last : UNKNOWN;
    }

    /** Where the frames of the last lap end: at a wrap marker, or at the end of the ring. */
    private long endOfLap(long readPosition) {
        long capacity = memory.capacity;
        long position = readPosition == capacity ? 0 : readPosition;
        while (capacity - position > FrameHeader.SIZE) {
            long size = memory.frameSize(position);
            if (size <= 0 || size > capacity - position - FrameHeader.SIZE) {
                break;
            }
            position += FrameHeader.SIZE + size;
        }
        return position;
    }

    private long walk(long from, long to) {
        long position = from;
        long sequence = UNKNOWN;
        while (to - position > FrameHeader.SIZE) {
            long size = memory.frameSize(position);
            long found = memory.frameSequence(position);
            if (size <= 0
                    || size > to - position - FrameHeader.SIZE
                    || !isPlausible(found)
                    || sequence != UNKNOWN && found != sequence + 1) {
                return UNKNOWN;
            }
            sequence = found;
            position += FrameHeader.SIZE + size;
        }
        return position == to ? sequence : UNKNOWN;
    }

    /**
     * The header that fits best to the end: without a note, as a claim of another implementation leaves it, this is all
     * there is to go by.
     */
    private long searchBackwards(long end) {
        long first = Math.max(0, end - LONGEST_SEARCH);
        for (long position = end - FrameHeader.SIZE - 1; position >= first; position--) {
            long sequence = memory.frameSequence(position);
            if (memory.frameSize(position) == end - position - FrameHeader.SIZE
                    && isPlausible(sequence)) {
                return sequence;
            }
        }
        return UNKNOWN;
    }

    private boolean isPlausible(long sequence) {
        return sequence > 0 && sequence <= writtenCount;
    }
}
