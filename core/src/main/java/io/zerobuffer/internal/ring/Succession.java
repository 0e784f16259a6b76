package io.zerobuffer.internal.ring;

import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;

/**
 * What a writer finds in a ring, used or new, and what of the writer before it finishes: a commit is several stores,
 * and that one may have died between any two (docs/decisions/0002). Dying in any of this leaves the same to do.
 *
 * @param writePosition where the next frame begins, unless it wraps
 * @param writtenCount frames and markers written so far
 * @param free bytes that are free
 * @param lastSequence the number of the last frame; 0 if there is none, or none can be told
 */
record Succession(long writePosition, long writtenCount, long free, long lastSequence) {
    /** What becomes of the first frame that is not published. */
    enum Remedy {
        /** It was never a frame; or it does not lie where one could be. */
        LEAVE,
        /** Its space is taken, and write_pos covers it: it becomes a frame, with those behind it. */
        PUBLISH,
        /** The ring was being rewound for it: the reader holds nothing, so whatever is not free is freed. */
        FINISH_REWIND
    }

    /** Finds out, and finishes it. */
    static Succession of(RingMemory memory, FreeSpace space) {
        long count = HeaderBlock.payloadWrittenCountAcquire(memory.segment);
        long writePosition =
                memory.checkedPosition("payload_write_pos", HeaderBlock.payloadWritePositionAcquire(memory.segment, 0));
        long free = space.free();
        long readPosition =
                memory.checkedPosition("payload_read_pos", HeaderBlock.payloadReadPositionAcquire(memory.segment, 0));
        Succession found = new Succession(writePosition, count, free, 0);
        Succession finished = free == memory.capacity
                ? found.goOnAt(memory, readPosition)
                : found.finishCommit(memory, space, readPosition);
        return finished.noteForgottenCommit(memory).findSequence(memory, readPosition);
    }

    /**
     * A writer that died while it rewound leaves the two positions apart; the reader of a drained ring decides where it
     * goes on.
     */
    private Succession goOnAt(RingMemory memory, long readPosition) {
        HeaderBlock.payloadWritePositionRelease(memory.segment, 0, readPosition);
        return new Succession(readPosition, writtenCount, free, 0);
    }

    /**
     * Deals with the frames in whose commit a writer before may have died: the first pending one from the reader's
     * position on, and those staged behind it.
     */
    private Succession finishCommit(RingMemory memory, FreeSpace space, long readPosition) {
        long position = memory.walkFrom(readPosition).firstPending(writePosition, free == 0);
        if (position == FrameWalk.NONE) {
            return this;
        }
        long header = memory.payloadOffset + position;
        long size = FrameHeader.withoutPending(memory.frameSize(position));
        long sequence = memory.frameSequence(position);
        long last = memory.walkFrom(position).lastCovered(readPosition, writePosition, memory.capacity - free);
        boolean isStart = memory.isStart(writePosition);
        return switch (remedy(position, sequence, last, readPosition, isStart)) {
            case LEAVE -> this;
            case PUBLISH -> {
                // Not counted yet if write_pos was here before, as when frames of one size each rewind the ring.
                long count = Math.max(writtenCount, last);
                HeaderBlock.payloadWrittenCountRelease(memory.segment, 0, count);
                FrameHeader.write(memory.segment, header, size, sequence);
                yield new Succession(writePosition, count, free, 0);
            }
            case FINISH_REWIND -> {
                HeaderBlock.payloadWritePositionRelease(memory.segment, 0, 0);
                yield new Succession(0, writtenCount, space.freeTaken(memory.capacity - free), 0);
            }
        };
    }

    /**
     * @param position where the first frame lies that is not published
     * @param sequence its number
     * @param lastCovered the number of the last frame that write_pos covers from there on, or {@link FrameWalk#NONE}
     * @param endsAtStart whether write_pos is the start or the end of the ring, which are one place
     */
    static Remedy remedy(long position, long sequence, long lastCovered, long readPosition, boolean endsAtStart) {
        if (lastCovered != FrameWalk.NONE) {
            return Remedy.PUBLISH;
        }
        // A reader of other origin goes back to 0 with a frame that ends the ring, and may hold it: then write_pos is
        // the end, or 0, from where only the first frame of all may rewind.
        boolean rewound = position == 0 && readPosition == 0 && (!endsAtStart || sequence == 1);
        return rewound ? Remedy.FINISH_REWIND : Remedy.LEAVE;
    }

    /**
     * A commit at the start of the ring, or its note, that came to nothing: its frame would have been the next behind
     * write_pos, and the note says so.
     */
    private Succession noteForgottenCommit(RingMemory memory) {
        long size = memory.frameSize(0);
        long sequence = memory.frameSequence(0);
        if (FrameHeader.isForgotten(size, sequence)) {
            FrameHeader.writeNote(memory.segment, memory.payloadOffset, writePosition, sequence);
        }
        return this;
    }

    private Succession findSequence(RingMemory memory, long readPosition) {
        long last = LastSequence.find(memory, readPosition, writePosition, writtenCount);
        return new Succession(writePosition, writtenCount, free, last);
    }
}
