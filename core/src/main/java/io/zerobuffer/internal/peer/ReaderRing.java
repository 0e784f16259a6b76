package io.zerobuffer.internal.peer;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.internal.os.Signal;
import io.zerobuffer.internal.ring.RingMemory;
import io.zerobuffer.internal.ring.RingReader;
import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ring as its reader uses it: whichever kind of writer fills it, and from whichever threads its frames are
 * released.
 *
 * <p>A writer of this library holds its byte range, and the bytes alone tell whether there is a frame. Any other writer
 * is gone by its tokens, its frames are taken as they are announced, and what it writes over is noticed when a frame is
 * released (docs/decisions/0015).
 *
 * <p>One thread at a time takes frames; others may release them meanwhile, where the reader allows
 * that.
 */
public final class ReaderRing {
    /** Tokens are taken off this often, and before a sleep: the ring tells whether there is a frame, they only wake. */
    private static final long TOKEN_INTERVAL = 1024;

    /** Frames that are freed together are freed when they have this part of the ring. */
    private static final long LUMP_PARTS = 4;

    private final BufferName name;
    private final SegmentLayout layout;
    private final MemorySegment segment;
    private final RingReader ring;
    private final Signal writeSemaphore;
    private final Signal readSemaphore;
    private final PeerWatch writerWatch;

    /** Guards the ring where any thread may release frames; otherwise null. */
    private final @Nullable ReentrantLock lock;

    private volatile boolean closed;

    /**
     * Tokens taken so far: if the ring is empty and these are more than frames were taken, one came without a frame, as
     * a good-bye or a wake-up.
     */
    private long tokensTaken;

    /** How many frames had been taken when tokens were taken off last. */
    private long tokensTakenAt;

    /** Whether the writer holds its byte range, as writers of this library do; and whether to ask that again. */
    private boolean writerHoldsRange;

    private boolean mustIdentify = true;
    /** Who the writer was when that was asked last; 0 for nobody. */
    private long knownPid;

    /** How many writers left asleep, for they stay counted among the sleepers; and who of them was the last. */
    private int sleepersLeft;

    private long departedPid;
    /** What is to be told of a frame that was written over while it was in use. */
    private volatile @Nullable CorruptBufferException overwritten;

    /** @param anyThreadReleases whether frames may be released by any thread */
    public ReaderRing(BufferName name, OwnedBuffer buffer, PeerWatch writerWatch, boolean anyThreadReleases) {
        this.name = name;
        this.layout = buffer.layout();
        this.segment = buffer.segment();
        this.writeSemaphore = buffer.writeSemaphore();
        this.readSemaphore = buffer.readSemaphore();
        this.writerWatch = writerWatch;
        this.lock = anyThreadReleases ? new ReentrantLock() : null;
        this.ring = new RingReader(
                new RingMemory(name.value(), segment, buffer.memory().byAddress(), layout));
        ring.onRestart(this::doubtWriter);
    }

    /** Where the frame that was taken last is, and what was counted. */
    public RingReader frames() {
        return ring;
    }

    public boolean isReleasedByAnyThread() {
        return lock != null;
    }

    public boolean isClosed() {
        return closed;
    }

    /**
     * From now on nothing is freed.
     *
     * @return what the next read would have told; null for nothing
     */
    public @Nullable CorruptBufferException close() {
        closed = true;
        return overwritten;
    }

    public void requireOpen() {
        if (closed) {
            throw new BufferClosedException(name.value(), "reader");
        }
    }

    /** The exception for access to memory that is closed or gone. */
    public RuntimeException explained(Throwable failure) {
        if (failure instanceof InternalError fault) {
            return Failures.of(name, fault, layout.segmentSize());
        }
        return closed ? new BufferClosedException(name.value(), "reader") : (RuntimeException) failure;
    }

    /** The next frame's ticket, or {@link RingReader#NOTHING}. */
    public long take() {
        if (!writerHoldsRange && isForeign()) {
            return takeAnnounced();
        }
        return lock == null ? ring.take() : takeLocked();
    }

    /** As {@link #take}, in a wait: of an empty ring it asks as little as can tell. */
    public long poll() {
        // Where any thread may release frames, only their lock tells what is kept.
        boolean isEmpty = lock == null && writerHoldsRange && ring.isStillEmpty();
        return isEmpty ? RingReader.NOTHING : take();
    }

    /** As {@link #take}, for a frame that is released soon, with others. What is wrong is told by the next read. */
    public long takeUnnoticed() {
        if (!writerHoldsRange && isForeign()) {
            return overwritten == null ? takeAnnounced() : RingReader.NOTHING;
        }
        lock();
        try {
            return ring.takeUnnoticed();
        } finally {
            unlock();
        }
    }

    /** As {@link #take}, of a writer that is gone: also a frame it did not come to post for. */
    public long takeLast() {
        long ticket = take();
        if (ticket != RingReader.NOTHING || !isForeign()) {
            return ticket;
        }
        lock();
        try {
            return ring.takeLeftBehind();
        } finally {
            unlock();
        }
    }

    /** How many bytes will have been taken when all frames that are there now were. */
    public long endOfUnread() {
        lock();
        try {
            // What a foreign writer has written, payload_free_bytes does not tell for sure.
            return ring.bytesPassed() + (writerHoldsRange ? ring.unreadBytes() : layout.payloadSize());
        } finally {
            unlock();
        }
    }

    /** Releases a frame: its space is freed once what is before it is. */
    public void release(long ticket) {
        if (closed) {
            return;
        }
        lock();
        try {
            ring.releaseKeepingSpace(ticket);
            freeReleased();
        } finally {
            unlock();
        }
    }

    /** The same for a frame that was used: a foreign writer may have written over it. */
    public void release(long ticket, long offset, long size, long sequence) {
        if (!writerHoldsRange) {
            requireIntact(offset, size, sequence);
        }
        release(ticket);
    }

    /** The same, but its space is freed with that of others, when they have a part of the ring. */
    public void releaseInLumps(long ticket, long offset, long size, long sequence) {
        if (!writerHoldsRange) {
            requireIntact(offset, size, sequence);
        }
        lock();
        try {
            if (ring.releaseKeepingSpace(ticket) >= layout.payloadSize() / LUMP_PARTS) {
                freeReleased();
            }
        } finally {
            unlock();
        }
    }

    /** Frees what {@link #releaseInLumps} has not. */
    public void freeRest() {
        lock();
        try {
            freeReleased();
        } finally {
            unlock();
        }
    }

    private void freeReleased() {
        try {
            int frames = ring.freeReleased();
            if (frames > 0) {
                readSemaphore.post(frames);
            }
        } catch (IllegalStateException closedMeanwhile) {
            if (!closed) {
                throw closedMeanwhile;
            }
        } catch (InternalError fault) {
            throw explained(fault);
        }
    }

    /** Has the next read tell if a frame in use is not what it was: only foreign writers write over frames. */
    private void requireIntact(long offset, long size, long sequence) {
        try {
            if (!closed && !ring.isIntact(offset, size, sequence)) {
                long found = FrameHeader.sequence(segment, offset - FrameHeader.SIZE);
                overwritten = new CorruptBufferException(
                        name.value(),
                        "sequence of a frame in use",
                        found,
                        "it was " + sequence + ": its writer, of another implementation, went over it, and what was"
                                + " read of it may be wrong");
            }
        } catch (IllegalStateException | InternalError closedMeanwhile) {
            // Nobody reads on.
        }
    }

    /** Takes all tokens off. Those that come after the next poll of the ring are left to end a sleep. */
    public void takeTokensOff() {
        tokensTakenAt = ring.framesTaken();
        tokensTaken += writeSemaphore.takeAll();
    }

    /** Now and then, so that the semaphore stays far below its maximum. */
    public void takeTokensOffInTime() {
        if (ring.framesTaken() - tokensTakenAt >= TOKEN_INTERVAL) {
            takeTokensOff();
        }
    }

    /** Sleeps until a token comes, and takes it: that of a frame that was taken meanwhile ends the sleep early. */
    public boolean sleep(long nanos) {
        if (!writeSemaphore.take(nanos)) {
            return false;
        }
        tokensTaken++;
        return true;
    }

    /** Whether there were tokens without a frame, of an empty ring; they are forgotten. */
    public boolean hadTokensWithoutFrame() {
        boolean isSurplus = tokensTaken > ring.framesTaken();
        if (isSurplus) {
            forgetTokens();
        }
        return isSurplus;
    }

    private void forgetTokens() {
        tokensTaken = ring.framesTaken();
    }

    /** Whether the writer is a foreign one: found out before its first frame is handed out. */
    public boolean isForeign() {
        if (mustIdentify) {
            identify(HeaderBlock.writerPidAcquire(segment, 0));
        }
        return !mustIdentify && !writerHoldsRange;
    }

    private void identify(long pid) {
        if (pid == 0) {
            return;
        }
        if (pid != knownPid && knownPid != 0 && knownPid != departedPid) {
            // It took over unnoticed: who sleeps may be the one before.
            sleepersLeft = readSemaphore.sleepers();
        }
        knownPid = pid;
        mustIdentify = false;
        // A writer of this library holds its range before it stores its id.
        writerHoldsRange = writerWatch.holdsRange();
        lock();
        try {
            ring.followReleases(!writerHoldsRange);
        } finally {
            unlock();
        }
    }

    /** The next frame is of another writer, perhaps. */
    public void doubtWriter() {
        mustIdentify = true;
        writerHoldsRange = false;
    }

    /** A writer is gone, and it will not come back. */
    public void noteDeparted(long pid) {
        departedPid = pid;
        sleepersLeft = readSemaphore.sleepers();
    }

    /** The departure of a writer is over: what tokens are left are not the next one's. */
    public void endConnection() {
        doubtWriter();
        forgetTokens();
    }

    private long takeAnnounced() {
        CorruptBufferException untold = overwritten;
        if (untold != null) {
            overwritten = null;
            throw untold;
        }
        if (tokensTaken <= ring.framesTaken()) {
            takeTokensOff();
            if (tokensTaken <= ring.framesTaken()) {
                return RingReader.NOTHING;
            }
        }
        lock();
        try {
            return ring.takeAnnounced();
        } finally {
            unlock();
        }
    }

    /** Gets a foreign writer on that waits for space which nobody will release. */
    public void helpStuckWriter() {
        if (!isWriterAsleep() || writerWatch.holdsRange()) {
            return;
        }
        lock();
        try {
            if (ring.helpStuckWriter(this::isWriterAsleep)) {
                readSemaphore.post();
            }
        } finally {
            unlock();
        }
    }

    /** Whether the writer sleeps, and so has posted for every frame, and none of these is left. */
    private boolean isWriterAsleep() {
        return readSemaphore.hasSleepersBeyond(sleepersLeft) && writeSemaphore.value() == 0;
    }

    /** Puts right what a writer left that died in a commit. */
    public void freeUncommitted(BooleanSupplier isStillGone) {
        lock();
        try {
            ring.freeUncommitted(isStillGone);
        } finally {
            unlock();
        }
    }

    private long takeLocked() {
        lock();
        try {
            return ring.take();
        } finally {
            unlock();
        }
    }

    private void lock() {
        if (lock != null) {
            lock.lock();
        }
    }

    private void unlock() {
        if (lock != null) {
            lock.unlock();
        }
    }
}
