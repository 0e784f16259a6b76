package io.zerobuffer.internal.ring;

import io.zerobuffer.internal.wire.FrameHeader;

/** Goes from frame header to frame header, over at most one wrap, without trusting what it meets. */
final class FrameWalk {
    static final long NONE = -1;

    private final RingMemory memory;
    private final long capacity;
    private long position;
    private boolean wrapped;

    FrameWalk(RingMemory memory, long from) {
        this.memory = memory;
        this.capacity = memory.capacity;
        this.position = from;
    }

    /** How many frames lie between here and here again. */
    long framesOfALap() {
        long end = position;
        return step(sizeHere()) ? 1 + framesTo(end) : 0;
    }

    /** How many frames lie between here and a position, up to the first thing that is no frame. */
    long framesTo(long end) {
        long frames = 0;
        while (!isAt(end)) {
            long size = sizeHere();
            if (isAt(end) || !step(size)) {
                break;
            }
            frames++;
        }
        return frames;
    }

    /**
     * Where the first frame lies that is not published, from here up to a position, which its end may be; or NONE.
     *
     * @param isLap whether, if we are there, all of the ring lies between here and there, rather than nothing
     */
    long firstPending(long end, boolean isLap) {
        boolean goOn = isLap;
        while (true) {
            long size = sizeHere();
            if (FrameHeader.isPending(size)) {
                return fits(FrameHeader.withoutPending(size)) ? position : NONE;
            }
            if (isAt(end) && !goOn || !step(size)) {
                return NONE;
            }
            goOn = false;
        }
    }

    /**
     * The number of the last of the frames that lie end to end between the pending one here and write_pos, or NONE if
     * they do not, so that write_pos is of before them.
     *
     * <p>Numbers must be consecutive, because what lies behind a frame that write_pos does not cover may be anything;
     * and all bytes from the reader's position on are in use.
     */
    long lastCovered(long readPosition, long writePosition, long usedBytes) {
        long pending = position;
        boolean wraps = pending < readPosition;
        if (wraps && writePosition > readPosition
                || writePosition - pending + (wraps ? capacity - readPosition : 0) > usedBytes) {
            return NONE;
        }
        long sequence = memory.frameSequence(pending);
        long size = FrameHeader.withoutPending(memory.frameSize(pending));
        while (size > 0 && size < writePosition - position - FrameHeader.SIZE) {
            position += FrameHeader.SIZE + size;
            // Less than a header before the end cannot be one.
            if (writePosition - position <= FrameHeader.SIZE || memory.frameSequence(position) != ++sequence) {
                return NONE;
            }
            size = memory.frameSize(position);
        }
        return size == writePosition - position - FrameHeader.SIZE ? sequence : NONE;
    }

    private boolean isAt(long end) {
        return position == end || position == 0 && end == capacity && wrapped;
    }

    /** The size in the header here, a wrap being followed first; 0 when there is no header. */
    private long sizeHere() {
        long size = capacity - position < FrameHeader.SIZE ? 0 : memory.frameSize(position);
        if (size == 0 && !wrapped) {
            wrapped = true;
            position = 0;
            size = memory.frameSize(0);
        }
        return size;
    }

    private boolean step(long size) {
        if (!fits(size)) {
            return false;
        }
        position += FrameHeader.SIZE + size;
        return true;
    }

    private boolean fits(long size) {
        return size > 0 && size <= capacity - position - FrameHeader.SIZE;
    }
}
