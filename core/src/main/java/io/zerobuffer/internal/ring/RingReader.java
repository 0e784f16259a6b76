package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.address.Unchecked.MEMORY;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.SequenceGapException;
import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * The reading half of the ring: take the next frame, use it in place, release it.
 *
 * <p>Taken frames may be held in any number and released in any order, but payload_free_bytes is a plain sum: what is
 * added to it lets the writer go on from its position, wherever the released bytes were. So only the released
 * <em>prefix</em> of the taken frames is freed, and the bytes wasted by a wrap are freed together with the frame behind
 * it.
 *
 * <p>Whether there is a frame follows from the bytes: unread = capacity − payload_free_bytes − held; but if the
 * positions meet while bytes are free, those were taken by a writer that died. It does not follow from the counters,
 * which writers of different origin keep differently, nor from a semaphore token alone, which may be a mere wake-up.
 *
 * <p>The header block is looked at when what the last look has seen is taken, so that a reader that is behind does not
 * disturb the writer with every frame.
 *
 * <p>Writers of other origin may lose what is added to payload_free_bytes, and go by payload_read_pos alone. In front
 * of one of them a frame is there when {@link #takeAnnounced a token says so}, and payload_read_pos is the end of what
 * was freed (docs/decisions/0015).
 *
 * <p>Every shared value is read once, checked, and used from its copy: an address made of one lies in the ring,
 * whatever a peer stores. Not thread-safe. Positions and sizes are in bytes.
 */
public final class RingReader {
    /** What {@link #take} answers when there is no frame. */
    public static final long NOTHING = -1;

    /** How many frames payload_read_count may be behind at most. */
    private static final int COUNT_INTERVAL = 64;

    private static final int INITIAL_HELD_FRAMES = 16;

    private final RingMemory memory;
    /** Of {@link #memory}, at hand for each frame: to get them from there takes 0.7 ns of some 17. */
    private final long block;

    private final long payloadOffset;
    private final long capacity;

    private long expectedSequence = 1;
    private long readPosition;
    /** Markers crossed so far: what payload_read_count has more than there were frames. */
    private long markers;
    /** What payload_read_count says, and how many frames were taken where payload_read_pos is. */
    private long publishedCount;

    private long framesAtPosition;

    /**
     * Unread bytes as of the last look at the header block, less what was taken since; 0 when it is time to look again.
     */
    private long seenUnread;

    private long seenWritePosition;
    private long seenFree;

    /**
     * All bytes ever taken, headers and wraps included; of these, what wraps wasted, what lies before the oldest held
     * frame, and what was freed.
     */
    private long takenTotal;

    private long wastedTotal;
    private long releasedTotal;
    private long freedTotal;

    /**
     * For each held frame, from oldest to newest, by ticket modulo length: what {@link #takenTotal} was behind it; its
     * complement once released.
     */
    private long[] heldEnds = new long[INITIAL_HELD_FRAMES];

    private long oldestTicket;
    private long nextTicket;
    /** The first ticket whose frame is not freed. */
    private long freedTicket;

    private long frameOffset;
    private long frameSize;

    /** Whether payload_read_pos stays behind what is held. */
    private boolean positionFollowsReleases;

    private Runnable restartListener = () -> {};

    /** The reading half of a new, empty ring. */
    public RingReader(RingMemory memory) {
        this.memory = memory;
        this.block = memory.block;
        this.capacity = memory.capacity;
        this.payloadOffset = memory.payloadOffset;
    }

    /**
     * Takes the next frame. {@link #frameOffset}, {@link #frameSize} and {@link #frameSequence} describe it until the
     * next call.
     *
     * @return the ticket to release it with, or {@link #NOTHING}
     * @throws CorruptBufferException if a position, size or sum is impossible; nothing is taken
     * @throws SequenceGapException if the frame is not the next one; it is not taken
     */
    public long take() {
        return take(true);
    }

    /**
     * Whether one look at payload_free_bytes finds the ring as empty as {@link #take} just did. For waiting: where so
     * little is done between the looks, a processor reads the next frame ahead.
     */
    public boolean isStillEmpty() {
        boolean empty = seenUnread == 0 && HeaderBlock.payloadFreeBytesAcquire(MEMORY, block) == capacity - heldBytes();
        Reference.reachabilityFence(this);
        return empty;
    }

    /**
     * Whether the last look at the header block has shown a frame that is not taken yet: the next {@link #take} then
     * goes by that.
     */
    public boolean hasSeen() {
        return seenUnread != 0;
    }

    /**
     * Takes the next frame as {@link #take}, but stores payload_read_pos only with {@link #freeReleased}: for frames
     * that are released soon, with others.
     */
    public long takeUnnoticed() {
        return take(false);
    }

    /** What is told of each frame with number 1 where another was expected: a writer of other origin has begun anew. */
    public void onRestart(Runnable listener) {
        restartListener = listener;
    }

    /**
     * Says whether payload_read_pos is to be the end of what was freed, rather than of what was taken: for a writer
     * that goes by it. Nothing changes for one that does not, except where it finds the reader while frames are
     * held.
     */
    public void followReleases(boolean follows) {
        if (positionFollowsReleases != follows) {
            positionFollowsReleases = follows;
            if (heldBytes() != 0) {
                // Nobody rewinds a ring of which something is held.
                framesAtPosition = nextTicket;
                HeaderBlock.payloadReadPositionRelease(
                        memory.segment, 0, follows ? positionOf(releasedTotal) : readPosition);
            }
        }
    }

    /** Where the bytes end of which so many were taken before; not before what is held. */
    private long positionOf(long total) {
        long position = readPosition - (takenTotal - total);
        return position > 0 ? position : position + capacity;
    }

    /**
     * Takes a frame that a token announced: the next one of a writer whose changes to payload_free_bytes are not to be
     * relied on. It lies at the reader's position, or behind a wrap, whatever that field says; payload_read_pos is
     * stored with {@link #freeReleased}.
     *
     * @return the ticket, or {@link #NOTHING} if the token was one without a frame
     * @throws CorruptBufferException as {@link #take}
     * @throws SequenceGapException as {@link #take}
     */
    public long takeAnnounced() {
        return expectAnnounced(false) ? takeUnnoticed() : NOTHING;
    }

    /**
     * Takes a frame that a writer which is gone may have published without a token; what is no such frame is nothing.
     * Writers of other origin move their position before they take the space: one that died between the two has not,
     * and nobody but this reader can do so.
     */
    public long takeLeftBehind() {
        if (!expectAnnounced(true)) {
            return NOTHING;
        }
        long free = HeaderBlock.payloadFreeBytesAcquire(memory.segment, 0);
        long notTaken = free + heldBytes() + seenUnread - capacity;
        if (notTaken > 0) {
            HeaderBlock.addPayloadFreeBytesVolatile(memory.segment, 0, -notTaken);
        }
        return takeUnnoticed();
    }

    /** Leaves what {@link #take} goes by as a look at the header block that found the next frame and nothing else. */
    private boolean expectAnnounced(boolean isInDoubt) {
        long position = presentPosition();
        if (!memory.isPosition(position)) {
            throw impossible(position);
        }
        long writePosition = HeaderBlock.payloadWritePositionAcquire(memory.segment, 0);
        long free = HeaderBlock.payloadFreeBytesAcquire(memory.segment, 0);
        long size = sizeAt(block + payloadOffset + position, capacity - position);
        long waste = size == 0 ? capacity - position : 0;
        long at = size == 0 ? 0 : position;
        size = FrameHeader.sizeAcquire(MEMORY, block + payloadOffset + at);
        long sequence = memory.frameSequence(at);
        Reference.reachabilityFence(this);
        boolean isNext = sequence == expectedSequence || sequence == 1;
        // The writer moved its position before it posted the token.
        long room = (writePosition > at ? writePosition : capacity) - at;
        boolean isPossible = isNext && size > 0 && size <= room - FrameHeader.SIZE;
        // No less is free than payload_free_bytes says: so the ring is empty, and not full, or the writer is between
        // its marker and the frame.
        boolean isNothing =
                free > 0 && memory.meet(position, writePosition) || waste > 0 && capacity - free - heldBytes() == waste;
        if (isNothing || isInDoubt && !isPossible) {
            return false;
        }
        if (!isPossible) {
            throw impossibleFrame(at, size, sequence, room);
        }
        if (sequence != expectedSequence) {
            expectedSequence = sequence;
            restartListener.run();
        }
        readPosition = position;
        seenUnread = waste + FrameHeader.SIZE + size;
        seenWritePosition = writePosition;
        return true;
    }

    private RuntimeException impossibleFrame(long position, long size, long sequence, long room) {
        return size <= 0 || size > room - FrameHeader.SIZE
                ? impossibleSize(position, size, room)
                : new SequenceGapException(memory.bufferName, expectedSequence, sequence);
    }

    /**
     * Helps a writer of other origin that sleeps although the ring is empty. It may wait for space that was lost when
     * both sides changed payload_free_bytes, or for room behind its position that will never be there, because it needs
     * the rest of the lap as well as the frame: so that space is freed, and the ring begins anew at 0. Such a
     * writer reads both again when it wakes.
     *
     * @param isAsleep whether the writer sleeps and has no token to wake on; only then it is not in the middle of a
     *     write. Asked before and after each look
     * @return whether there is something to wake it for
     */
    public boolean helpStuckWriter(BooleanSupplier isAsleep) {
        if (heldBytes() != 0 || !isAsleep.getAsBoolean()) {
            return false;
        }
        long writePosition = HeaderBlock.payloadWritePositionAcquire(memory.segment, 0);
        long free = HeaderBlock.payloadFreeBytesAcquire(memory.segment, 0);
        long position = HeaderBlock.payloadReadPositionAcquire(memory.segment, 0);
        boolean isEmpty = memory.meet(position, writePosition) && memory.meet(readPosition, writePosition);
        boolean hasRoom = free == capacity && memory.isStart(writePosition);
        if (!isEmpty || hasRoom || !isAsleep.getAsBoolean()) {
            return false;
        }
        if (free != capacity) {
            return HeaderBlock.compareAndSetPayloadFreeBytes(memory.segment, free, capacity);
        }
        seenUnread = 0;
        readPosition = 0;
        HeaderBlock.payloadReadPositionRelease(memory.segment, 0, 0);
        HeaderBlock.payloadWritePositionRelease(memory.segment, 0, 0);
        return true;
    }

    /**
     * Whether the header of a frame that is about to be released is what it was: a writer that went over the frame has
     * changed it first, and what was read of the frame may be wrong.
     *
     * @param offset of the frame's first byte in the segment
     */
    public boolean isIntact(long offset, long size, long sequence) {
        VarHandle.acquireFence();
        long header = offset - FrameHeader.SIZE;
        return FrameHeader.size(memory.segment, header) == size
                && FrameHeader.sequence(memory.segment, header) == sequence;
    }

    /**
     * One method, of more bytecodes than HotSpot inlines anywhere (FreqInlineSize, 325): so what calls it stays small
     * enough to be inlined where frames are used, and a frame object that does not outlive its use there costs no
     * allocation, whatever was compiled first (docs/decisions/0003).
     */
    private long take(boolean storesPosition) {
        // In locals: what is read from a field behind a fence is read again.
        long start = block;
        long ring = start + payloadOffset;
        long end = capacity;
        long position = readPosition;
        assert memory.isPosition(position) : position;
        long unread = seenUnread;
        boolean isFresh = unread == 0;
        long size;
        if (isFresh) {
            // The position before the space: a frame that comes between the two must not fill the ring unnoticed.
            long writePosition = HeaderBlock.payloadWritePositionAcquire(MEMORY, start);
            long free = HeaderBlock.payloadFreeBytesAcquire(MEMORY, start);
            long held = heldBytes();
            unread = end - free - held;
            if (unread == 0) {
                return NOTHING;
            }
            seenWritePosition = writePosition;
            seenFree = free;
            if (free < 0 || unread < 0) {
                throw impossible(position);
            }
            // Where it is expected, before it is known whether it is there: a processor then reads it ahead, and need
            // not have the header block first. Behind the comparison the compiler would go by what was read, which is
            // the same (docs/decisions/0011).
            size = sizeAt(ring + position, end - position);
            // The writer moves it when it rewinds a drained ring.
            long present = held == 0 ? HeaderBlock.payloadReadPositionAcquire(MEMORY, start) : position;
            if (present != position) {
                if (!memory.isPosition(present)) {
                    throw impossible(present);
                }
                readPosition = present;
                position = present;
                size = sizeAt(ring + present, end - present);
            }
            if (free != 0 && memory.meet(position, writePosition)) {
                return NOTHING;
            }
        } else {
            size = sizeAt(ring + position, end - position);
        }
        seenUnread = 0;
        long waste = 0;
        long toEnd = end - position;
        if (size == 0) {
            waste = toEnd;
            if (unread == waste) {
                // A writer that publishes marker and frame apart is between the two.
                return isFresh ? NOTHING : take(storesPosition);
            }
            position = 0;
            size = FrameHeader.sizeAcquire(MEMORY, ring);
        }
        long sequence = FrameHeader.sequence(MEMORY, ring + position);
        if (sequence != expectedSequence || size <= 0 || size > largest(position, unread - waste)) {
            // Only what was seen just now is judged.
            sequence = isFresh ? judge(position, size, sequence, unread - waste) : NOTHING;
            if (sequence == NOTHING) {
                return isFresh ? NOTHING : take(storesPosition);
            }
        }
        if (waste > 0) {
            markers += toEnd < FrameHeader.SIZE ? 0 : 1;
            wastedTotal += waste;
        }
        long total = FrameHeader.SIZE + size;
        frameOffset = payloadOffset + position + FrameHeader.SIZE;
        position += total;
        readPosition = position;
        // What lies behind the writer's position is space that a dead one took.
        seenUnread = memory.meet(position, seenWritePosition) ? 0 : unread - waste - total;
        expectedSequence = sequence + 1;
        frameSize = size;
        takenTotal += waste + total;
        long ticket = nextTicket;
        nextTicket = ticket + 1;
        if (nextTicket - oldestTicket > heldEnds.length) {
            growHeld();
        }
        heldEnds[slot(ticket)] = takenTotal;
        if (storesPosition) {
            publishPosition();
        }
        Reference.reachabilityFence(this);
        return ticket;
    }

    /** The size in a header; fewer bytes than a header at the end can only be a wrap, whatever they hold. */
    private static long sizeAt(long header, long toEnd) {
        return toEnd < FrameHeader.SIZE ? 0 : FrameHeader.sizeAcquire(MEMORY, header);
    }

    private void publishPosition() {
        framesAtPosition = nextTicket;
        HeaderBlock.payloadReadPositionRelease(MEMORY, block, readPosition);
        if (nextTicket + markers - publishedCount >= COUNT_INTERVAL) {
            publishCount();
        }
    }

    /**
     * Stores payload_read_count, which is not done for every frame: no peer goes by it, and it shares a cache line with
     * what the writer stores and loads for every frame. To be called before a wait.
     */
    public void publishCount() {
        long readCount = nextTicket + markers;
        if (readCount != publishedCount) {
            publishedCount = readCount;
            HeaderBlock.payloadReadCountRelease(MEMORY, block, readCount);
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Releases a taken frame; each ticket once.
     *
     * @return how many frames this freed: the caller posts the read semaphore that often
     */
    public int release(long ticket) {
        releaseKeepingSpace(ticket);
        return freeReleased();
    }

    /**
     * Releases a taken frame, but keeps its space until {@link #freeReleased}.
     *
     * @return the bytes to be freed
     */
    public long releaseKeepingSpace(long ticket) {
        long end = heldEnds[slot(ticket)];
        if (ticket != oldestTicket) {
            heldEnds[slot(ticket)] = ~end;
            return releasedTotal - freedTotal;
        }
        long oldest = ticket + 1;
        while (oldest < nextTicket && heldEnds[slot(oldest)] < 0) {
            end = ~heldEnds[slot(oldest)];
            oldest++;
        }
        oldestTicket = oldest;
        releasedTotal = end;
        return end - freedTotal;
    }

    /** Frees the space of released frames; returns how many, as {@link #release}. */
    public int freeReleased() {
        int frames = (int) (oldestTicket - freedTicket);
        if (frames > 0) {
            if (positionFollowsReleases) {
                framesAtPosition = nextTicket;
                HeaderBlock.payloadReadPositionRelease(MEMORY, block, positionOf(releasedTotal));
            } else if (framesAtPosition != nextTicket) {
                publishPosition();
            }
            long bytes = releasedTotal - freedTotal;
            freedTicket = oldestTicket;
            freedTotal = releasedTotal;
            HeaderBlock.addPayloadFreeBytesVolatile(MEMORY, block, bytes);
            Reference.reachabilityFence(this);
        }
        return frames;
    }

    /**
     * Puts right what a writer that died in a commit left: space that was taken for a frame which write_pos does not
     * cover is freed; a frame that write_pos covers without its space being taken, as other implementations leave
     * it, is skipped. Only for a ring without a writer.
     *
     * @param isWithoutWriter asked again after every look: a writer that attaches after the last answer and takes space
     *     spoils the update
     */
    public void freeUncommitted(BooleanSupplier isWithoutWriter) {
        long free = HeaderBlock.payloadFreeBytesAcquire(memory.segment, 0);
        long unread = capacity - free - heldBytes();
        long position = presentPosition();
        long writePosition = HeaderBlock.payloadWritePositionAcquire(memory.segment, 0);
        boolean possible = unread >= 0 && memory.isPosition(position) && memory.isPosition(writePosition);
        if (!possible || !isWithoutWriter.getAsBoolean()) {
            return;
        }
        seenUnread = 0;
        if (unread == 0) {
            readPosition = writePosition;
            HeaderBlock.payloadReadPositionRelease(memory.segment, 0, writePosition);
        } else if (!belongsToAFrame(position, writePosition, capacity - free)) {
            HeaderBlock.compareAndSetPayloadFreeBytes(memory.segment, free, free + unread);
        }
    }

    /**
     * Whether the unread bytes are a frame to read, or one that is not published but covered by write_pos: a successor
     * of the writer publishes it.
     */
    private boolean belongsToAFrame(long from, long writePosition, long usedBytes) {
        boolean wraps = capacity - from < FrameHeader.SIZE || memory.frameSize(from) == 0;
        long position = wraps ? 0 : from;
        long size = memory.frameSize(position);
        return FrameHeader.isPending(size)
                ? memory.walkFrom(position).lastCovered(from, writePosition, usedBytes) != FrameWalk.NONE
                : memory.frameSequence(position) == expectedSequence;
    }

    /**
     * The sequence number of what is not simply the next frame, if it is a frame to take; NOTHING if it is none.
     *
     * @throws CorruptBufferException if the size is impossible
     * @throws SequenceGapException if the number is
     */
    private long judge(long position, long size, long sequence, long unread) {
        if (isOfNoFrame(size)) {
            // A wake-up came while a writer is between taking the space and publishing the frame, or died there.
            return NOTHING;
        }
        if (size <= 0 || size > largest(position, unread)) {
            if (mayBeNothing()) {
                return NOTHING;
            }
            throw impossibleSize(position, size, unread);
        }
        // 1 is how the other implementations' writers begin again after a reconnect.
        if (sequence != expectedSequence && sequence != 1) {
            if (mayBeNothing()) {
                return NOTHING;
            }
            throw new SequenceGapException(memory.bufferName, expectedSequence, sequence);
        }
        restartListener.run();
        return sequence;
    }

    private CorruptBufferException impossibleSize(long position, long size, long unread) {
        return memory.corrupt(
                "frame size",
                size,
                "at position " + position + " of " + capacity + " with " + unread
                        + " unread bytes from there, 1 to "
                        + largest(position, unread) + " is possible");
    }

    private long largest(long position, long unread) {
        return Math.min(capacity - position, unread) - FrameHeader.SIZE;
    }

    /**
     * Whether what is no proper frame can be space that a dead writer took: its successor has gone on since the first
     * look at payload_free_bytes, or is already through, and what lies here was written a lap ago. A full ring looks
     * the same.
     */
    private boolean mayBeNothing() {
        return seenFree != HeaderBlock.payloadFreeBytesAcquire(memory.segment, 0)
                || memory.meet(presentPosition(), HeaderBlock.payloadWritePositionAcquire(memory.segment, 0));
    }

    /** Where the next frame is looked for: the writer moves it when it rewinds a drained ring. */
    private long presentPosition() {
        return heldBytes() == 0 ? HeaderBlock.payloadReadPositionAcquire(memory.segment, 0) : readPosition;
    }

    private CorruptBufferException impossible(long position) {
        return memory.isPosition(position)
                ? memory.corrupt(
                        "payload_free_bytes", seenFree, "between 0 and " + (capacity - heldBytes()) + " is possible")
                : memory.corrupt("payload_read_pos", position, "the ring has " + capacity + " bytes");
    }

    /** Whether a size, as read, is that of a frame which is not published, or a note; what can be neither is not. */
    private boolean isOfNoFrame(long size) {
        return FrameHeader.isNote(size)
                ? memory.isPosition(FrameHeader.notedPosition(size))
                : FrameHeader.isPending(size)
                        && size != Long.MIN_VALUE
                        && FrameHeader.withoutPending(size) <= capacity - FrameHeader.SIZE;
    }

    /** Offset in the segment of the first byte of the frame taken last. */
    public long frameOffset() {
        return frameOffset;
    }

    /** Size in bytes of the frame taken last. */
    public long frameSize() {
        return frameSize;
    }

    /** Sequence number of the frame taken last. */
    public long frameSequence() {
        return expectedSequence - 1;
    }

    /** Bytes that were written and are not taken: of frames, and of what wraps waste. */
    public long unreadBytes() {
        long unread = capacity - HeaderBlock.payloadFreeBytesAcquire(MEMORY, block) - heldBytes();
        Reference.reachabilityFence(this);
        return unread;
    }

    /** Bytes of frames that were taken and are not freed, headers and what wraps waste included. */
    public long heldBytes() {
        return takenTotal - freedTotal;
    }

    /** Frames that were taken and are not freed. */
    public long framesHeld() {
        return nextTicket - freedTicket;
    }

    /** Bytes taken so far, headers and what wraps waste included. */
    public long bytesPassed() {
        return takenTotal;
    }

    /** Frames taken so far. */
    public long framesTaken() {
        return nextTicket;
    }

    /** Bytes of the frames taken so far, without their headers. */
    public long bytesTaken() {
        return takenTotal - wastedTotal - nextTicket * FrameHeader.SIZE;
    }

    private void growHeld() {
        long[] old = heldEnds;
        heldEnds = Arrays.copyOf(old, old.length * 2);
        for (long ticket = oldestTicket; ticket < nextTicket; ticket++) {
            heldEnds[slot(ticket)] = old[(int) (ticket & (old.length - 1))];
        }
    }

    private int slot(long ticket) {
        return (int) (ticket & (heldEnds.length - 1));
    }
}
