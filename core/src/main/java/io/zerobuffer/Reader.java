package io.zerobuffer;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferRemovedException;
import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.InvalidBufferNameException;
import io.zerobuffer.errors.NoPermissionException;
import io.zerobuffer.errors.NoSpaceException;
import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import io.zerobuffer.errors.SequenceGapException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.errors.WriterDeadException;
import io.zerobuffer.internal.memory.Mapping;
import io.zerobuffer.internal.os.LockState;
import io.zerobuffer.internal.os.NamedSemaphore;
import io.zerobuffer.internal.peer.BufferName;
import io.zerobuffer.internal.peer.ExitHook;
import io.zerobuffer.internal.peer.Failures;
import io.zerobuffer.internal.peer.OwnedBuffer;
import io.zerobuffer.internal.peer.PeerWatch;
import io.zerobuffer.internal.peer.WriterPresence;
import io.zerobuffer.internal.ring.RingMemory;
import io.zerobuffer.internal.ring.RingReader;
import io.zerobuffer.internal.wait.Timeouts;
import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.MetadataBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import io.zerobuffer.internal.wire.WriterConnection;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The reading side of a buffer. It creates the buffer, owns it, and removes it when it closes.
 *
 * {@snippet :
 * try (Reader reader = Reader.create(name, 4096, 64 << 20)) {
 *     while (true) {
 *         try (Frame frame = reader.read()) {
 *             if (frame != null) {                     // null: none came in time
 *                 process(frame.segment());
 *             }
 *         }
 *     }
 * } catch (WriterDeadException gone) {
 *     show(gone.closed() ? "the writer is done" : "the writer died");
 * }
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
 * <p><b>Exit.</b> A reader that is open when the program ends, by itself, by {@link System#exit} or by a signal other
 * than SIGKILL, is closed then: a call gets {@link BufferClosedException}, nothing is left behind, and the exit takes
 * five seconds longer at most. Nothing else closes a reader that is forgotten. A program whose own shutdown hooks still
 * need their buffers sets the system property {@code io.zerobuffer.closeAtExit} to false, and closes them itself.
 */
public final class Reader implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.zerobuffer");

    /** A wait looks up this often: whether the writer lives, whether the thread was interrupted. */
    static final long WAIT_SLICE_NANOS = 50_000_000;

    /** The first slice of a wait for a writer that may wait for us. */
    private static final long SHORTEST_SLICE_NANOS = 1_000_000;

    /** So many looks are taken between two readings of the clock; see {@link WaitStrategy#lookAgain}. */
    static final int LOOKS_PER_CLOCK = 16;

    /**
     * So many looks, some microseconds, are at the ring alone before the semaphore and the peer are looked at: a peer
     * at work posts and counts in those cache lines.
     */
    static final int LOOKS_AT_RING_ONLY = 64;

    /** Tokens are taken off this often, and before a sleep: the ring tells whether there is a frame, they only wake. */
    private static final long TOKEN_INTERVAL = 1024;

    /** A batch of {@link #drain} gives space back when it has this part of the ring. */
    private static final long DRAIN_PARTS = 4;

    private final BufferName name;
    private final OwnedBuffer buffer;
    private final SegmentLayout layout;
    private final MemorySegment segment;
    private final NamedSemaphore writeSemaphore;
    private final NamedSemaphore readSemaphore;
    private final RingReader ring;
    private final Mapping mapping;
    private final PeerWatch writerWatch;
    private final long readTimeoutNanos;

    /** Guards the ring where any thread may release frames; otherwise null. */
    private final ReentrantLock frameLock;

    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * Tokens taken so far: if the ring is empty and these are more than frames were taken, one came without a frame, as
     * a good-bye or a wake-up.
     */
    private long tokensTaken;
    /** How many frames had been taken when tokens were taken off last. */
    private long tokensTakenAt;
    /** When the shared memory was last looked for under its name, in nanoseconds. */
    private long reachableAt = System.nanoTime();

    private final WriterPresence writer;
    /** How the writer left, as of the last look. */
    private WriterPresence.Departure departure;
    /**
     * Whether a frame may be the first of a connection: always where a listener is to be told, otherwise while no
     * writer is known.
     */
    private boolean noticesWriters = true;
    /**
     * The first frame of a connection, until the listener has been told of that; otherwise {@link
     * RingReader#NOTHING}.
     */
    private long stashed = RingReader.NOTHING;

    private final Duration silenceTimeout;

    /**
     * Who was the writer when it was asked last, 0 = nobody; whether to ask again; whether it is one of this library.
     */
    private long knownPid;

    private boolean mustIdentify = true;
    private boolean writerIsOurs;
    /** How many writers left asleep, for they stay counted among the sleepers; and who of them was the last. */
    private int sleepersLeft;

    private long departedPid;
    /** What is to be told of a frame that was written over while it was in use. */
    private volatile CorruptBufferException overwritten;

    private final ConnectionListener listener;
    private final WaitStrategy waitStrategy;
    private long framesSkipped;

    /** The frame that {@link #drain} hands out, again and again. */
    private Frame lent = new Frame(this);

    private boolean draining;

    /**
     * Frames of which the release was refused, to be released when that is possible: their space keeps all behind it.
     */
    private final Queue<Frame> refused = new ConcurrentLinkedQueue<>();

    private Reader(BufferName name, OwnedBuffer buffer, ReaderConfig config) {
        this.name = name;
        this.buffer = buffer;
        this.layout = buffer.layout();
        this.segment = buffer.segment();
        this.writeSemaphore = buffer.writeSemaphore();
        this.readSemaphore = buffer.readSemaphore();
        this.ring = new RingReader(new RingMemory(name.value(), segment, buffer.memory().lasting(), layout));
        ring.onRestart(this::doubtWriter);
        this.mapping = buffer.mapping();
        this.writerWatch = new PeerWatch(
                buffer.memory(),
                HeaderBlock.WRITER_PID_OFFSET,
                buffer.processes(),
                Instant.MAX,
                () -> LockState.UNKNOWN);
        this.writer = new WriterPresence(writerWatch, WAIT_SLICE_NANOS / 2);
        this.silenceTimeout = config.silenceTimeout();
        this.readTimeoutNanos = Timeouts.nanos(config.readTimeout());
        this.listener = config.listener();
        this.waitStrategy = config.waitStrategy();
        this.frameLock = config.releaseFromAnyThread() ? new ReentrantLock() : null;
    }

    /**
     * Creates a buffer with default settings other than its sizes.
     *
     * @param metadataSize size of the metadata block in bytes, 0 or more
     * @param payloadSize size of the ring in bytes, 1 or more
     * @see #create(String, ReaderConfig)
     */
    public static Reader create(String name, long metadataSize, long payloadSize) {
        return create(name, ReaderConfig.of(metadataSize, payloadSize));
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
    public Frame read() {
        return read(readTimeoutNanos);
    }

    /**
     * Takes the next frame, waiting for it if necessary.
     *
     * <p>When the writer is gone and its last frame was read, this throws {@link WriterDeadException} once; the next
     * call waits for the next writer. A frame that cannot be handed out (the two exceptions below) stays the next one.
     *
     * @param timeout how long to wait; zero only looks
     * @return the frame, to be released; or null when none came within the timeout
     * @throws WriterDeadException if the writer closed or died
     * @throws SequenceGapException if the next frame is not the one that should follow
     * @throws CorruptBufferException if a shared value is impossible, or a writer of another implementation went over
     *     the frame that was used before
     * @throws BufferClosedException if this reader is or gets closed
     * @throws WaitInterruptedException if the thread is interrupted while it waits; noticed within 50 ms
     */
    public Frame read(Duration timeout) {
        return read(Timeouts.nanos(timeout));
    }

    /** Takes the next frame if there is one now; otherwise null. The same as {@link #read(Duration)} with zero. */
    public Frame poll() {
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
    public Frame latest(Duration timeout) {
        long newest = next(Timeouts.nanos(timeout));
        if (newest == RingReader.NOTHING) {
            return null;
        }
        long end = endOfUnread();
        while (ring.bytesPassed() < end) {
            long newer = nextQuietly();
            if (newer == RingReader.NOTHING) {
                break;
            }
            giveBack(newest);
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
        return drain(handler, limit, 0);
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
        return drain(handler, limit, Timeouts.nanos(timeout));
    }

    private int drain(Consumer<? super Frame> handler, int limit, long timeoutNanos) {
        Objects.requireNonNull(handler, "handler");
        if (limit < 1) {
            throw new IllegalArgumentException("limit " + limit + " is less than 1 frame");
        }
        if (draining) {
            throw new IllegalStateException("buffer '" + name.value() + "': drain was called by its own handler");
        }
        long ticket = next(timeoutNanos);
        if (ticket == RingReader.NOTHING) {
            return 0;
        }
        draining = true;
        int frames = 0;
        try {
            do {
                frames++;
                hand(ticket, handler);
                ticket = frames < limit ? nextQuietly() : RingReader.NOTHING;
            } while (ticket != RingReader.NOTHING);
        } finally {
            draining = false;
            giveBackAll();
        }
        return frames;
    }

    private void hand(long ticket, Consumer<? super Frame> handler) {
        long offset = ring.frameOffset();
        long size = ring.frameSize();
        long sequence = ring.frameSequence();
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
            letGo(ticket, offset, size, sequence);
        }
    }

    private void letGo(long ticket, long offset, long size, long sequence) {
        if (!writerIsOurs) {
            requireIntact(offset, size, sequence);
        }
        lock();
        try {
            if (ring.letGo(ticket) >= layout.payloadSize() / DRAIN_PARTS) {
                giveBack();
            }
        } finally {
            unlock();
        }
    }

    private void giveBackAll() {
        lock();
        try {
            giveBack();
        } finally {
            unlock();
        }
    }

    /** Short, so that it is inlined and the compiler can do without the frame object where that does not escape. */
    private Frame read(long timeoutNanos) {
        long ticket = next(timeoutNanos);
        return ticket == RingReader.NOTHING ? null : frame(ticket);
    }

    private Frame frame(long ticket) {
        Frame frame = new Frame(this);
        frame.lend(ticket, ring.frameOffset(), ring.frameSize(), ring.frameSequence());
        return frame;
    }

    private long next(long timeoutNanos) {
        requireOpen();
        try {
            if (ring.framesTaken() - tokensTakenAt >= TOKEN_INTERVAL) {
                takeTokensOff();
            }
            if (noticesWriters) {
                return nextNoticed(timeoutNanos);
            }
            long ticket = take();
            return ticket != RingReader.NOTHING ? ticket : await(timeoutNanos);
        } catch (IllegalStateException | InternalError | CorruptBufferException | SequenceGapException failure) {
            throw translated(failure);
        }
    }

    private long nextNoticed(long timeoutNanos) {
        if (stashed == RingReader.NOTHING) {
            boolean looks = !ring.hasSeen();
            long ticket = take();
            if (ticket != RingReader.NOTHING && !looks) {
                return ticket;
            }
            ticket = ticket != RingReader.NOTHING ? ticket : await(timeoutNanos);
            if (ticket == RingReader.NOTHING || isKnownWriter()) {
                return ticket;
            }
            stashed = ticket;
        }
        noticeWriter(true);
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
            if (closed || stashed != RingReader.NOTHING) {
                return RingReader.NOTHING;
            }
            boolean looks = noticesWriters && !ring.hasSeen();
            long ticket = takeUnnoticed();
            if (ticket != RingReader.NOTHING && looks && !isKnownWriter()) {
                stashed = ticket;
                return RingReader.NOTHING;
            }
            return ticket;
        } catch (CorruptBufferException | SequenceGapException | IllegalStateException | InternalError laterFrame) {
            return RingReader.NOTHING;
        }
    }

    /**
     * The metadata the writer wrote, without its size prefix; empty when it has written none yet. A copy.
     *
     * @throws CorruptBufferException if its size is impossible
     */
    public Optional<byte[]> metadata() {
        requireOpen();
        try {
            return MetadataBlock.content(name.value(), segment, layout);
        } catch (IllegalStateException | InternalError failure) {
            throw translated(failure);
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

    /**
     * Whether frames may be used and released by any thread while another one reads; see
     * {@link ReaderConfig.Builder#releaseFromAnyThread}.
     */
    public boolean releasesFromAnyThread() {
        return frameLock != null;
    }

    /** Frames handed out so far. */
    public long framesRead() {
        return ring.framesTaken();
    }

    /** Bytes of the frames handed out so far, without their headers. */
    public long bytesRead() {
        return ring.bytesTaken();
    }

    /** Frames that {@link #latest} released unseen. */
    public long framesSkipped() {
        return framesSkipped;
    }

    /** Whether a writer is connected: one that lives, or whose life cannot be told, as in another PID namespace. */
    public boolean isWriterConnected() {
        requireOpen();
        try {
            long pid = HeaderBlock.writerPidAcquire(segment);
            long connection = HeaderBlock.writerConnectionAcquire(segment);
            return writer.isConnected(pid, connection);
        } catch (IllegalStateException | InternalError failure) {
            throw translated(failure);
        }
    }

    /**
     * The writer's process id as it stored it; 0 when there is none. Costs no more than to read it, unlike
     * {@link #isWriterConnected}.
     */
    public long writerPid() {
        requireOpen();
        try {
            return HeaderBlock.writerPidAcquire(segment);
        } catch (IllegalStateException | InternalError failure) {
            throw translated(failure);
        }
    }

    /**
     * Whether a writer of this library is connected: it holds a lock that shows it. One of another implementation has
     * none.
     */
    public boolean isWriterOfThisLibrary() {
        requireOpen();
        try {
            return WriterConnection.isOpen(HeaderBlock.writerConnectionAcquire(segment)) && writerWatch.holdsRange();
        } catch (IllegalStateException | InternalError failure) {
            throw translated(failure);
        }
    }

    /**
     * Takes away the metadata there is, so that the next writer may write its own: for a reader whose writers have
     * nothing to do with each other. One that is connected already may go on refusing to write any.
     */
    public void forgetMetadata() {
        requireOpen();
        try {
            MetadataBlock.forget(segment, layout, HeaderBlock.metadataWrittenBytesAcquire(segment));
        } catch (IllegalStateException | InternalError failure) {
            throw translated(failure);
        }
    }

    /**
     * Makes the buffer what a new one would be to the next writer, if there is none now: takes away what metadata the
     * last one left, and has the next one number its frames from 1. Frames that are not read stay.
     *
     * @param gonePid a writer that is known to be gone: its process id is taken away, too; 0 for none
     * @return false, and nothing is done, if a writer is connected, just connecting or just leaving
     */
    public boolean forgetWriter(long gonePid) {
        requireOpen();
        boolean[] done = new boolean[1];
        buffer.keepingWritersOut(() -> done[0] = forgetAbsentWriter(gonePid));
        return done[0];
    }

    private boolean forgetAbsentWriter(long gonePid) {
        try {
            noticeWriter(false);
            // Before the look for a writer: what one of another implementation writes that comes meanwhile stays.
            long metadata = HeaderBlock.metadataWrittenBytesAcquire(segment);
            long pid = HeaderBlock.writerPidAcquire(segment);
            if (pid != 0 && pid != gonePid && writer.isConnected(pid, HeaderBlock.writerConnectionAcquire(segment))) {
                return false;
            }
            boolean isUnreported = writer.isThere();
            if (isUnreported) {
                forgetUncommitted();
            }
            MetadataBlock.forget(segment, layout, metadata);
            HeaderBlock.payloadWrittenCountRelease(segment, 0);
            if (pid != 0 && pid == gonePid) {
                HeaderBlock.compareAndSetWriterPid(segment, pid, 0);
                noticeWriter(false);
            }
            if (isUnreported) {
                noteDeparture(pid == 0 ? WriterPresence.Departure.CLOSED : WriterPresence.Departure.DIED);
            }
            return true;
        } catch (IllegalStateException | InternalError failure) {
            throw translated(failure);
        }
    }

    /** A snapshot of the buffer's state. */
    public BufferHealth health() {
        requireOpen();
        try {
            ring.publishCount();
            long freeBytes = HeaderBlock.payloadFreeBytesAcquire(segment);
            return BufferHealth.of(
                    name.value(), segment, layout, freeBytes, framesSkipped, ring.framesHeld(), ring.heldBytes());
        } catch (IllegalStateException | InternalError failure) {
            throw translated(failure);
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
        closed = true;
        if (overwritten != null) {
            LOG.log(Level.WARNING, "{0}", overwritten.getMessage());
        }
        try {
            buffer.close();
            Failures.tolerating(writeSemaphore::post);
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
        if (frameLock == null) {
            refused.add(frame);
        }
    }

    /** Releases a frame that was used. */
    void release(long ticket, long offset, long size, long sequence) {
        if (!writerIsOurs) {
            requireIntact(offset, size, sequence);
        }
        giveBack(ticket);
    }

    /** Has the next read tell if a frame in use is not what it was: only writers of other origin write over frames. */
    private void requireIntact(long offset, long size, long sequence) {
        try {
            if (!closed && !ring.isIntact(offset, size, sequence)) {
                long found = FrameHeader.sequence(segment, offset - FrameHeader.SIZE);
                overwritten = new CorruptBufferException(
                        name.value(),
                        "sequence of a frame in use",
                        found,
                        "it was "
                                + sequence
                                + ": its writer, of another implementation, went over it, and what was read of it"
                                + " may be wrong");
            }
        } catch (IllegalStateException | InternalError closedMeanwhile) {
            // Nobody reads on.
        }
    }

    private void giveBack(long ticket) {
        if (closed) {
            return;
        }
        lock();
        try {
            ring.letGo(ticket);
            giveBack();
        } finally {
            unlock();
        }
    }

    private void giveBack() {
        try {
            int frames = ring.giveBack();
            if (frames > 0) {
                readSemaphore.post(frames);
            }
        } catch (IllegalStateException closedMeanwhile) {
            if (!closed) {
                throw closedMeanwhile;
            }
        } catch (InternalError fault) {
            throw translated(fault);
        }
    }

    /** The exception for access to memory that is closed or gone. */
    RuntimeException translated(Throwable failure) {
        if (failure instanceof InternalError fault) {
            return Failures.of(name, fault, layout.segmentSize());
        }
        return closed ? new BufferClosedException(name.value(), "reader") : (RuntimeException) failure;
    }

    private long take() {
        if (!writerIsOurs && isForeign()) {
            return takeAnnounced();
        }
        return frameLock == null ? ring.take() : takeLocked();
    }

    /** Whether the writer is one of other origin: found out before its first frame is handed out. */
    private boolean isForeign() {
        if (mustIdentify) {
            identify(HeaderBlock.writerPidAcquire(segment));
        }
        return !mustIdentify && !writerIsOurs;
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
        writerIsOurs = writerWatch.holdsRange();
        lock();
        try {
            ring.followReleases(!writerIsOurs);
        } finally {
            unlock();
        }
    }

    private void doubtWriter() {
        mustIdentify = true;
        writerIsOurs = false;
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

    /** Of a writer that is gone, also a frame it did not come to post for. */
    private long takeLast() {
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

    /** Gets a writer of other origin on that waits for space which nobody will release. */
    private void helpStuckWriter() {
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

    private long takeLocked() {
        lock();
        try {
            return ring.take();
        } finally {
            unlock();
        }
    }

    private long endOfUnread() {
        lock();
        try {
            // What one of other origin has written, payload_free_bytes does not tell for sure.
            return ring.bytesPassed() + (writerIsOurs ? ring.unreadBytes() : layout.payloadSize());
        } finally {
            unlock();
        }
    }

    private long takeUnnoticed() {
        if (!writerIsOurs && isForeign()) {
            return overwritten == null ? takeAnnounced() : RingReader.NOTHING;
        }
        lock();
        try {
            return ring.takeUnnoticed();
        } finally {
            unlock();
        }
    }

    private void lock() {
        if (frameLock != null) {
            frameLock.lock();
        }
    }

    private void unlock() {
        if (frameLock != null) {
            frameLock.unlock();
        }
    }

    private long await(long timeoutNanos) {
        // A peer at work is faster than the clock is read, and what else there is to look at would take cache lines
        // from it.
        long ticket = timeoutNanos > 0 ? look(1, LOOKS_PER_CLOCK, 0, 0, timeoutNanos) : RingReader.NOTHING;
        if (ticket != RingReader.NOTHING) {
            return ticket;
        }
        long start = System.nanoTime();
        ticket = timeoutNanos > 0
                ? look(LOOKS_PER_CLOCK, LOOKS_AT_RING_ONLY, start, 0, timeoutNanos)
                : RingReader.NOTHING;
        return ticket != RingReader.NOTHING ? ticket : awaitAndCount(timeoutNanos, start);
    }

    /**
     * After a pause there is time to store the count of this frame, too: while a slow stream's frame is used, the
     * counts are exact.
     */
    private long awaitAndCount(long timeoutNanos, long start) {
        ring.publishCount();
        long ticket = await(timeoutNanos, start);
        ring.publishCount();
        return ticket;
    }

    private long await(long timeoutNanos, long start) {
        long waited = System.nanoTime() - start;
        while (true) {
            requireOpen();
            refused.removeIf(Frame::tryRelease);
            WriterDeadException gone = departure(start + waited, timeoutNanos);
            // Tokens first, then the look: a frame after the look leaves a token to wake on, and the writer's last one
            // came before it left.
            takeTokensOff();
            boolean isOver = gone != null && departure != WriterPresence.Departure.SILENT;
            long ticket = isOver ? takeLast() : take();
            if (ticket != RingReader.NOTHING) {
                return ticket;
            }
            boolean hasSurplus = tokensTaken > ring.framesTaken();
            if (hasSurplus) {
                tokensTaken = ring.framesTaken();
                hearGoodbye();
            }
            if (gone != null) {
                reportGone(gone);
            }
            if (!writer.isThere()) {
                requireReachable(start + waited);
            }
            boolean mayBeStuck = !hasSurplus && isForeign();
            if (mayBeStuck) {
                helpStuckWriter();
            }
            if (waited >= timeoutNanos) {
                return RingReader.NOTHING;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new WaitInterruptedException(name.value());
            }
            if (!hasSurplus) {
                long slice = mayBeStuck ? Math.clamp(waited, SHORTEST_SLICE_NANOS, WAIT_SLICE_NANOS) : WAIT_SLICE_NANOS;
                ticket = awaitFrame(start, waited, Math.min(waited + slice, timeoutNanos));
                if (ticket != RingReader.NOTHING) {
                    return ticket;
                }
            }
            waited = System.nanoTime() - start;
        }
    }

    /** A reader without a writer, whose shared memory somebody removed, would wait for ever. */
    private void requireReachable(long now) {
        if (now - reachableAt < WAIT_SLICE_NANOS) {
            return;
        }
        reachableAt = now;
        if (!buffer.memory().isLinked()) {
            // Or it was closed meanwhile.
            requireOpen();
            throw new BufferRemovedException(name.value(), buffer.memory().path());
        }
    }

    private void takeTokensOff() {
        tokensTakenAt = ring.framesTaken();
        tokensTaken += writeSemaphore.takeAll();
    }

    /** Looks as long as the strategy says, then sleeps; until a time, in nanoseconds since the start, at most. */
    private long awaitFrame(long start, long waited, long end) {
        long seen = look(LOOKS_AT_RING_ONLY, Integer.MAX_VALUE, start, waited, end);
        if (seen != RingReader.NOTHING) {
            return seen;
        }
        // A token of a frame that was taken meanwhile only ends the sleep early.
        if (!writeSemaphore.take(end - (System.nanoTime() - start))) {
            return RingReader.NOTHING;
        }
        tokensTaken++;
        long ticket = take();
        if (ticket != RingReader.NOTHING) {
            waitStrategy.slept(System.nanoTime() - start);
        }
        return ticket;
    }

    /**
     * Looks for a frame between two numbers of looks, as long as the strategy says, and until a time, in nanoseconds
     * since the start, at most.
     */
    private long look(int from, int to, long start, long alreadyWaited, long end) {
        long waited = alreadyWaited;
        for (int looks = from; looks < to && waitStrategy.lookAgain(looks, waited); looks++) {
            // Where any thread may release frames, only their lock tells what is kept.
            long ticket = frameLock == null && writerIsOurs && ring.isStillEmpty() ? RingReader.NOTHING : take();
            if (ticket != RingReader.NOTHING) {
                return ticket;
            }
            if (looks % LOOKS_PER_CLOCK == 0) {
                waited = System.nanoTime() - start;
                if (waited >= end || closed) {
                    break;
                }
            }
        }
        return RingReader.NOTHING;
    }

    /**
     * A token without a frame and without a writer is how one of this library said good-bye, also one that came and
     * went unseen.
     */
    private void hearGoodbye() {
        long pid = HeaderBlock.writerPidAcquire(segment);
        if (writer.hearGoodbye(pid, HeaderBlock.writerConnectionAcquire(segment)) && listener != null) {
            listener.connected(writer.pid());
        }
    }

    /**
     * Whether the writer is the one that was there before. Asked after the frame was seen: a writer connects before
     * it writes.
     */
    private boolean isKnownWriter() {
        return writer.isAsBefore(HeaderBlock.writerPidAcquire(segment), HeaderBlock.writerConnectionAcquire(segment));
    }

    private void noticeWriter(boolean hasFrame) {
        // In this order: a writer that closes stores them in the other.
        long pid = HeaderBlock.writerPidAcquire(segment);
        long connection = HeaderBlock.writerConnectionAcquire(segment);
        boolean wasThere = writer.isThere();
        long formerPid = writer.pid();
        boolean isNew = writer.meet(pid, connection, ring.framesTaken(), hasFrame);
        if (writer.isErased()) {
            restore(connection);
        }
        noticesWriters = listener != null || !writer.isThere();
        if (isNew) {
            doubtWriter();
        }
        if (isNew && listener != null) {
            tell(wasThere ? new WriterDeadException(name.value(), formerPid, true) : null);
        }
    }

    private void tell(WriterDeadException former) {
        try {
            if (former != null) {
                listener.disconnected(former);
            }
        } finally {
            listener.connected(writer.pid());
        }
    }

    /** Puts back the id of a writer that lives, so that no other takes its place. */
    private void restore(long connection) {
        long pid = WriterConnection.pid(connection);
        boolean restored = HeaderBlock.compareAndSetWriterPid(segment, 0, pid);
        if (restored && HeaderBlock.writerConnectionAcquire(segment) != connection) {
            // It was closing meanwhile.
            HeaderBlock.compareAndSetWriterPid(segment, pid, 0);
        }
    }

    /**
     * What to report when the writer that was here is gone; null while there is one, or none was seen since the last
     * report.
     */
    private WriterDeadException departure(long now, long timeoutNanos) {
        noticeWriter(false);
        long patience = Timeouts.nanosOr(silenceTimeout, Math.max(timeoutNanos, Timeouts.LEAST_SILENCE_NANOS));
        departure = writer.departure(ring.framesTaken(), now, patience);
        if (departure == null || !isKnownWriter()) {
            // Or it was closing while we looked.
            return null;
        }
        return switch (departure) {
            case CLOSED -> new WriterDeadException(name.value(), writer.pid(), true);
            case DIED -> new WriterDeadException(name.value(), writer.pid(), false);
            case SILENT -> WriterDeadException.silent(name.value(), writer.pid(), Duration.ofNanos(patience));
        };
    }

    private void reportGone(WriterDeadException gone) {
        if (departure != WriterPresence.Departure.SILENT) {
            buffer.keepingWritersOut(this::forgetUncommitted);
        }
        noteDeparture(departure);
        if (listener == null) {
            throw gone;
        }
        listener.disconnected(gone);
    }

    private void noteDeparture(WriterPresence.Departure how) {
        writer.reported(how, ring.framesTaken());
        noticesWriters = true;
        forgetSleepers(how);
        tokensTaken = ring.framesTaken();
    }

    private void forgetSleepers(WriterPresence.Departure how) {
        doubtWriter();
        if (how != WriterPresence.Departure.SILENT) {
            departedPid = writer.pid();
            sleepersLeft = readSemaphore.sleepers();
        }
    }

    private void forgetUncommitted() {
        lock();
        try {
            ring.forgetUncommitted(this::isKnownWriter);
        } finally {
            unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new BufferClosedException(name.value(), "reader");
        }
    }
}
