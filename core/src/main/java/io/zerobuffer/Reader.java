package io.zerobuffer;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferRemovedException;
import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.InvalidBufferNameException;
import io.zerobuffer.errors.NoPermissionException;
import io.zerobuffer.errors.NoSpaceException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import io.zerobuffer.errors.SequenceGapException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.internal.friends.Friends;
import io.zerobuffer.internal.memory.Mapping;
import io.zerobuffer.internal.os.LockState;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.peer.BufferName;
import io.zerobuffer.internal.peer.ExitHook;
import io.zerobuffer.internal.peer.Failures;
import io.zerobuffer.internal.peer.OwnedBuffer;
import io.zerobuffer.internal.peer.PeerWatch;
import io.zerobuffer.internal.peer.ReaderRing;
import io.zerobuffer.internal.peer.WriterLink;
import io.zerobuffer.internal.ring.RingReader;
import io.zerobuffer.internal.wait.Timeouts;
import io.zerobuffer.internal.wait.Waiting;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.MetadataBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a buffer. It creates the buffer, owns it, and removes it when it closes.
 *
 * {@snippet :
 * try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64 << 20))) {
 *     for (Frame frame : reader.frames()) {            // each is released when the next is asked for
 *         process(frame.segment());
 *     }
 * }                                                    // the writer has closed
 * }
 *
 * <p>Frames are used where they lie, without a copy. Several may be held while later ones are read, and released in any
 * order; the writer gets the space back in the order in which frames were read.
 *
 * <p><b>Threads.</b> One thread at a time may use a reader and its frames; handing them from thread to thread needs the
 * usual happens-before, and the thread that read a frame and asked for its {@link Frame#segment} has to release it.
 * With {@link ReaderConfig.Builder#releaseFromAnyThread}, frames may be used and released by threads of their own
 * meanwhile, whoever asked for what. {@link #close} may be called from any thread, and ends a wait in {@link #read()}.
 * A virtual thread that waits is parked, and keeps no carrier.
 *
 * <table>
 * <caption>Which thread may call what, while another one reads</caption>
 * <tr><th>any thread</th><td>{@link #close}, {@link #name}, {@link #metadata}, {@link #metadataSize},
 *     {@link #payloadSize}, {@link #maxFrameSize}, {@link #isWriterConnected}</td></tr>
 * <tr><th>one thread at a time</th><td>all others: {@link #read()}, {@link #poll}, {@link #latest}, {@link #drain},
 *     {@link #frames}, {@link #forEach}, {@link #forgetMetadata}, {@link #framesRead}, {@link #bytesRead},
 *     {@link #framesSkipped}, and {@link #health}, which also stores how many frames were read</td></tr>
 * </table>
 *
 * <p><b>Exit.</b> A reader that is open when the program ends, by itself, by {@link System#exit} or by a signal other
 * than SIGKILL, is closed then: a call gets {@link BufferClosedException}, nothing is left behind, and the exit takes
 * five seconds longer at most. Nothing else closes a reader that is forgotten. A program whose own shutdown hooks still
 * need their buffers sets the system property {@code io.zerobuffer.closeAtExit} to false, and closes them itself.
 */
public final class Reader implements AutoCloseable {
    static {
        Friends.provide(new ApiFriends());
    }

    private static final System.Logger LOG = System.getLogger("io.zerobuffer");

    /** How many frames {@link #forEach} hands out before it looks after the rest. */
    private static final int FRAMES_AT_ONCE = 1024;

    /** The first slice of a wait for a writer that may wait for this reader. */
    private static final long SHORTEST_SLICE_NANOS = 1_000_000;

    private final BufferName name;
    private final OwnedBuffer buffer;
    private final SegmentLayout layout;
    private final MemorySegment segment;
    private final Mapping mapping;
    private final ReaderRing ring;
    private final RingReader frames;
    private final WriterLink writer;
    private final Waiting waiting;
    private final long readTimeoutNanos;

    private final AtomicBoolean closing = new AtomicBoolean();

    /** When the shared memory was last looked for under its name, in nanoseconds. */
    private long reachableAt = System.nanoTime();

    /**
     * The first frame of a connection, until the listener has been told of that; otherwise {@link RingReader#NOTHING}.
     */
    private long stashed = RingReader.NOTHING;

    private long framesSkipped;

    /** The frame that {@link #drain} hands out, again and again. */
    private Frame lent = new Frame(this);

    private boolean draining;

    private final FrameIteration iteration = new FrameIteration(this);

    /**
     * Frames of which the release was refused, to be released when that is possible: their space keeps all behind it.
     */
    private final Queue<Frame> refused = new ConcurrentLinkedQueue<>();

    private Reader(BufferName name, OwnedBuffer buffer, ReaderConfig config) {
        this.name = name;
        this.buffer = buffer;
        this.layout = buffer.layout();
        this.segment = buffer.segment();
        this.mapping = buffer.mapping();
        PeerWatch watch =
                new PeerWatch(buffer.memory(), Role.WRITER, buffer.processes(), Instant.MAX, () -> LockState.UNKNOWN);
        this.ring = new ReaderRing(name, buffer, watch, config.releaseFromAnyThread());
        this.frames = ring.frames();
        this.writer = new WriterLink(
                name,
                buffer,
                ring,
                watch,
                listener(config.listener()),
                Waiting.SLICE_NANOS / 2,
                config.silenceTimeout().orElse(null));
        this.readTimeoutNanos = Timeouts.nanos(config.readTimeout());
        WaitStrategy strategy = config.waitStrategy();
        this.waiting =
                new Waiting(name.value(), new FrameWait(), strategy::lookAgain, strategy::slept, System::nanoTime);
    }

    private static WriterLink.@Nullable Listener listener(@Nullable ConnectionListener listener) {
        return listener == null
                ? null
                : new WriterLink.Listener() {
                    @Override
                    public void connected(long pid) {
                        listener.connected(pid);
                    }

                    @Override
                    public void disconnected(PeerGoneException gone) {
                        listener.disconnected(gone);
                    }
                };
    }

    /**
     * Creates a buffer with the default settings: 16 MiB for frames, 4096 bytes for metadata.
     *
     * @see #create(String, ReaderConfig)
     */
    public static Reader create(String name) {
        return create(name, ReaderConfig.builder().build());
    }

    /**
     * Creates a buffer and becomes its reader. What a dead reader left under the name is removed first.
     *
     * @param name 1 to 245 bytes of UTF-8, without '/' and the character 0, not "." or ".."
     * @throws InvalidBufferNameException if the name is not legal
     * @throws ReaderAlreadyConnectedException if a live reader has a buffer of that name
     * @throws NoSpaceException if there is not enough shared memory; nothing is left behind
     * @throws NoPermissionException if one of the objects belongs to another user
     */
    public static Reader create(String name, ReaderConfig config) {
        BufferName checkedName = new BufferName(name);
        return ExitHook.open(
                name, () -> new Reader(checkedName, OwnedBuffer.create(checkedName, config.wanted()), config));
    }

    /** The buffer's name. */
    public String name() {
        return name.value();
    }

    /**
     * Takes the next frame, waiting as long as {@link ReaderConfig#readTimeout()} says.
     *
     * @see #read(Duration)
     */
    public @Nullable Frame read() {
        return read(readTimeoutNanos);
    }

    /**
     * Takes the next frame, waiting for it if necessary.
     *
     * <p>When the writer is gone and its last frame was read, this throws {@link PeerGoneException} once; the next
     * call waits for the next writer. A frame that cannot be handed out (the two exceptions below) stays the next one.
     *
     * @param timeout how long to wait; zero only looks
     * @return the frame, to be released; or null when none came within the timeout
     * @throws PeerGoneException if the writer closed or died
     * @throws SequenceGapException if the next frame is not the one that should follow
     * @throws CorruptBufferException if a shared value is impossible, or a writer of another implementation went over
     *     the frame that was used before
     * @throws BufferClosedException if this reader is or gets closed
     * @throws WaitInterruptedException if the thread is interrupted while it waits; noticed within 50 ms
     */
    public @Nullable Frame read(Duration timeout) {
        return read(Timeouts.nanos(timeout));
    }

    /** Takes the next frame if there is one now; otherwise null. The same as {@link #read(Duration)} with zero. */
    public @Nullable Frame poll() {
        return read(0);
    }

    /**
     * Takes the newest frame there is and releases those before it unseen; {@link #framesSkipped} counts them. Frames
     * that come after the call has found one are left for the next call, however fast the writer is.
     *
     * @param timeout how long to wait when there is none; zero only looks
     * @return the frame, to be released; or null when none came within the timeout
     * @see #read(Duration)
     */
    public @Nullable Frame latest(Duration timeout) {
        long newest = next(Timeouts.nanos(timeout));
        if (newest == RingReader.NOTHING) {
            return null;
        }
        long end = ring.endOfUnread();
        while (frames.bytesPassed() < end) {
            long newer = nextQuietly();
            if (newer == RingReader.NOTHING) {
                break;
            }
            ring.release(newest);
            framesSkipped++;
            newest = newer;
        }
        return frame(newest);
    }

    /**
     * Hands out the frames there are, one after the other, and releases them together; does not wait. For many small
     * frames much faster than {@link #read()} for each, and without allocation.
     *
     * @see #drain(Consumer, int, Duration)
     */
    public int drain(Consumer<? super Frame> handler, int limit) {
        return drainFrom(first(handler, limit, 0), handler, limit);
    }

    /**
     * Hands out the frames there are, one after the other, and releases them together; waits for the first one if
     * necessary.
     *
     * <p>A frame is accessible while the handler has it; the object is used again for the next one. The writer gets the
     * space back when the call ends, or a quarter of the ring was read, or the handler released the frame itself. If
     * the handler throws, its frame counts as read, and those after it are still to be read.
     *
     * @param limit how many frames at most, 1 or more
     * @param timeout how long to wait for the first one; zero only looks
     * @return how many frames were handed out; 0 when none came within the timeout
     * @throws IllegalStateException if called by its own handler
     * @see #read(Duration)
     */
    public int drain(Consumer<? super Frame> handler, int limit, Duration timeout) {
        return drainFrom(first(handler, limit, Timeouts.nanos(timeout)), handler, limit);
    }

    /**
     * The frames from here on, one after the other, for a loop that ends when the writer has closed and its last frame
     * was read.
     *
     * <p>Each frame is released when the next one is asked for, and may be released earlier. So a loop that is left
     * early leaves its last frame to be released, by the program or by the next loop.
     *
     * <p>Asking for a frame waits for it, however long, and throws what {@link #read(Duration)} throws otherwise:
     * {@link PeerGoneException} when the writer died. A further loop waits for the next writer. The loop over a reader
     * that {@linkplain ReaderConfig.Builder#reconnecting reconnects} does not end: it goes on with the next writer's
     * frames. A writer whose life cannot be told counts as gone only where
     * {@link ReaderConfig.Builder#silenceTimeout} is set. Each frame allocates its object, 64 bytes; {@link #forEach}
     * allocates nothing.
     *
     * @return the same object each time; it is for the thread that reads
     */
    public Iterable<Frame> frames() {
        return iteration;
    }

    /** The next frame, however long it takes; null when the writer closed instead. */
    @Nullable
    Frame readToTheEnd() {
        long ticket = nextToTheEnd();
        return ticket == RingReader.NOTHING ? null : frame(ticket);
    }

    private long nextToTheEnd() {
        try {
            return next(Long.MAX_VALUE);
        } catch (PeerGoneException gone) {
            if (gone.isEndOf(name.value())) {
                return RingReader.NOTHING;
            }
            throw gone;
        }
    }

    /**
     * Hands out every frame, one after the other, until the writer has closed and its last frame was read; waits for
     * each, however long. Without allocation.
     *
     * <p>The handler has a frame, and the writer gets the space back, as {@link #drain(Consumer, int, Duration)} says:
     * if the handler throws, its frame counts as read, and those after it are still to be read. A further call waits
     * for the next writer. For a reader that {@linkplain ReaderConfig.Builder#reconnecting reconnects} this does not
     * end: it goes on with the next writer's frames. A writer whose life cannot be told counts as gone only where
     * {@link ReaderConfig.Builder#silenceTimeout} is set.
     *
     * @return how many frames were handed out
     * @throws PeerGoneException if the writer died; its frames were handed out before
     * @throws IllegalStateException if called by a handler of this or of {@link #drain(Consumer, int)}
     * @see #read(Duration)
     */
    public long forEach(Consumer<? super Frame> handler) {
        requireNotDraining(handler);
        long count = 0;
        for (long ticket = nextToTheEnd(); ticket != RingReader.NOTHING; ticket = nextToTheEnd()) {
            count += drainFrom(ticket, handler, FRAMES_AT_ONCE);
        }
        return count;
    }

    private long first(Consumer<? super Frame> handler, int limit, long timeoutNanos) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit " + limit + " is less than 1 frame");
        }
        requireNotDraining(handler);
        return next(timeoutNanos);
    }

    private void requireNotDraining(Consumer<? super Frame> handler) {
        Objects.requireNonNull(handler, "handler");
        if (draining) {
            throw new IllegalStateException(
                    "buffer '" + name.value() + "': drain or forEach was called by a handler of theirs");
        }
    }

    private int drainFrom(long firstTicket, Consumer<? super Frame> handler, int limit) {
        if (firstTicket == RingReader.NOTHING) {
            return 0;
        }
        long ticket = firstTicket;
        draining = true;
        int count = 0;
        try {
            do {
                count++;
                hand(ticket, handler);
                ticket = count < limit ? nextQuietly() : RingReader.NOTHING;
            } while (ticket != RingReader.NOTHING);
        } finally {
            draining = false;
            ring.freeRest();
        }
        return count;
    }

    private void hand(long ticket, Consumer<? super Frame> handler) {
        long offset = frames.frameOffset();
        long size = frames.frameSize();
        long sequence = frames.frameSequence();
        lent.lend(ticket, offset, size, sequence);
        lent.bindToThread();
        try {
            handler.accept(lent);
        } finally {
            endLent(ticket, offset, size, sequence);
        }
    }

    private void endLent(long ticket, long offset, long size, long sequence) {
        boolean isLast;
        try {
            isLast = lent.end();
        } catch (WrongThreadException | IllegalStateException inUse) {
            refused.add(lent);
            lent = new Frame(this);
            throw inUse;
        }
        if (isLast) {
            ring.releaseInLumps(ticket, offset, size, sequence);
        }
    }

    /** Short, so that it is inlined and the compiler can do without the frame object where that does not escape. */
    private @Nullable Frame read(long timeoutNanos) {
        long ticket = next(timeoutNanos);
        return ticket == RingReader.NOTHING ? null : frame(ticket);
    }

    private Frame frame(long ticket) {
        Frame frame = new Frame(this);
        frame.lend(ticket, frames.frameOffset(), frames.frameSize(), frames.frameSequence());
        return frame;
    }

    private long next(long timeoutNanos) {
        ring.requireOpen();
        try {
            ring.takeTokensOffInTime();
            if (writer.noticesWriters()) {
                return nextNoticed(timeoutNanos);
            }
            long ticket = ring.take();
            return ticket != RingReader.NOTHING ? ticket : await(timeoutNanos);
        } catch (IllegalStateException | InternalError | CorruptBufferException | SequenceGapException failure) {
            throw explained(failure);
        }
    }

    private long nextNoticed(long timeoutNanos) {
        if (stashed == RingReader.NOTHING) {
            boolean looks = !frames.hasSeen();
            long ticket = ring.take();
            if (ticket != RingReader.NOTHING && !looks) {
                return ticket;
            }
            ticket = ticket != RingReader.NOTHING ? ticket : await(timeoutNanos);
            if (ticket == RingReader.NOTHING || writer.isKnownWriter()) {
                return ticket;
            }
            stashed = ticket;
        }
        writer.notice(true);
        long ticket = stashed;
        stashed = RingReader.NOTHING;
        return ticket;
    }

    /**
     * The next frame if there is one; what is wrong with it is told when it is asked for. So is the connection that
     * begins with it.
     */
    private long nextQuietly() {
        try {
            if (ring.isClosed() || stashed != RingReader.NOTHING) {
                return RingReader.NOTHING;
            }
            boolean looks = writer.noticesWriters() && !frames.hasSeen();
            long ticket = ring.takeUnnoticed();
            if (ticket != RingReader.NOTHING && looks && !writer.isKnownWriter()) {
                stashed = ticket;
                return RingReader.NOTHING;
            }
            return ticket;
        } catch (CorruptBufferException | SequenceGapException | IllegalStateException | InternalError laterFrame) {
            return RingReader.NOTHING;
        }
    }

    /**
     * After a pause there is time to store the count of this frame: while a slow stream's frame is used, it is exact.
     */
    private long await(long timeoutNanos) {
        long ticket = timeoutNanos > 0 ? waiting.spin() : RingReader.NOTHING;
        if (ticket != RingReader.NOTHING) {
            return ticket;
        }
        frames.publishCount();
        ticket = waiting.await(timeoutNanos);
        frames.publishCount();
        return ticket;
    }

    /** The wait for a frame. */
    private final class FrameWait implements Waiting.Side {
        /** Whether there were tokens without a frame: what they were for is to be looked for at once. */
        private boolean hadSurplus;

        private boolean mayBeStuck;

        @Override
        public long poll() {
            return ring.poll();
        }

        @Override
        public long check(long now, long timeout) {
            ring.requireOpen();
            refused.removeIf(Frame::tryRelease);
            PeerGoneException gone = writer.departure(now, timeout);
            // Tokens first, then the look: a frame after the look leaves a token to wake on, and the writer's last
            // one came before it left.
            ring.takeTokensOff();
            long ticket = gone != null && writer.isGoneForSure() ? ring.takeLast() : ring.take();
            if (ticket != RingReader.NOTHING) {
                return ticket;
            }
            hadSurplus = ring.hadTokensWithoutFrame();
            if (hadSurplus) {
                writer.hearGoodbye();
            }
            if (gone != null) {
                writer.report(gone);
            }
            if (!writer.isThere()) {
                requireReachable(now);
            }
            mayBeStuck = !hadSurplus && ring.isForeign();
            if (mayBeStuck) {
                ring.helpStuckWriter();
            }
            return RingReader.NOTHING;
        }

        @Override
        public long slice(long waited) {
            if (hadSurplus) {
                return 0;
            }
            return mayBeStuck ? Math.clamp(waited, SHORTEST_SLICE_NANOS, Waiting.SLICE_NANOS) : Waiting.SLICE_NANOS;
        }

        @Override
        public boolean sleep(long nanos) {
            return ring.sleep(nanos);
        }

        @Override
        public boolean isClosed() {
            return ring.isClosed();
        }

        @Override
        public void timedOut(long timeout) {}
    }

    /** A reader without a writer, whose shared memory somebody removed, would wait for ever. */
    private void requireReachable(long now) {
        if (now - reachableAt < Waiting.SLICE_NANOS) {
            return;
        }
        reachableAt = now;
        if (!buffer.memory().isCurrent()) {
            // Or it was closed meanwhile.
            ring.requireOpen();
            throw new BufferRemovedException(name.value(), buffer.memory().path());
        }
    }

    /**
     * The metadata the writer wrote, without its size prefix; empty when it has written none yet. A copy.
     *
     * @throws CorruptBufferException if its size is impossible
     */
    public Optional<byte[]> metadata() {
        ring.requireOpen();
        try {
            return MetadataBlock.content(name.value(), segment, layout);
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /** Size of the metadata block in bytes. */
    public long metadataSize() {
        return layout.metadataSize();
    }

    /** Size of the ring in bytes. */
    public long payloadSize() {
        return layout.payloadSize();
    }

    /** The largest frame the ring can carry, in bytes. */
    public long maxFrameSize() {
        return layout.maxFrameSize();
    }

    /** Whether frames may be used and released by any thread while another one reads. */
    boolean releasesFromAnyThread() {
        return ring.isReleasedByAnyThread();
    }

    /** Frames handed out so far. */
    public long framesRead() {
        return frames.framesTaken();
    }

    /** Bytes of the frames handed out so far, without their headers. */
    public long bytesRead() {
        return frames.bytesTaken();
    }

    /** Frames that {@link #latest} released unseen. */
    public long framesSkipped() {
        return framesSkipped;
    }

    /** Whether a writer is connected: one that lives, or whose life cannot be told, as in another PID namespace. */
    public boolean isWriterConnected() {
        ring.requireOpen();
        try {
            return writer.isConnected();
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /**
     * The writer's process id as it stored it; 0 when there is none. Costs no more than to read it, unlike
     * {@link #isWriterConnected}.
     */
    long writerPid() {
        ring.requireOpen();
        try {
            return HeaderBlock.writerPidAcquire(segment, 0);
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /**
     * Whether a writer of this library is connected: it holds a lock that shows it. One of another implementation has
     * none.
     */
    boolean isWriterOfThisLibrary() {
        ring.requireOpen();
        try {
            return writer.isOfThisLibrary();
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /**
     * Takes away the metadata there is, so that the next writer may write its own: for a reader whose writers have
     * nothing to do with each other. One that is connected already may go on refusing to write any.
     */
    public void forgetMetadata() {
        ring.requireOpen();
        try {
            MetadataBlock.forget(segment, layout, HeaderBlock.metadataWrittenBytesAcquire(segment));
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /**
     * Makes the buffer what a new one would be to the next writer, if there is none now: takes away what metadata the
     * last one left, and has the next one number its frames from 1. Frames that are not read stay.
     *
     * @param gonePid a writer that is known to be gone: its process id is taken away, too; 0 for none
     * @return false, and nothing is done, if a writer is connected, just connecting or just leaving
     */
    boolean forgetWriter(long gonePid) {
        ring.requireOpen();
        return writer.forgetWriter(gonePid);
    }

    /** A snapshot of the buffer's state. */
    public BufferHealth health() {
        ring.requireOpen();
        try {
            frames.publishCount();
            long freeBytes = HeaderBlock.payloadFreeBytesAcquire(segment, 0);
            return new BufferHealth(
                    name.value(), segment, layout, freeBytes, framesSkipped, frames.framesHeld(), frames.heldBytes());
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /**
     * Closes the reader and removes the buffer. A connected writer learns of it at its next call. Unreleased frames
     * become inaccessible; a {@link Frame#segment()} that is for another thread alone stays readable until that thread
     * releases its frame. Closing again does nothing.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        CorruptBufferException untold = ring.close();
        if (untold != null) {
            LOG.log(Level.WARNING, "{0}", untold.getMessage());
        }
        try {
            buffer.close();
            Failures.tolerating(buffer.writeSemaphore()::post);
            mapping.close();
        } finally {
            ExitHook.closed(this);
        }
    }

    MemorySegment segment() {
        return segment;
    }

    Mapping mapping() {
        return mapping;
    }

    /** For the thread that reads: frames that any thread may release are for their own threads to release again. */
    void releaseLater(Frame frame) {
        if (!ring.isReleasedByAnyThread()) {
            refused.add(frame);
        }
    }

    /** Releases a frame that was used. */
    void release(long ticket, long offset, long size, long sequence) {
        ring.release(ticket, offset, size, sequence);
    }

    /** The exception for access to memory that is closed or gone. */
    RuntimeException explained(Throwable failure) {
        return ring.explained(failure);
    }
}
