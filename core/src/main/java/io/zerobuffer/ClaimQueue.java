package io.zerobuffer;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.FrameReleasedException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.internal.memory.ClaimTarget;
import io.zerobuffer.internal.memory.CopyRoute;
import io.zerobuffer.internal.memory.Mapping;
import io.zerobuffer.internal.ring.OpenClaims;
import io.zerobuffer.internal.ring.RingWriter;
import io.zerobuffer.internal.wait.Waiting;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Several claims that are open at once, for threads that the program does not choose: those of a codec, of a GStreamer
 * pipeline, of an upload to a graphics card.
 *
 * {@snippet :
 * try (ClaimQueue queue = writer.claims()) {
 *     Claim first = queue.claim(size);
 *     Claim second = queue.claim(size);
 *     pool.execute(() -> { render(second.segment()); second.commit(); });   // waits for the first
 *     pool.execute(() -> { render(first.segment()); first.commit(); });     // publishes both
 * }
 * }
 *
 * <p>Frames are published in the order in which they were claimed: one that is committed waits until each claim before
 * it is committed or aborted. Until then its {@link Claim#commit} answers 0. A writer that dies or is closed before
 * takes it with it.
 *
 * <table>
 * <caption>Which thread may do what</caption>
 * <tr><th>any thread, at any time</th><td>{@link #claim}, {@link #tryClaim}, the write methods, {@link #openClaims},
 *     {@link #close}; {@link Claim#commit}, {@link Claim#abort} and {@link Claim#close} of different claims; to use the
 *     {@link Claim#segment} of any claim, until that is committed or aborted</td></tr>
 * <tr><th>one thread at a time, any</th><td>all other methods of one claim</td></tr>
 * <tr><th>the thread that called {@link Claim#bindToThread}</th><td>to use the segment of that claim, to commit and to
 *     abort it</td></tr>
 * <tr><th>the writer's thread, as ever</th><td>{@link Writer#writeMetadata}, {@link Writer#health},
 *     {@link Writer#framesWritten}, {@link Writer#bytesWritten}</td></tr>
 * <tr><th>none while the queue is open</th><td>the other methods of {@link FrameSink} on the writer itself,
 *     {@link Writer#batch}</td></tr>
 * <tr><th>any thread, at any time</th><td>{@link Writer#close}: whoever still stores through a segment stores into
 *     memory that nobody reads, and gets {@link BufferClosedException} from the next call</td></tr>
 * </table>
 *
 * <p><b>What it costs.</b> A frame takes a lock at its claim and its end, and costs some 80 ns more than one of
 * {@link Writer#claim}. It allocates 88 bytes, and 64 more if {@link Claim#copyFrom(byte[])} or its like fills it. The
 * {@link Claim#segment} of a claim that is not bound to a thread costs 40 to 200 microseconds to end, because the JVM
 * then asks each of its threads whether it is using it; the accessors of {@link Claim} do without. Where a claim was
 * aborted, or committed with fewer bytes, while others were open behind it, each of those is copied once when it is
 * published.
 *
 * <p>A claim that finds no space waits for the reader, as long as {@link WriterConfig#writeTimeout()} says, and finds
 * what other claims give up. Where the reader is gone while claims are open, {@link PeerGoneException} tells it, also
 * for a reconnecting writer: that goes on to the next reader with the first claim after the last open one has ended.
 */
public final class ClaimQueue implements FrameSink, AutoCloseable {
    /** The first slice of a wait while claims are open: what those give up wakes nobody. */
    private static final long SHORTEST_SLICE_NANOS = 1_000_000;

    private final Writer writer;
    private final Waiting waiting;
    private final long timeoutNanos;

    /** Held by who claims, and may wait. */
    private final ReentrantLock claiming = new ReentrantLock();
    /** Held by who uses the ring. Taken behind {@link #claiming}, if both. */
    private final ReentrantLock using = new ReentrantLock();

    private volatile boolean open;
    /** What the wait is for, in bytes. */
    private long wantedSize;

    ClaimQueue(Writer writer, WaitStrategy strategy, long timeoutNanos) {
        this.writer = writer;
        this.timeoutNanos = timeoutNanos;
        this.waiting =
                new Waiting(writer.name(), new SpaceWait(), strategy::lookAgain, strategy::slept, System::nanoTime);
    }

    ClaimQueue open() {
        open = true;
        return this;
    }

    /**
     * {@inheritDoc}
     *
     * @throws BufferFullException if neither the reader nor open claims give up enough space within the write timeout
     * @throws IllegalStateException if the queue is closed
     */
    @Override
    public Claim claim(long size) {
        long start = System.nanoTime();
        lockToClaim(size);
        try {
            Claim claim = claimNow(size);
            if (claim != null) {
                return claim;
            }
            wantedSize = size;
            return opened(waiting.await(Math.max(0, timeoutNanos - (System.nanoTime() - start))), size);
        } catch (IllegalStateException | InternalError failure) {
            throw writer.explained(failure);
        } finally {
            claiming.unlock();
        }
    }

    @Override
    public @Nullable Claim tryClaim(long size) {
        // Who waits comes first.
        if (!claiming.tryLock()) {
            requireOpen();
            return null;
        }
        try {
            return claimNow(size);
        } catch (IllegalStateException | InternalError failure) {
            throw writer.explained(failure);
        } finally {
            claiming.unlock();
        }
    }

    /** How many claims are not published: those that are open, and those that were committed and wait for them. */
    public long openClaims() {
        using.lock();
        try {
            return claims().count();
        } finally {
            using.unlock();
        }
    }

    /**
     * Takes no more claims. Those that are open are still to be committed or aborted, by whoever has them; until the
     * last one has ended, the writer's own write and claim methods throw {@link IllegalStateException}. Closing again
     * does nothing.
     */
    @Override
    public void close() {
        open = false;
        if (claiming.isLocked()) {
            writer.wake();
        }
    }

    /** @throws IllegalStateException if this queue has a claim, or can get one */
    void requireEnded() {
        using.lock();
        try {
            if (open) {
                throw new IllegalStateException("buffer '" + writer.name()
                        + "': its queue of claims is open; write to that, or close it before the next write or claim");
            }
            long left = claims().count();
            if (left > 0) {
                throw new IllegalStateException("buffer '" + writer.name() + "': " + left
                        + " claims of its queue are open; commit or abort them before the next write or claim");
            }
        } finally {
            using.unlock();
        }
    }

    private void lockToClaim(long size) {
        boolean locked;
        try {
            locked = claiming.tryLock(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WaitInterruptedException(writer.name());
        }
        if (!locked) {
            using.lock();
            try {
                throw writer.full(size, timeoutNanos, claims().count());
            } finally {
                using.unlock();
            }
        }
    }

    private @Nullable Claim claimNow(long size) {
        using.lock();
        try {
            requireOpen();
            writer.requirePlace();
            if (writer.isReaderGone()) {
                toNextReader();
            }
            writer.requireFits(size);
            long ticket = claims().claim(size);
            return ticket == RingWriter.NO_ROOM ? null : opened(ticket, size);
        } finally {
            using.unlock();
        }
    }

    private void toNextReader() {
        if (claims().count() > 0) {
            throw writer.readerGone();
        }
        writer.replaceReader();
    }

    private Claim opened(long ticket, long size) {
        using.lock();
        try {
            return new Claim(writer, new Place(ticket)).openForAny(claims().offset(ticket), size);
        } finally {
            using.unlock();
        }
    }

    private OpenClaims claims() {
        return writer.ring().openClaims();
    }

    private void requireOpen() {
        writer.requireOpen();
        if (!open) {
            throw new IllegalStateException("buffer '" + writer.name()
                    + "': the queue of claims was closed; begin another with Writer.claims()");
        }
    }

    /** One claim's place in the queue. */
    private final class Place implements ClaimTarget {
        private final long ticket;
        private @Nullable CopyRoute route;
        private boolean ended;

        Place(long ticket) {
            this.ticket = ticket;
        }

        @Override
        public MemorySegment segment() {
            return writer.segment();
        }

        @Override
        public Mapping mapping() {
            return writer.mapping();
        }

        /** Of its own, because claims are filled side by side. */
        @Override
        public CopyRoute route() {
            CopyRoute own = route;
            if (own == null) {
                own = new CopyRoute();
                route = own;
            }
            return own;
        }

        @Override
        public long commit(long size) {
            using.lock();
            try {
                writer.requireOpen();
                if (ended) {
                    throw new FrameReleasedException(writer.name(), "a claim that was committed or aborted");
                }
                ended = true;
                long bytesBefore = claims().publishedBytes();
                int frames = claims().commit(ticket, size);
                announce(frames, bytesBefore);
                return frames == 0 ? 0 : writer.ring().lastSequence() - frames + 1;
            } catch (IllegalStateException | InternalError failure) {
                throw explained(failure);
            } finally {
                using.unlock();
            }
        }

        @Override
        public void abort() {
            using.lock();
            try {
                if (!ended && !writer.isClosed()) {
                    ended = true;
                    long bytesBefore = claims().publishedBytes();
                    announce(claims().abort(ticket), bytesBefore);
                }
            } catch (IllegalStateException | InternalError failure) {
                throw explained(failure);
            } finally {
                using.unlock();
            }
        }

        private void announce(int frames, long bytesBefore) {
            if (frames > 0) {
                writer.announceQueued(frames, claims().publishedBytes() - bytesBefore);
            }
        }

        @Override
        public RuntimeException explained(Throwable failure) {
            return writer.explained(failure);
        }
    }

    /** The wait for space for a claim of {@link #wantedSize}. */
    private final class SpaceWait implements Waiting.Side {
        @Override
        public long poll() {
            using.lock();
            try {
                return claims().claim(wantedSize);
            } finally {
                using.unlock();
            }
        }

        @Override
        public long check(long now, long timeout) {
            using.lock();
            try {
                requireOpen();
                if (writer.isReaderGoneInWait(now)) {
                    toNextReader();
                }
                // Old tokens first, then the look: a release after the look leaves a token to wake on.
                writer.takeTokens();
                writer.requireFits(wantedSize);
                return claims().claim(wantedSize);
            } finally {
                using.unlock();
            }
        }

        @Override
        public long slice(long waited) {
            return openClaims() == 0
                    ? Waiting.SLICE_NANOS
                    : Math.clamp(waited, SHORTEST_SLICE_NANOS, Waiting.SLICE_NANOS);
        }

        @Override
        public boolean sleep(long nanos) {
            using.lock();
            try {
                writer.ring().useWholeRing();
            } finally {
                using.unlock();
            }
            return writer.sleep(nanos);
        }

        @Override
        public boolean isClosed() {
            return !open || writer.isClosed();
        }

        @Override
        public void timedOut(long timeout) {
            using.lock();
            try {
                throw writer.full(wantedSize, timeout, claims().count());
            } finally {
                using.unlock();
            }
        }
    }
}
