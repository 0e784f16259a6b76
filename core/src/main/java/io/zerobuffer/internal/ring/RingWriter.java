package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.address.Unchecked.MEMORY;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of the ring: claim space, fill it, commit or abort.
 *
 * <p>A claim stores nothing that any peer looks at; a commit takes the space, publishes the frame, and the caller then
 * posts the write semaphore. A writer that dies between two stores of a commit leaves enough for its successor to
 * finish it ({@link Succession}). Nothing here waits: a claim that finds no room says so.
 *
 * <p>{@link #claimPrepared} is all that a claim asks as long as nothing stands against it: one comparison with a
 * <em>gate</em>, the largest size that may be claimed without a look at anything. The gate is closed while a claim is
 * open, where the next frame needs a decision ({@link Placement}) or more space than is known to be free, and when it
 * is time to ask whether the reader is there.
 *
 * <p>Several frames can be published together: they are <em>staged</em> one behind the other, all but the first
 * complete, and a reader gets to none of them before the first is published. A batch never wraps.
 *
 * <p>Everything that is the writer's to store is kept in fields: shared memory is read for payload_free_bytes only, and
 * only when the last value known does not suffice.
 *
 * <p>Not thread-safe. Positions and sizes are in bytes.
 */
public final class RingWriter {
    /** What {@link #claim} answers when the reader must first release frames. */
    public static final long NO_ROOM = -1;

    private static final long CLOSED = 0;

    private final RingMemory memory;
    private final FreeSpace space;
    /** Of the frames to be published next, which lie end to end: where the first one goes, at what price. */
    private final Placement placement;

    private long writePosition;
    private long nextSequence;
    private long writtenCount;
    /** A lower bound of what is free: the reader only ever adds to it. */
    private long knownFree;

    /** What was free when the last commit had taken its space. */
    private long lastFree;

    private boolean readerIsSilent;
    /** How many more frames a reader may leave unreleased before the gate closes. */
    private int silentFrames = Integer.MAX_VALUE;

    /** The largest size that may be claimed without a look at anything. */
    private long gate;

    /** Of the claim, header included; 0 when there is none. */
    private long claimTotal;

    /** How many bytes of the frames to be published next are complete. */
    private long runTotal;
    /** How long that may get without another look at the reader, the end or the window. */
    private long runLimit;

    private int stagedFrames;
    private long firstStagedSize;

    private final OpenClaims openClaims;

    /** Attaches to a ring whose reader goes by payload_free_bytes; see the other constructor. */
    public RingWriter(RingMemory memory) {
        this(memory, true);
    }

    /**
     * Attaches to a ring, used or new: finishes what a writer before has left, and continues its sequence.
     *
     * @param readerGoesByFree whether the reader goes by payload_free_bytes, and so changes it by atomic addition; one
     *     that does not goes by tokens, and may lose what another side subtracts (docs/decisions/0015)
     * @throws CorruptBufferException if a position or payload_free_bytes lies outside the ring
     */
    public RingWriter(RingMemory memory, boolean readerGoesByFree) {
        this.memory = memory;
        this.space = new FreeSpace(memory, readerGoesByFree);
        this.placement = new Placement(memory.capacity);
        Succession found = Succession.of(memory, space);
        this.writePosition = found.writePosition();
        this.writtenCount = found.writtenCount();
        this.knownFree = found.free();
        this.lastFree = knownFree;
        this.nextSequence = 1 + found.lastSequence();
        this.openClaims = new OpenClaims(this, memory);
    }

    /** Lets the ring wrap early once this many bytes of it are written; it does not otherwise. */
    public void wrapEarly(long window) {
        placement.wrapEarly(window);
    }

    /**
     * Rewinds the ring every few frames while they are small and each finds all before it released: request and reply
     * then move through few cache lines. Costs no space, unlike an early wrap, but one look at the reader each time.
     */
    public void stayInStep() {
        placement.stayInStep();
    }

    /** Lets this lap go on to the end of the ring: the window was too small for what the reader is behind. */
    public void useWholeRing() {
        placement.useWholeRing();
    }

    /**
     * Whether the reader is no further behind than half of the window that frames of this size go through: only then
     * does the ring wrap early. Always true where it cannot.
     */
    public boolean isReaderNear(long size) {
        long total = FrameHeader.SIZE + size;
        if (!placement.hasWindow(total) || placement.isReaderNear(total, knownFree)) {
            return true;
        }
        knownFree = space.free();
        return placement.isReaderNear(total, knownFree);
    }

    /**
     * Bytes that are written between two decisions whether to wrap early or to wait for the reader, if no frame is
     * larger.
     */
    public long decisionInterval() {
        return placement.decisionInterval();
    }

    /** Frames between the reader's position and this writer's: those that have a token, or should have one. */
    public long unreadFrames() {
        long readPosition =
                memory.checkedPosition("payload_read_pos", HeaderBlock.payloadReadPositionAcquire(memory.segment, 0));
        long free = space.free();
        // Reader and writer meet in a full ring, or when nothing is unread.
        boolean meet = memory.meet(readPosition, writePosition);
        if (meet && free != 0) {
            return 0;
        }
        FrameWalk walk = memory.walkFrom(readPosition);
        return meet ? walk.framesOfALap() : walk.framesTo(writePosition);
    }

    /**
     * Claims room for a frame as {@link #claim}, if nothing has to be looked at for that.
     *
     * @param size of the frame, checked or not
     * @return the offset in the segment of the frame's first byte, or {@link #NO_ROOM}: nothing is known
     */
    public long claimPrepared(long size) {
        return size > 0 && size <= gate ? claimed(FrameHeader.SIZE + size) : NO_ROOM;
    }

    /**
     * Closes the gate until the next claim is committed: what the caller has to ask before that claim, it asks when
     * {@link #claimPrepared} knows nothing.
     */
    public void closeGate() {
        gate = CLOSED;
    }

    /**
     * Lets the gate close when the reader has released nothing between two commits this many times and once more; then
     * it is {@link #isTimeToAsk time to ask} whether it lives.
     */
    public void askBehindSilentFrames(int frames) {
        silentFrames = frames;
    }

    /** Whether there is room for a frame without another look at the reader, the end or the window. */
    public boolean hasRoom(long size) {
        return runTotal + FrameHeader.SIZE + size <= runLimit;
    }

    /**
     * Claims room for a frame, to be filled in place. With frames staged, only right behind them.
     *
     * @param size 1 to {@link SegmentLayout#maxFrameSize()}; the caller checks
     * @return the offset in the segment of the frame's first byte, or {@link #NO_ROOM}: publish what is staged, or wait
     *     for the reader to release frames
     */
    public long claim(long size) {
        assert size > 0 && size <= memory.capacity - FrameHeader.SIZE : size;
        assert openClaims.isEmpty();
        long total = FrameHeader.SIZE + size;
        boolean fits = hasRoom(size) || (stagedFrames > 0 ? fitsBehindStaged(total) : placeRun(total));
        return fits ? claimed(total) : NO_ROOM;
    }

    private long claimed(long total) {
        assert claimTotal == 0 : claimTotal;
        claimTotal = total;
        gate = CLOSED;
        return memory.payloadOffset + placement.position() + runTotal + FrameHeader.SIZE;
    }

    private boolean fitsBehindStaged(long total) {
        long behind = memory.capacity - placement.position() - runTotal - total;
        // A successor can tell whether a rewind came to be from one frame only.
        if (placement.rewinds() || !Placement.leavesUsableTail(behind)) {
            return false;
        }
        knownFree = space.free();
        limitRun();
        return knownFree - placement.waste() >= runTotal + total;
    }

    /** Short of what is known to be free, and of a tail without room for a marker. */
    private void limitRun() {
        long toEnd = memory.capacity - placement.position() - FrameHeader.SIZE;
        runLimit = placement.rewinds() ? 0 : Math.min(knownFree - placement.waste(), toEnd);
    }

    private boolean placeRun(long total) {
        boolean fits = place(total, writePosition, 0, 0);
        if (fits) {
            limitRun();
        }
        return fits;
    }

    private boolean place(long total, long from, long claimed, long leastTail) {
        placement.decide();
        boolean fits = claimed == 0 && placement.asksForStep() && rewindsInStep()
                || placement.place(total, from, knownFree, claimed, leastTail);
        if (!fits) {
            knownFree = space.free();
            if (!placement.place(total, from, knownFree, claimed, leastTail)) {
                readerIsSilent = true;
                isTimeToAskBehindOneMore();
                gate = CLOSED;
                return false;
            }
        }
        if (placement.position() == 0) {
            noteSequence();
        }
        return true;
    }

    /**
     * Notes at the start of the ring, where the frame is not published yet, with which number the next one begins: what
     * will be written from there on may destroy the frames that tell the last number.
     */
    void noteSequence() {
        if (writtenCount > 0) {
            FrameHeader.writeNote(memory.segment, memory.payloadOffset, writePosition, nextSequence);
        }
    }

    private boolean rewindsInStep() {
        knownFree = space.free();
        if (isDrained()) {
            placement.placeAt(0, 0, true);
        }
        return isDrained();
    }

    /**
     * Places a frame behind claims that are open, without a claim of this writer's own.
     *
     * @param from where the last of them ends, or {@link #writePosition}
     * @param claimed the bytes between the two, what wraps skip included
     * @return its place, or null; either until the next call
     */
    @Nullable
    Placement placeBehind(long total, long from, long claimed) {
        assert claimTotal == 0 && stagedFrames == 0 : claimTotal;
        blockClaims();
        // It may become shorter when others lie behind it: at the end of the ring it could leave no room for a marker.
        return place(total, from, claimed, FrameHeader.SIZE) ? placement : null;
    }

    /** Keeps {@link #claim} from a place that claims behind the last frame have. */
    void blockClaims() {
        runLimit = 0;
        gate = CLOSED;
    }

    /** Publishes a frame whose content lies at a position; what is skipped in front of it is taken with it. */
    void publishAt(long position, long waste, boolean rewinds, long total) {
        placement.placeAt(position, waste, rewinds);
        claimTotal = total;
        publish(true);
    }

    /** Where the last frame ended. */
    long writePosition() {
        return writePosition;
    }

    /**
     * The claims that are open at once. While there is one, this writer's own {@link #claim} must not be called, and
     * while that is open, or frames are staged, none of these can be made.
     */
    public OpenClaims openClaims() {
        return openClaims;
    }

    /**
     * Makes the claimed frame shorter, before it is committed or staged. One that ended with the ring may leave 1 to 15
     * bytes there: then the next frame waits until the ring is drained.
     *
     * @param size 1 to what was claimed; the caller checks
     */
    public void shrink(long size) {
        assert size > 0 && size <= claimTotal - FrameHeader.SIZE : size;
        claimTotal = FrameHeader.SIZE + size;
    }

    /** Completes the claimed frame without publishing it. Returns its sequence number. */
    public long stage() {
        complete();
        gate = runLimit - runTotal - FrameHeader.SIZE;
        return lastSequence();
    }

    private void complete() {
        RingMemory ring = memory;
        long at = placement.position() + runTotal;
        assert at >= 0 && claimTotal >= FrameHeader.SIZE && at + claimTotal <= ring.capacity : at;
        long header = ring.block + ring.payloadOffset + at;
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
    }

    /**
     * Publishes the frames that are staged, and closes the gate; the caller posts the write semaphore once for each.
     * Returns how many they were.
     */
    public int publish() {
        return publish(false);
    }

    /** Publishes the claimed frame; the caller posts the write semaphore once. Returns the frame's sequence number. */
    public long commit() {
        publish(true);
        return nextSequence - 1;
    }

    /**
     * One method, of more bytecodes than HotSpot inlines anywhere, as RingReader.take: what calls it stays small, and
     * is compiled alike every time.
     */
    private int publish(boolean completesClaim) {
        if (completesClaim) {
            complete();
        }
        int frames = stagedFrames;
        if (frames == 0) {
            return 0;
        }
        // All in locals first: what is read from a field behind a fence is read again.
        RingMemory ring = memory;
        FreeSpace freeSpace = space;
        Placement place = placement;
        long start = ring.block;
        long position = place.position();
        long waste = place.waste();
        long end = position + runTotal;
        long taken = waste + runTotal;
        long header = start + ring.payloadOffset + position;
        long size = firstStagedSize;
        long written = writtenCount + frames;
        long freeBefore = lastFree;
        if (waste >= FrameHeader.SIZE) {
            // Behind the header at 0, so that nobody who follows the marker finds an old frame there.
            FrameHeader.writeWrapMarker(ring.segment, ring.payloadOffset + writePosition);
            written++;
        }
        if (place.rewinds()) {
            HeaderBlock.payloadReadPositionRelease(MEMORY, start, 0);
        }
        long free = freeSpace.take(start, taken);
        HeaderBlock.payloadWrittenCountRelease(MEMORY, start, written);
        HeaderBlock.payloadWritePositionRelease(MEMORY, start, end);
        FrameHeader.publishRelease(MEMORY, header, size);
        writtenCount = written;
        writePosition = end;
        nextSequence += frames;
        stagedFrames = 0;
        lastFree = free;
        // An impossible value suffices for no claim, so that the next one reads it again and refuses it.
        knownFree = free <= ring.capacity ? free : 0;
        runTotal = 0;
        long limit = place.published(end, taken, waste, free, frames);
        runLimit = limit;
        boolean silent = free <= freeBefore - taken;
        readerIsSilent = silent;
        gate = completesClaim && !(silent && isTimeToAskBehindOneMore()) ? limit - FrameHeader.SIZE : CLOSED;
        Reference.reachabilityFence(this);
        return frames;
    }

    private boolean isTimeToAskBehindOneMore() {
        int left = silentFrames;
        silentFrames = Math.max(0, left - 1);
        return left == 0;
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
        gate = runLimit - runTotal - FrameHeader.SIZE;
    }

    /** Whether the reader holds nothing and has nothing to read, as of the last look at payload_free_bytes. */
    public boolean isDrained() {
        return knownFree == memory.capacity;
    }

    /**
     * Whether the reader released nothing between the last two commits, or not enough for the last claim: only then is
     * it worth asking whether it lives.
     */
    boolean isReaderSilent() {
        return readerIsSilent;
    }

    /** Whether it is worth asking, and {@link #askBehindSilentFrames long enough} since the last time. */
    public boolean isTimeToAsk() {
        return readerIsSilent && silentFrames == 0;
    }

    /** Bytes of the frames that are staged, headers included. */
    public long stagedBytes() {
        return runTotal;
    }

    /** Whether a claim is open, of this or of {@link #openClaims}. */
    public boolean isClaimed() {
        return claimTotal != 0 || !openClaims.isEmpty();
    }

    /**
     * Bytes that must be free for a frame of this size at the present position, wrap included; never more than the
     * ring.
     */
    public long requiredBytes(long size) {
        return placement.required(FrameHeader.SIZE + size, writePosition);
    }

    /** Whether the reader goes by tokens, and not by payload_free_bytes. */
    public boolean readerGoesByTokens() {
        return space.isCounted();
    }

    /** Free bytes as shared memory has them now, possible or not. Any thread may ask. */
    public long freeBytes() {
        return freeBytes(memory.segment);
    }

    /** The same, through another mapping of the header block. */
    public long freeBytes(MemorySegment headerBlock) {
        return space.freeBytes(headerBlock);
    }
}
