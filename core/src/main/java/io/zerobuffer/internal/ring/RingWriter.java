package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.address.Unchecked.MEMORY;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * The writing half of the ring: claim space, fill it, commit or abort.
 *
 * <p>A claim stores nothing that any peer looks at; a commit takes the space, publishes the frame, and the caller then
 * posts the write semaphore. A writer that dies between two stores of a commit leaves enough for its successor to
 * finish it. Nothing here waits: a claim that finds no room says so.
 *
 * <p>Several frames can be published together: they are <em>staged</em> one behind the other, all but the first
 * complete, and a reader gets to none of them before the first is published. A batch never wraps.
 *
 * <p>Three rules keep readers of every origin safe. A frame never leaves 1 to 15 bytes at the end of the ring to be
 * crossed, because no marker fits there. A frame that fits neither in front of the end nor behind a marker waits until
 * the ring is drained, then <em>rewinds</em> it: both positions become 0, which no reader can notice because each
 * re-reads its position and waits. And everything that is ours to write is kept in fields: shared memory is read for
 * payload_free_bytes only, and only when the last value known does not suffice.
 *
 * <p>A ring that is larger than what is in flight <em>wraps early</em>, as soon as a window of it was written and the
 * reader is close behind: what is written and read again and again stays in the processor's cache. A reader that falls
 * behind gets the whole ring.
 *
 * <p>Space is taken by an atomic subtraction, except in front of a reader that goes by tokens: it may add to
 * payload_free_bytes in two steps, and then what is subtracted between them is lost. There the word is the reader's
 * alone, and what is taken is counted in another (docs/decisions/0015).
 *
 * <p>Not thread-safe. Positions and sizes are in bytes.
 */
public final class RingWriter {
    /** What {@link #claim} answers when the reader must first release frames. */
    public static final long NO_ROOM = -1;

    /**
     * The window has room for this many frames of the size at hand: one to write and one to read. More of 6 MB do not
     * stay in the cache (docs/decisions/0007).
     */
    private static final long WINDOW_FRAMES = 2;

    /**
     * Whether to wrap early or to wait for the reader is decided after this part of the window: each time costs a look
     * at the reader, too much for every small frame.
     */
    private static final long DECISIONS_PER_WINDOW = 64;

    /**
     * A ring whose reader keeps step is rewound after this many small frames: of more in a row a processor learns to
     * fetch the next one's place ahead, while it is being filled; larger ones move faster from the shared cache than
     * from the other processor's own (docs/decisions/0010).
     */
    private static final long FRAMES_IN_STEP = 4;

    private static final long LARGEST_IN_STEP = 2 << 10;

    private final String bufferName;
    private final MemorySegment segment;
    /** Kept, because what every frame needs is reached by address, and that memory must stay mapped meanwhile. */
    private final MemorySegment lasting;

    private final long block;
    private final long payloadOffset;
    private final long capacity;

    /**
     * Whether the reader alone changes payload_free_bytes; then payload_taken counts what writers take, and was this
     * when this one attached.
     */
    private final boolean countsTaken;

    private long takenBefore;
    private long smallestWindow = Long.MAX_VALUE;
    private boolean staysInStep;

    private long writePosition;
    private long nextSequence;
    private long writtenCount;
    /** A lower bound of payload_free_bytes: the reader only ever adds to it. */
    private long knownFree;

    /** payload_free_bytes as the last commit left it. */
    private long lastFree;

    private boolean readerIsSilent;

    /** Of the claim, header included; 0 when there is none. */
    private long claimTotal;

    /**
     * The frames to be published next, end to end: where the first one goes, at what price, and how many bytes of them
     * are complete.
     */
    private long runPosition;

    private long runWaste;
    private boolean runRewinds;
    private long runTotal;
    /** How long the run may get without another look at the reader, the end or the window. */
    private long runLimit;

    private int stagedFrames;
    private long firstStagedSize;

    /** Set when a reader that fell behind found the window too small: the lap goes on to the end of the ring. */
    private boolean needsWholeRing;

    /** What {@link #takenTotal} was when it was decided last whether to wrap early or to wait. */
    private long decidedAt;

    /**
     * Whether the reader had released all before the frame published last, and what {@link #takenTotal} was when it was
     * asked last if it has that one, too.
     */
    private boolean keepsStep;

    private long steppedAt;

    /**
     * All bytes ever taken, wraps included, and how many of them were when the last wrap was complete: until they are
     * released, what it wasted is not free.
     */
    private long takenTotal;

    private long wrappedTotal;
    private long wastedBytes;

    /**
     * Attaches to a ring in memory that lives as long as this, whose reader goes by payload_free_bytes; see the other
     * constructor.
     */
    public RingWriter(String bufferName, MemorySegment segment, SegmentLayout layout) {
        this(bufferName, segment, segment, layout, true);
    }

    /**
     * Attaches to a ring, used or new, and continues its sequence.
     *
     * @param segment the memory; what is rare ends with an exception once it is closed
     * @param lasting the same memory, native; it must stay mapped as long as this is reachable
     * @param readerGoesByFree whether the reader goes by payload_free_bytes, and so changes it by atomic addition; one
     *     that does not goes by tokens, and may lose what another side subtracts (docs/decisions/0015)
     * @throws CorruptBufferException if a position or payload_free_bytes lies outside the ring
     */
    public RingWriter(
            String bufferName,
            MemorySegment segment,
            MemorySegment lasting,
            SegmentLayout layout,
            boolean readerGoesByFree) {
        this.bufferName = bufferName;
        this.segment = segment;
        this.lasting = lasting;
        this.block = lasting.address();
        this.payloadOffset = layout.payloadOffset();
        this.capacity = layout.payloadSize();
        long taken = HeaderBlock.payloadTakenAcquire(segment);
        this.countsTaken = !readerGoesByFree && taken != HeaderBlock.SPACE_IS_SUBTRACTED;
        this.takenBefore = countsTaken ? taken : 0;
        this.writtenCount = HeaderBlock.payloadWrittenCountAcquire(segment);
        this.writePosition = checkedPosition("payload_write_pos", HeaderBlock.payloadWritePositionAcquire(segment));
        this.knownFree = readFree();
        long readPosition = checkedPosition("payload_read_pos", HeaderBlock.payloadReadPositionAcquire(segment));
        if (isDrained()) {
            // A writer that died while it rewound leaves the two apart; the reader of a drained ring decides where it
            // goes on.
            writePosition = readPosition;
            HeaderBlock.payloadWritePositionRelease(segment, writePosition);
        } else {
            finishCommit(readPosition);
        }
        noteForgottenCommit();
        this.nextSequence = 1 + LastSequence.find(segment, layout, readPosition, writePosition, writtenCount);
        this.lastFree = knownFree;
    }

    /**
     * Deals with the frames in whose commit a writer before may have died: the first pending one from the reader's
     * position on, and those staged behind it. If write_pos covers them, their space is taken: they are published. If
     * it lies at the reader's position without being covered, the ring was being rewound for it: the reader holds
     * nothing, so whatever is not free was taken for it, and is given back. Dying here leaves the same to do.
     */
    private void finishCommit(long readPosition) {
        long position = new FrameWalk(segment, payloadOffset, capacity, readPosition)
                .firstPending(writePosition, knownFree == 0);
        if (position == FrameWalk.NONE) {
            return;
        }
        long header = payloadOffset + position;
        long size = FrameHeader.withoutPending(FrameHeader.size(segment, header));
        long sequence = FrameHeader.sequence(segment, header);
        long last = new FrameWalk(segment, payloadOffset, capacity, position)
                .lastCovered(readPosition, writePosition, capacity - knownFree);
        if (last != FrameWalk.NONE) {
            // Not counted yet if write_pos was here before, as when frames of one size each rewind the ring.
            writtenCount = Math.max(writtenCount, last);
            HeaderBlock.payloadWrittenCountRelease(segment, writtenCount);
            FrameHeader.write(segment, header, size, sequence);
        } else if (position == 0 && readPosition == 0 && (writePosition % capacity != 0 || sequence == 1)) {
            // A reader of other origin goes back to 0 with a frame that ends the ring, and may hold it: then write_pos
            // is the end, or 0, from where only the first frame of all may rewind.
            HeaderBlock.payloadWritePositionRelease(segment, 0);
            writePosition = 0;
            knownFree = addFree(capacity - knownFree);
        }
    }

    /** Gives back space that a dead writer took; answers what is free. */
    private long addFree(long bytes) {
        if (!countsTaken) {
            return HeaderBlock.addPayloadFreeBytesVolatile(segment, bytes);
        }
        takenBefore -= bytes;
        return countTaken(0);
    }

    /**
     * Takes space in front of a reader that alone changes payload_free_bytes: that is no more stored to than what the
     * reader adds, so that its addition may come in two steps, and what is free is the difference to what was taken.
     */
    private long countTaken(long bytes) {
        long taken = takenBefore + takenTotal + bytes;
        HeaderBlock.payloadTakenRelease(MEMORY, block, taken);
        return HeaderBlock.payloadFreeBytesAcquire(MEMORY, block) - taken;
    }

    /**
     * A commit at the start of the ring, or its note, that came to nothing: its frame would have been the next behind
     * write_pos, and the note says so.
     */
    private void noteForgottenCommit() {
        long size = FrameHeader.size(segment, payloadOffset);
        long sequence = FrameHeader.sequence(segment, payloadOffset);
        if (FrameHeader.isForgotten(size, sequence)) {
            FrameHeader.writeNote(segment, payloadOffset, writePosition, sequence);
        }
    }

    /** Lets the ring wrap early once this many bytes of it are written; it does not otherwise. */
    public void wrapEarly(long window) {
        smallestWindow = window;
    }

    /**
     * Rewinds the ring every few frames while they are small and each finds all before it released: request and reply
     * then move through few cache lines. Costs no space, unlike an early wrap, but one look at the reader each time.
     */
    public void stayInStep() {
        staysInStep = true;
    }

    /** Lets this lap go on to the end of the ring: the window was too small for what the reader is behind. */
    public void useWholeRing() {
        needsWholeRing = true;
    }

    /**
     * Whether the reader is no further behind than half of the window that frames of this size go through: only then
     * does the ring wrap early. Always true where it cannot.
     */
    public boolean isReaderClose(long size) {
        if (smallestWindow >= capacity) {
            return true;
        }
        long window = windowFor(FrameHeader.SIZE + size);
        if (window >= capacity || unreleasedBytes() <= window / 2) {
            return true;
        }
        knownFree = readFree();
        return unreleasedBytes() <= window / 2;
    }

    /**
     * Bytes that are written between two decisions whether to wrap early or to wait for the reader, if no frame is
     * larger.
     */
    public long decisionInterval() {
        return smallestWindow / DECISIONS_PER_WINDOW;
    }

    private long windowFor(long total) {
        return Math.max(smallestWindow, WINDOW_FRAMES * total);
    }

    /** Bytes of the frames that are not released, without what the last wrap wasted. */
    private long unreleasedBytes() {
        long used = capacity - knownFree;
        return takenTotal - used < wrappedTotal ? used - wastedBytes : used;
    }

    /** Frames between the reader's position and ours: those that have a token, or should have one. */
    public long unreadFrames() {
        long readPosition = checkedPosition("payload_read_pos", HeaderBlock.payloadReadPositionAcquire(segment));
        long free = readFree();
        // The start and the end are one place; reader and writer meet there in a full ring, or when nothing is unread.
        boolean meet = readPosition % capacity == writePosition % capacity;
        if (meet && free != 0) {
            return 0;
        }
        FrameWalk walk = new FrameWalk(segment, payloadOffset, capacity, readPosition);
        return meet ? walk.framesOfALap() : walk.framesTo(writePosition);
    }

    /**
     * Reserves room for a frame, in place. With frames staged, only right behind them.
     *
     * @param size 1 to {@link SegmentLayout#maxFrameSize()}; the caller checks
     * @return the offset in the segment of the frame's first byte, or {@link #NO_ROOM}: publish what is staged, or wait
     *     for the reader to release frames
     */
    public long claim(long size) {
        long at = claimPrepared(size);
        return at != NO_ROOM ? at : claimAfterALook(FrameHeader.SIZE + size);
    }

    /**
     * Claims as {@link #claim}, where no look at the reader is needed for it: {@link #NO_ROOM} means that nothing is
     * known.
     */
    public long claimPrepared(long size) {
        assert size > 0 && size <= capacity - FrameHeader.SIZE : size;
        long total = FrameHeader.SIZE + size;
        return runTotal + total <= runLimit ? claimed(total) : NO_ROOM;
    }

    private long claimed(long total) {
        claimTotal = total;
        return payloadOffset + runPosition + runTotal + FrameHeader.SIZE;
    }

    private long claimAfterALook(long total) {
        boolean fits = stagedFrames > 0 ? fitsBehindStaged(total) : place(total);
        return fits ? claimed(total) : NO_ROOM;
    }

    private boolean fitsBehindStaged(long total) {
        // A successor can tell whether a rewind came to be from one frame only.
        if (runRewinds || !leavesUsableTail(capacity - runPosition - runTotal - total)) {
            return false;
        }
        knownFree = readFree();
        limitRun();
        return knownFree - runWaste >= runTotal + total;
    }

    /** Short of what is known to be free, and of a tail without room for a marker. */
    private void limitRun() {
        runLimit = runRewinds ? 0 : Math.min(knownFree - runWaste, capacity - runPosition - FrameHeader.SIZE);
    }

    /** Completes the claimed frame without publishing it. Returns its sequence number. */
    public long stage() {
        assert runPosition >= 0 && claimTotal >= FrameHeader.SIZE && runPosition + runTotal + claimTotal <= capacity
                : runPosition;
        long header = block + payloadOffset + runPosition + runTotal;
        long size = claimTotal - FrameHeader.SIZE;
        long sequence = nextSequence + stagedFrames;
        if (stagedFrames == 0) {
            FrameHeader.writePending(MEMORY, header, size, sequence);
            firstStagedSize = size;
        } else {
            FrameHeader.write(MEMORY, header, size, sequence);
        }
        runTotal += claimTotal;
        stagedFrames++;
        claimTotal = 0;
        Reference.reachabilityFence(this);
        return sequence;
    }

    /**
     * Publishes the frames that are staged; the caller posts the write semaphore once for each. Returns how many they
     * were.
     */
    public int publish() {
        return publish(false);
    }

    /** Publishes the claimed frame together with those that are staged, as {@link #publish()}. */
    public int publishClaimed() {
        return publish(true);
    }

    /** Publishes the claimed frame; the caller posts the write semaphore once. Returns the frame's sequence number. */
    public long commit() {
        publish(true);
        return lastSequence();
    }

    /**
     * One method, of more bytecodes than HotSpot inlines anywhere, as RingReader.take: what calls it stays small, and
     * is compiled alike every time.
     */
    private int publish(boolean stagesClaim) {
        if (stagesClaim) {
            stage();
        }
        int frames = stagedFrames;
        if (frames == 0) {
            return 0;
        }
        // All in locals first: what is read from a field behind a fence is read again.
        long start = block;
        long largest = capacity;
        long window = smallestWindow;
        long position = runPosition;
        long end = position + runTotal;
        long taken = runWaste + runTotal;
        long header = start + payloadOffset + position;
        long size = firstStagedSize;
        if (runWaste > 0) {
            markWrap(taken);
        }
        if (runRewinds) {
            HeaderBlock.payloadReadPositionRelease(MEMORY, start, 0);
        }
        long written = writtenCount + frames;
        long freeBefore = lastFree;
        long free = countsTaken ? countTaken(taken) : HeaderBlock.addPayloadFreeBytesVolatile(MEMORY, start, -taken);
        HeaderBlock.payloadWrittenCountRelease(MEMORY, start, written);
        HeaderBlock.payloadWritePositionRelease(MEMORY, start, end);
        FrameHeader.publishRelease(MEMORY, header, size);
        long total = takenTotal + taken;
        takenTotal = total;
        writtenCount = written;
        writePosition = end;
        nextSequence += frames;
        stagedFrames = 0;
        readerIsSilent = free <= freeBefore - taken;
        lastFree = free;
        // An impossible value suffices for no claim, so that the next one reads it again and refuses it.
        long known = free <= largest ? free : 0;
        knownFree = known;
        // The next run begins where this one ended, if that is all there is to decide.
        runPosition = end;
        runWaste = 0;
        runRewinds = false;
        runTotal = 0;
        long limit = end == 0 ? 0 : Math.min(known, largest - end - FrameHeader.SIZE);
        if (window < largest && (end >= window || unreleasedBytes() > window / 2)) {
            limit = Math.min(limit, decidedAt + decisionInterval() - total);
        }
        keepsStep = staysInStep
                && free == largest - taken
                && frames == 1
                && taken <= LARGEST_IN_STEP
                && end >= FRAMES_IN_STEP * taken
                && end < largest
                && total - steppedAt >= FRAMES_IN_STEP * taken;
        runLimit = keepsStep ? 0 : limit;
        Reference.reachabilityFence(this);
        return frames;
    }

    private void markWrap(long taken) {
        if (runWaste >= FrameHeader.SIZE) {
            // Behind the header at 0, so that nobody who follows the marker finds an old frame there.
            FrameHeader.writeWrapMarker(segment, payloadOffset + writePosition);
            writtenCount++;
        }
        wrappedTotal = takenTotal + taken;
        wastedBytes = runWaste;
    }

    /** reader_pid as it is now: 0 when the reader has closed. */
    public long readerPid() {
        long pid = HeaderBlock.readerPidAcquire(MEMORY, block);
        Reference.reachabilityFence(this);
        return pid;
    }

    /** writer_pid as it is now: the own one, unless another writer has overwritten it. */
    public long writerPid() {
        long pid = HeaderBlock.writerPidAcquire(MEMORY, block);
        Reference.reachabilityFence(this);
        return pid;
    }

    /** Sequence number of the last frame that was staged or published. */
    public long lastSequence() {
        return nextSequence + stagedFrames - 1;
    }

    /** Gives the claim up: nothing was published, so nothing is undone. */
    public void abort() {
        claimTotal = 0;
        if (stagedFrames == 0) {
            runLimit = 0;
        }
    }

    /** Whether the reader holds nothing and has nothing to read, as of the last look at payload_free_bytes. */
    public boolean isDrained() {
        return knownFree == capacity;
    }

    /**
     * Whether the reader released nothing between the last two commits, or not enough for the last claim: only then is
     * it worth asking whether it lives.
     */
    public boolean isReaderSilent() {
        return readerIsSilent;
    }

    /** Bytes of the frames that are staged, headers included. */
    public long stagedBytes() {
        return runTotal;
    }

    public boolean isClaimed() {
        return claimTotal != 0;
    }

    /**
     * Bytes that must be free for a frame of this size at the present position, wrap included; never more than the
     * ring.
     */
    public long requiredBytes(long size) {
        long total = FrameHeader.SIZE + size;
        long toEnd = capacity - writePosition;
        if (leavesUsableTail(toEnd - total)) {
            return total;
        }
        boolean canWrap = (toEnd == 0 || toEnd >= FrameHeader.SIZE) && toEnd + total <= capacity;
        return canWrap ? toEnd + total : capacity;
    }

    private boolean place(long total) {
        decidedAt = takenTotal;
        boolean fits = keepsStep && rewindsInStep() || place(total, knownFree);
        if (!fits) {
            knownFree = readFree();
            if (!place(total, knownFree)) {
                readerIsSilent = true;
                return false;
            }
        }
        limitRun();
        if (runPosition == 0 && writtenCount > 0) {
            // What will be written over the start of the ring may destroy the frames that tell the last sequence
            // number.
            FrameHeader.writeNote(segment, payloadOffset, writePosition, nextSequence);
        }
        return true;
    }

    private boolean rewindsInStep() {
        keepsStep = false;
        steppedAt = takenTotal;
        knownFree = readFree();
        return isDrained() && placeAt(0, 0, true);
    }

    private boolean place(long total, long free) {
        long toEnd = capacity - writePosition;
        if (leavesUsableTail(toEnd - total)) {
            if (writePosition >= smallestWindow && wrapsEarly(total, free)) {
                return placeAt(0, toEnd, false);
            }
            if (free >= total) {
                return placeAt(writePosition, 0, false);
            }
        } else if ((toEnd == 0 || toEnd >= FrameHeader.SIZE) && free >= toEnd + total) {
            needsWholeRing = false;
            return placeAt(0, toEnd, false);
        }
        return free == capacity && placeAt(0, 0, true);
    }

    /**
     * Whether to begin again at 0 with much of the ring still ahead: the reader must be close, because the rest of the
     * ring is out of use until it follows.
     */
    private boolean wrapsEarly(long total, long free) {
        long window = windowFor(total);
        long toEnd = capacity - writePosition;
        return !needsWholeRing
                && writePosition >= window
                && capacity - free <= window / 2
                && toEnd >= FrameHeader.SIZE
                && free >= toEnd + total;
    }

    private boolean placeAt(long position, long waste, boolean rewinds) {
        runPosition = position;
        runWaste = waste;
        runRewinds = rewinds;
        return true;
    }

    /** Behind a frame, the end of the ring or room for a marker. */
    private static boolean leavesUsableTail(long tail) {
        return tail == 0 || tail >= FrameHeader.SIZE;
    }

    /** Whether the reader goes by tokens, and not by payload_free_bytes. */
    public boolean readerGoesByTokens() {
        return countsTaken;
    }

    /** Free bytes as shared memory has them now, possible or not. Any thread may ask. */
    public long freeBytes() {
        return freeBytes(segment);
    }

    /** The same, through another mapping of the header block. */
    public long freeBytes(MemorySegment headerBlock) {
        // In this order: what is taken and released between the two looks must not look free twice.
        long word = HeaderBlock.payloadFreeBytesAcquire(headerBlock);
        return countsTaken ? word - HeaderBlock.payloadTakenAcquire(headerBlock) : word;
    }

    private long readFree() {
        long taken = takenBefore + takenTotal;
        long word = HeaderBlock.payloadFreeBytesAcquire(segment);
        long free = countsTaken ? word - taken : word;
        if (free < 0 || free > capacity) {
            String counted = countsTaken ? " and payload_taken is " + taken : "";
            throw new CorruptBufferException(
                    bufferName, "payload_free_bytes", word, "the ring has " + capacity + " bytes" + counted);
        }
        return free;
    }

    private long checkedPosition(String field, long position) {
        if (position < 0 || position > capacity) {
            throw new CorruptBufferException(bufferName, field, position, "the ring has " + capacity + " bytes");
        }
        return position;
    }
}
