package io.zerobuffer;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.EmptyFrameException;
import io.zerobuffer.errors.FrameTooLargeException;
import io.zerobuffer.errors.IncompatibleVersionException;
import io.zerobuffer.errors.InvalidBufferNameException;
import io.zerobuffer.errors.MetadataAlreadyWrittenException;
import io.zerobuffer.errors.MetadataTooLargeException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.errors.WriterAlreadyConnectedException;
import io.zerobuffer.errors.ZeroBufferException;
import io.zerobuffer.internal.memory.CopyRoute;
import io.zerobuffer.internal.memory.Mapping;
import io.zerobuffer.internal.peer.BufferName;
import io.zerobuffer.internal.peer.Connector;
import io.zerobuffer.internal.peer.ExitHook;
import io.zerobuffer.internal.peer.Failures;
import io.zerobuffer.internal.peer.ReaderLink;
import io.zerobuffer.internal.ring.RingWriter;
import io.zerobuffer.internal.wait.Timeouts;
import io.zerobuffer.internal.wait.Waiting;
import io.zerobuffer.internal.wire.MetadataBlock;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of a buffer that a reader has created.
 *
 * {@snippet :
 * try (Writer writer = Writer.connect(name, Duration.ofSeconds(10))) {
 *     writer.write(data);                              // by copy
 *     try (Claim claim = writer.claim(size)) {
 *         render(claim.segment());                     // in place
 *         claim.commit();
 *     }
 * }
 * }
 *
 * <p>A call that fails leaves the ring as it was. A frame that finds no space waits for the reader, as long as
 * {@link WriterConfig#writeTimeout()} says.
 *
 * <p><b>Threads.</b> One thread at a time may use a writer and its claim; handing them from thread to thread needs the
 * usual happens-before. {@link #close} may be called from any thread, and ends a wait for space. A virtual thread that
 * waits is parked, and keeps no carrier.
 *
 * <table>
 * <caption>Which thread may call what, while another one writes</caption>
 * <tr><th>any thread</th><td>{@link #close}, {@link #name}, {@link #isReaderConnected};
 *     and, unless the writer goes on to other readers, {@link #metadata},
 *     {@link #metadataSize}, {@link #payloadSize}, {@link #maxFrameSize}</td></tr>
 * <tr><th>one thread at a time</th><td>all others: {@link #write(byte[])} and its like, {@link #claim},
 *     {@link #batch}, {@link #claims}, {@link #writeMetadata(byte[])}, {@link #health}, {@link #framesWritten},
 *     {@link #bytesWritten}; of a claim all methods, but its {@link Claim#segment} where another thread asked for
 *     that first</td></tr>
 * <tr><th>any threads at once</th><td>the {@link ClaimQueue} of {@link #claims}, while that is open</td></tr>
 * </table>
 *
 * <p><b>Exit.</b> A writer that is open when the program ends is closed then, as a {@link Reader} is: its reader learns
 * that it has closed, not that it died.
 */
public final class Writer implements FrameSink, AutoCloseable {
    /**
     * sem-r gains a token per frame whether anybody waits or not: taken off this often, it stays far below its maximum.
     */
    private static final long TOKEN_INTERVAL = 1024;

    /** About a memory's speed, copied there and back. */
    private static final long BYTES_PER_NANO = 8;

    /**
     * A writer that writes so many frames in less than so many nanoseconds looks at the clock with the first of them
     * only.
     */
    private static final int FRAMES_PER_CLOCK = 16;

    private static final long FULL_SPEED_NANOS = 100_000;

    /** A batch is published when it has this part of the ring, so that the reader has something to do. */
    private static final long BATCH_PARTS = 4;

    /** Of {@link #publishAt}: {@link #queue} alone may use the ring. */
    private static final long QUEUED = -1;

    private final BufferName name;
    private final WriterConfig config;
    private final long writeTimeoutNanos;
    private final long silenceNanos;

    /** The connection to the reader; replaced whole when the writer goes on to the next one. */
    private ReaderLink link;
    /** That connection's, at hand for each frame. */
    private RingWriter ring;

    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean closed;

    private long readerCheckedAt = System.nanoTime();
    private long clockReadAt = readerCheckedAt;

    private final Waiting waiting;
    private final BooleanSupplier isReaderNear = this::isReaderNear;
    /** What the wait is for, in bytes. */
    private long wantedSize;

    private final CopyRoute route = new CopyRoute();
    private final Batch batch = new Batch(this);
    private final ClaimQueue queue;
    /** In a batch, frames are published when they have so many bytes; otherwise 0, or {@link #QUEUED}. */
    private long publishAt;

    /** The claim that {@link #write(long, Consumer)} hands out, again and again. */
    private final Claim lent = new Claim(this);

    private long tokensTakenAt;

    private long framesWritten;
    private long bytesWritten;

    private Writer(BufferName name, ReaderLink link, WriterConfig config) {
        this.name = name;
        this.config = config;
        this.writeTimeoutNanos = Timeouts.nanos(config.writeTimeout());
        long leastSilence = Math.max(writeTimeoutNanos, Timeouts.LEAST_SILENCE_NANOS);
        this.silenceNanos = config.silenceTimeout().map(Timeouts::nanos).orElse(leastSilence);
        WaitStrategy strategy = config.waitStrategy();
        this.waiting =
                new Waiting(name.value(), new SpaceWait(), strategy::lookAgain, strategy::slept, System::nanoTime);
        this.queue = new ClaimQueue(this, strategy, writeTimeoutNanos);
        use(link);
    }

    private void use(ReaderLink next) {
        link = next;
        ring = next.ring();
        ring.askBehindSilentFrames(0);
        if (next.isReaderOfThisLibrary()) {
            // Other readers free what a marker skips while they may hold frames in front of it: the less, the better.
            ring.wrapEarly(config.window());
            ring.stayInStep();
        }
        if (isBatching()) {
            publishAt = batchSize();
        }
    }

    private boolean isBatching() {
        return publishAt > 0;
    }

    private long batchSize() {
        return Math.max(1, link.layout().payloadSize() / BATCH_PARTS);
    }

    /**
     * Connects to a buffer that is complete now.
     *
     * @see #connect(String, WriterConfig)
     */
    public static Writer connect(String name) {
        return connect(name, Duration.ZERO);
    }

    /**
     * Connects to a buffer, waiting for it to appear complete.
     *
     * @param timeout how long to wait; zero makes one attempt
     * @see #connect(String, WriterConfig)
     */
    public static Writer connect(String name, Duration timeout) {
        return connect(name, WriterConfig.builder().connectTimeout(timeout).build());
    }

    /**
     * Connects to a buffer and becomes its writer. The sequence of a writer before is continued.
     *
     * @throws InvalidBufferNameException if the name is not legal
     * @throws BufferNotFoundException if there is no complete buffer within the connect timeout; an attempt leaves no
     *     trace in it
     * @throws PeerGoneException if there is one, but its reader is dead and no other came within the connect timeout
     * @throws WriterAlreadyConnectedException if it has a live writer
     * @throws IncompatibleVersionException if it is of another major version of the protocol
     * @throws CorruptBufferException if its header block is impossible
     * @throws WaitInterruptedException if the thread is interrupted while it waits
     */
    public static Writer connect(String name, WriterConfig config) {
        BufferName checkedName = new BufferName(name);
        // A wait for a buffer leaves nothing behind, and shall not keep the program from its end.
        ReaderLink attached =
                Connector.connect(checkedName, config.wanted(), config.connectTimeout(), ExitHook::isEnding);
        Writer writer = ExitHook.opened(name, new Writer(checkedName, attached, config));
        if (config.listener() != null) {
            config.listener().connected(writer.link.readerPid());
        }
        return writer;
    }

    /** The buffer's name. */
    public String name() {
        return name.value();
    }

    @Override
    public long write(byte[] data, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, data.length);
        requireNoBatch();
        return copy(data, offset, length);
    }

    @Override
    public long write(MemorySegment data) {
        requireNoBatch();
        return copy(data, 0, data.byteSize());
    }

    /**
     * {@inheritDoc}
     *
     * <p>The claim object is used again for the next frame, so nothing is allocated, which the compiler does not always
     * achieve for {@link #claim}.
     */
    @Override
    public long write(long size, Consumer<? super Claim> filler) {
        requireNoBatch();
        return fill(size, filler);
    }

    @Override
    public long write(Frame data) {
        requireNoBatch();
        return copy(data);
    }

    @Override
    public boolean tryWrite(byte[] data) {
        requireNoBatch();
        long at = claimNow(data.length, true, false);
        if (at == RingWriter.NO_ROOM) {
            return false;
        }
        copyTo(at, data, 0, data.length);
        commit(data.length);
        return true;
    }

    @Override
    public boolean tryWrite(MemorySegment data) {
        requireNoBatch();
        long size = data.byteSize();
        long at = claimNow(size, true, false);
        if (at == RingWriter.NO_ROOM) {
            return false;
        }
        copyTo(at, data, 0, size);
        commit(size);
        return true;
    }

    @Override
    public @Nullable Claim tryClaim(long size) {
        requireNoBatch();
        return tryClaimFrame(size);
    }

    /**
     * Claims space for a frame, to be filled in place and then committed. One claim at a time; {@link #claims} gives
     * several.
     *
     * @throws IllegalStateException if a claim is open; otherwise as {@link FrameSink#claim}
     */
    @Override
    public Claim claim(long size) {
        requireNoBatch();
        return claimFrame(size);
    }

    /**
     * Begins a batch: frames that are published together.
     *
     * @throws IllegalStateException if a claim or a batch is open
     * @throws BufferClosedException if this writer is closed
     */
    public Batch batch() {
        requireReady();
        requireNoBatch();
        publishAt = batchSize();
        // Its first frame asks if the reader is there; those behind it do not.
        ring.closeGate();
        return batch.open();
    }

    /**
     * Begins a time of several claims that are open at once, and may be filled, committed and aborted by any thread. It
     * ends with {@link ClaimQueue#close}; until then only the queue writes.
     *
     * @throws IllegalStateException if a claim, a batch or the queue is open
     * @throws BufferClosedException if this writer is closed
     */
    public ClaimQueue claims() {
        requireReady();
        requireNoBatch();
        publishAt = QUEUED;
        return queue.open();
    }

    long copy(byte[] data, int offset, int length) {
        copyTo(claimSpace(length, false), data, offset, length);
        long sequence = commit(length);
        if (wasForNobody(length)) {
            replaceReader();
            return copy(data, offset, length);
        }
        return sequence;
    }

    long copy(MemorySegment data, long offset, long size) {
        copyTo(claimSpace(size, false), data, offset, size);
        long sequence = commit(size);
        if (wasForNobody(size)) {
            replaceReader();
            return copy(data, offset, size);
        }
        return sequence;
    }

    long copy(Frame data) {
        long size = data.size();
        long at = claimSpace(size, false);
        try {
            data.copyTo(link.segment(), at, route);
        } catch (RuntimeException | InternalError failure) {
            throw abortedAfter(failure);
        }
        long sequence = commit(size);
        if (wasForNobody(size)) {
            replaceReader();
            return copy(data);
        }
        return sequence;
    }

    long fill(long size, Consumer<? super Claim> filler) {
        return Claim.fill(lent.open(claimSpace(size, true), size), filler);
    }

    private void copyTo(long at, byte[] data, int offset, int length) {
        try {
            route.copy(data, offset, link.segment(), at, length);
        } catch (IllegalStateException | InternalError failure) {
            throw abortedAfter(failure);
        }
    }

    private void copyTo(long at, MemorySegment data, long offset, long size) {
        try {
            route.copy(data, offset, link.segment(), at, size);
        } catch (RuntimeException | InternalError failure) {
            throw abortedAfter(failure);
        }
    }

    Claim claimFrame(long size) {
        return new Claim(this).open(claimSpace(size, true), size);
    }

    @Nullable
    Claim tryClaimFrame(long size) {
        long at = claimNow(size, true, false);
        return at == RingWriter.NO_ROOM ? null : new Claim(this).open(at, size);
    }

    /**
     * Writes the metadata, which describes the frames to come. Once per buffer, by convention before the first frame;
     * the very same bytes may be written again, which does nothing: so a program that writes them whenever it has
     * connected may be started again while its reader lives.
     *
     * <p>Frames of another format need a new buffer: the reader closes and creates it again. Or the frames themselves
     * say what they are.
     *
     * @throws MetadataAlreadyWrittenException if the buffer has other metadata, of this or an earlier writer; {@link
     *     #metadata} tells which
     * @throws MetadataTooLargeException if it does not fit into the metadata block
     */
    public void writeMetadata(byte[] content) {
        writeMetadata(MemorySegment.ofArray(content));
    }

    /**
     * Writes the remaining bytes of a buffer as metadata, and moves its position behind them; see
     * {@link #writeMetadata(byte[])}.
     */
    public void writeMetadata(ByteBuffer content) {
        writeMetadata(MemorySegment.ofBuffer(content));
        content.position(content.limit());
    }

    /** Writes a segment as metadata; see {@link #writeMetadata(byte[])}. */
    public void writeMetadata(MemorySegment content) {
        requireOpen();
        if (!isMetadata(content)) {
            writeMetadata(content.byteSize(), claim -> claim.copyFrom(0, content));
        }
    }

    private boolean isMetadata(MemorySegment content) {
        try {
            long size = MetadataBlock.contentSize(name.value(), link.segment(), link.layout());
            return size == content.byteSize()
                    && link.segment()
                                    .asSlice(MetadataBlock.CONTENT_OFFSET, size)
                                    .mismatch(content)
                            < 0;
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /**
     * The metadata of the buffer, without its size prefix, whichever writer wrote them; empty when none has. A copy.
     *
     * @throws CorruptBufferException if its size is impossible
     */
    public Optional<byte[]> metadata() {
        requireOpen();
        try {
            return MetadataBlock.content(name.value(), link.segment(), link.layout());
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /**
     * Writes the metadata in place; if the filler throws, or aborts the claim, there are none.
     *
     * @param size bytes of content, 0 or more
     * @param filler fills the claim, which is accessible until it returns
     * @throws MetadataAlreadyWrittenException if the buffer has metadata, whatever they are
     * @see #writeMetadata(byte[])
     */
    public void writeMetadata(long size, Consumer<? super Claim> filler) {
        requireOpen();
        MetadataTarget target = new MetadataTarget(this, link);
        target.requireNone();
        long most = MetadataBlock.maxContentSize(link.layout());
        if (size < 0 || size > most) {
            throw new MetadataTooLargeException(name.value(), size, most);
        }
        Claim.fill(new Claim(this, target).open(MetadataBlock.CONTENT_OFFSET, size), filler);
    }

    /** Size of the metadata block in bytes. */
    public long metadataSize() {
        return link.layout().metadataSize();
    }

    /** Size of the ring in bytes. */
    public long payloadSize() {
        return link.layout().payloadSize();
    }

    /** The largest frame the ring can carry, in bytes. */
    public long maxFrameSize() {
        return link.layout().maxFrameSize();
    }

    /** Frames this writer has written so far. */
    public long framesWritten() {
        return framesWritten;
    }

    /** Bytes of the frames this writer has written so far, without their headers. */
    public long bytesWritten() {
        return bytesWritten;
    }

    /** Whether the reader lives and has not closed. */
    public boolean isReaderConnected() {
        requireOpen();
        try {
            return link.isReaderConnected();
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /**
     * Whether the reader is known to live and has not closed. Unlike {@link #isReaderConnected} not of one whose life
     * cannot be told: of another implementation, in another PID namespace, and without a lock file that is seen from
     * here.
     */
    boolean isReaderKnownToLive() {
        requireOpen();
        try {
            return link.isReaderKnownToLive();
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /** A snapshot of the buffer's state. */
    public BufferHealth health() {
        requireOpen();
        try {
            long free = ring.freeBytes();
            long held = BufferHealth.heldBytes(link.segment(), link.layout(), free);
            return new BufferHealth(name.value(), link.segment(), link.layout(), free, 0, 0, held);
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /**
     * Disconnects; the reader learns of it after the last frame. An open claim is aborted: what another thread still
     * stores through its {@link Claim#segment} reaches nobody. A frame that another thread is publishing meanwhile
     * reaches the reader or not; that thread gets {@link BufferClosedException}. Closing again does nothing.
     *
     * <p>Where the system refuses the memory that takes the ring's place for such a thread (a limit of the process's
     * addresses), the good-bye waits until that thread commits or aborts its claim; until then no other writer can
     * connect.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        closed = true;
        try {
            synchronized (closing) {
                disconnect();
            }
        } finally {
            ExitHook.closed(this);
        }
    }

    private void disconnect() {
        wake();
        link.close();
    }

    boolean isClosed() {
        return closed;
    }

    RingWriter ring() {
        return ring;
    }

    MemorySegment segment() {
        return link.segment();
    }

    Mapping mapping() {
        return link.mapping();
    }

    CopyRoute copyRoute() {
        return route;
    }

    /** Publishes the first bytes of the claimed frame, or adds it to the batch. */
    long commitFirst(long size) {
        ring.shrink(size);
        return commit(size);
    }

    /** Publishes the claimed frame, or adds it to the batch. */
    long commit(long size) {
        long sequence;
        try {
            if (isBatching()) {
                sequence = ring.stage();
                if (ring.stagedBytes() >= publishAt) {
                    publish();
                }
            } else {
                sequence = ring.commit();
                announce(1);
                requireOpen();
            }
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
        framesWritten++;
        bytesWritten += size;
        return sequence;
    }

    void publishStaged() {
        requireOpen();
        try {
            publish();
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    void closeBatch() {
        publishAt = 0;
        if (!closed) {
            publishStaged();
        }
    }

    void abort() {
        ring.abort();
    }

    /** The exception for access to memory that is closed or gone. */
    RuntimeException explained(Throwable failure) {
        if (failure instanceof InternalError fault) {
            return Failures.of(name, fault, link.layout().segmentSize());
        }
        return closed && failure instanceof IllegalStateException
                ? new BufferClosedException(name.value(), "writer")
                : (RuntimeException) failure;
    }

    /**
     * @param asksFirst whether to ask before if the reader has closed; a copy asks afterwards, see
     * {@link #wasForNobody}
     */
    private long claimSpace(long size, boolean asksFirst) {
        long at = claimNow(size, asksFirst, true);
        return at != RingWriter.NO_ROOM ? at : awaitSpace(size);
    }

    /** Claims with one question to the ring, where nothing stands against it. */
    private long claimNow(long size, boolean asksFirst, boolean mayWait) {
        long at = mayGoOn(asksFirst && !isBatching()) ? ring.claimPrepared(size) : RingWriter.NO_ROOM;
        return at != RingWriter.NO_ROOM ? at : claimSlowly(size, mayWait);
    }

    private boolean mayGoOn(boolean asks) {
        try {
            return !closed && (!asks || link.isUndisturbed());
        } catch (InternalError failure) {
            throw explained(failure);
        }
    }

    /** The slow way: the claim may have to be refused, the reader to be looked at, or space to be found. */
    private long claimSlowly(long size, boolean mayWait) {
        requireReady();
        if (size <= 0) {
            throw refusal(size);
        }
        try {
            if (ring.stagedBytes() > 0) {
                long at = claimInRing(size);
                if (at != RingWriter.NO_ROOM) {
                    return at;
                }
                publish();
            }
            requireReader();
            requireFits(size);
            if (mayWait && !ring.hasRoom(size) && !ring.isReaderNear(size)) {
                awaitNearReader(size);
            }
            return claimInRing(size);
        } catch (IllegalStateException | InternalError failure) {
            throw abortedAfter(failure);
        }
    }

    private void requireReader() {
        requirePlace();
        if (isReaderGone()) {
            replaceReader();
        }
    }

    void requirePlace() {
        if (!link.isWriterPidOwn()) {
            requireOwnPlace();
        }
    }

    boolean isReaderGone() {
        return link.readerPid() == 0
                || ring.isTimeToAsk() && isSilentForLong() && link.isReaderGone(clockReadAt, silenceNanos);
    }

    boolean isReaderGoneInWait(long now) {
        return link.readerPid() == 0 || isTimeToCheck(now) && link.isReaderGone(now, silenceNanos);
    }

    /**
     * Whether the reader closed before it took the frame that was just copied, which does not count then. Asked when it
     * is published, because what tells is in the cache line that was just fetched for the count: waiting for that line
     * before cost a small round trip 16 ns (docs/decisions/0007).
     */
    private boolean wasForNobody(long size) {
        try {
            if (isBatching() || link.readerPid() != 0 || ring.unreadFrames() == 0) {
                return false;
            }
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
        framesWritten--;
        bytesWritten -= size;
        return true;
    }

    /**
     * Reading the clock costs as much as writing a small frame: a writer at full speed does it for some frames only.
     */
    private boolean isSilentForLong() {
        long now = System.nanoTime();
        ring.askBehindSilentFrames(now - clockReadAt < FULL_SPEED_NANOS ? FRAMES_PER_CLOCK - 1 : 0);
        clockReadAt = now;
        return isTimeToCheck(now);
    }

    /** Tells of frames that the queue published. */
    void announceQueued(int frames, long bytes) {
        framesWritten += frames;
        bytesWritten += bytes;
        announce(frames);
    }

    private RuntimeException refusal(long size) {
        return size == 0
                ? new EmptyFrameException(name.value())
                : new IllegalArgumentException("frame size " + size + " is negative");
    }

    /**
     * Gives a reader that is behind the time in which what is written until the next decision moves through memory to
     * come closer. A writer that is a little faster would otherwise fill the ring, and from then on every byte would go
     * through memory instead of the cache.
     */
    private void awaitNearReader(long size) {
        long patience = Math.max(size, ring.decisionInterval()) / BYTES_PER_NANO;
        wantedSize = size;
        waiting.spinUntil(isReaderNear, patience);
    }

    private boolean isReaderNear() {
        return ring.isReaderNear(wantedSize);
    }

    private long claimInRing(long size) {
        requireFits(size);
        return ring.claim(size);
    }

    /** Not before the reader is looked at: the next one's ring may be larger. */
    void requireFits(long size) {
        if (size <= 0) {
            throw refusal(size);
        }
        if (size > link.layout().maxFrameSize()) {
            throw new FrameTooLargeException(name.value(), size, link.layout().maxFrameSize());
        }
    }

    private long awaitSpace(long size) {
        try {
            wantedSize = size;
            long at = writeTimeoutNanos > 0 ? waiting.spin() : RingWriter.NO_ROOM;
            return at != RingWriter.NO_ROOM ? at : waiting.await(writeTimeoutNanos);
        } catch (IllegalStateException | InternalError failure) {
            throw abortedAfter(failure);
        }
    }

    /** The wait for space for a frame of {@link #wantedSize}. */
    private final class SpaceWait implements Waiting.Side {
        @Override
        public long poll() {
            return ring.claim(wantedSize);
        }

        @Override
        public long check(long now, long timeout) {
            requireOpen();
            if (isReaderGoneInWait(now)) {
                replaceReader();
            }
            // Old tokens first, then the look: a release after the look leaves a token to wake on.
            takeTokens();
            return claimInRing(wantedSize);
        }

        @Override
        public long slice(long waited) {
            return Waiting.SLICE_NANOS;
        }

        @Override
        public boolean sleep(long nanos) {
            ring.useWholeRing();
            return Writer.this.sleep(nanos);
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public void timedOut(long timeout) {
            throw full(wantedSize, timeout, 0);
        }
    }

    void takeTokens() {
        link.readSemaphore().takeAll();
    }

    boolean sleep(long nanos) {
        return link.readSemaphore().take(nanos);
    }

    /** Ends a sleep. */
    void wake() {
        try {
            Failures.tolerating(link.readSemaphore()::post);
        } catch (IllegalStateException closedMeanwhile) {
            if (!closed) {
                throw closedMeanwhile;
            }
        }
    }

    BufferFullException full(long size, long timeout, long openClaims) {
        long free = ring.freeBytes();
        long held = BufferHealth.heldBytes(link.segment(), link.layout(), free);
        return new BufferFullException(
                name.value(),
                ring.requiredBytes(size),
                free,
                held,
                link.layout().payloadSize(),
                timeout,
                openClaims);
    }

    /** The reader is gone: throws, or connects to the next one. */
    void replaceReader() {
        PeerGoneException gone = readerGone();
        if (config.listener() == null) {
            throw gone;
        }
        config.listener().disconnected(gone);
        ReaderLink next = connectToNext();
        synchronized (closing) {
            if (!closed) {
                disconnect();
            }
            use(next);
            if (closed) {
                disconnect();
            }
        }
        requireOpen();
        config.listener().connected(next.readerPid());
    }

    PeerGoneException readerGone() {
        // Once closed, reader_pid reads as 0.
        requireOpen();
        return link.readerGone(silenceNanos);
    }

    private ReaderLink connectToNext() {
        try {
            return Connector.connect(name, config.wanted(), config.patience(), () -> closed);
        } catch (ZeroBufferException noNext) {
            requireOpen();
            throw noNext;
        }
    }

    private boolean isTimeToCheck(long now) {
        if (now - readerCheckedAt < Waiting.SLICE_NANOS / 2) {
            return false;
        }
        readerCheckedAt = now;
        return true;
    }

    private void publish() {
        int frames = ring.publish();
        if (frames > 0) {
            announce(frames);
            requireOpen();
        }
    }

    private void announce(int frames) {
        link.writeSemaphore().post(frames);
        // Its cache line is here: the count of frames in it was just stored.
        if (!link.isWriterPidOwn()) {
            requireOwnPlace();
        }
        if (framesWritten - tokensTakenAt >= TOKEN_INTERVAL) {
            tokensTakenAt = framesWritten;
            link.readSemaphore().takeAll();
        }
    }

    /** Another writer overwrote writer_pid: puts it back, or closes where that one writes, too. */
    private void requireOwnPlace() {
        // Once closed, writer_pid reads as 0.
        requireOpen();
        try {
            link.requireOwnWriterPid();
        } catch (WriterAlreadyConnectedException intruder) {
            close();
            throw intruder;
        }
    }

    private RuntimeException abortedAfter(Throwable failure) {
        ring.abort();
        return explained(failure);
    }

    private void requireReady() {
        requireOpen();
        if (publishAt == QUEUED) {
            leaveQueue();
        }
        if (ring.isClaimed()) {
            throw new IllegalStateException("buffer '" + name.value()
                    + "': a claim is open; commit or abort it before the next write or claim");
        }
    }

    private void requireNoBatch() {
        if (publishAt != 0) {
            requireOwnTurn();
        }
    }

    private void requireOwnTurn() {
        if (publishAt == QUEUED) {
            leaveQueue();
        } else {
            throw new IllegalStateException("buffer '" + name.value()
                    + "': a batch is open; write to it, or close it before the next write or claim");
        }
    }

    /** The queue may have been closed, and its last claim ended since, by other threads. */
    private void leaveQueue() {
        queue.requireEnded();
        publishAt = 0;
    }

    void requireOpen() {
        if (closed) {
            throw new BufferClosedException(name.value(), "writer");
        }
    }
}
