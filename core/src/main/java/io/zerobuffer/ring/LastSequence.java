package io.zerobuffer.ring;

import io.zerobuffer.bytes.FrameHeader;
import io.zerobuffer.bytes.SegmentLayout;
import java.lang.foreign.MemorySegment;

/**
 * Finds the sequence number of the last committed frame of a used ring, so that a new writer can continue it.
 *
 * <p>The header block does not hold that number, but the frame headers do: frames lie end to end, so a walk along them that lands
 * exactly on the write position has met the last one. What a walk meets is trusted only if the numbers are consecutive and not larger
 * than payload_written_count. A claim that its writer never committed may have overwritten the start of the ring; then the
 * claim's own note at the start tells the number it would have had.
 */
final class LastSequence {
    private static final long UNKNOWN = 0;

    private final MemorySegment segment;
    private final long payloadOffset;
    private final long writtenCount;

    private LastSequence(MemorySegment segment, long payloadOffset, long writtenCount) {
        this.segment = segment;
        this.payloadOffset = payloadOffset;
        this.writtenCount = writtenCount;
    }

    /** The last sequence number, or 0 when there is none or none can be told. */
    static long find(MemorySegment segment, SegmentLayout layout, long readPosition, long writePosition, long writtenCount) {
        if (writtenCount == 0) {
            return UNKNOWN;
        }
        LastSequence ring = new LastSequence(segment, layout.payloadOffset(), writtenCount);
        // Position 0 stands for the end of the lap before, unless nothing was ever written.
        long end = writePosition == 0 ? ring.endOfLap(readPosition, layout.payloadSize()) : writePosition;
        long last = readPosition < end ? ring.walk(readPosition, end) : UNKNOWN;
        if (last == UNKNOWN) {
            last = ring.walk(0, end);
        }
        return last == UNKNOWN ? ring.lastByNote(end) : last;
    }

    /** Where the frames of the last lap end: at a wrap marker, or at the end of the ring. */
    private long endOfLap(long readPosition, long capacity) {
        long position = readPosition == capacity ? 0 : readPosition;
        while (capacity - position > FrameHeader.SIZE) {
            long size = FrameHeader.size(segment, payloadOffset + position);
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
            long size = FrameHeader.size(segment, payloadOffset + position);
            long found = FrameHeader.sequence(segment, payloadOffset + position);
            if (size <= 0 || size > to - position - FrameHeader.SIZE || !isPlausible(found)
                    || sequence != UNKNOWN && found != sequence + 1) {
                return UNKNOWN;
            }
            sequence = found;
            position += FrameHeader.SIZE + size;
        }
        return position == to ? sequence : UNKNOWN;
    }

    private long searchBackwards(long end) {
        for (long position = end - FrameHeader.SIZE - 1; position >= 0; position--) {
            long sequence = FrameHeader.sequence(segment, payloadOffset + position);
            if (FrameHeader.size(segment, payloadOffset + position) == end - position - FrameHeader.SIZE && isPlausible(sequence)) {
                return sequence;
            }
        }
        return UNKNOWN;
    }

    /**
     * The note of a claim at the start tells the number it would have had. A commit elsewhere renews it afterwards, so the last frame may have just that number. Without
     * a note, the frame that ends at the write position is all there is to go by.
     */
    private long lastByNote(long end) {
        long atStart = FrameHeader.sequence(segment, payloadOffset);
        long found = searchBackwards(end);
        if (!FrameHeader.isPending(atStart)) {
            return found;
        }
        long next = FrameHeader.withoutPending(atStart);
        return found == next || !isPlausible(next - 1) ? found : next - 1;
    }

    private boolean isPlausible(long sequence) {
        return sequence > 0 && sequence <= writtenCount;
    }
}
