package io.zerobuffer;

import io.zerobuffer.bytes.HeaderBlock;
import io.zerobuffer.bytes.MetadataBlock;
import io.zerobuffer.bytes.SegmentLayout;
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
import io.zerobuffer.errors.ReaderDeadException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.errors.WriterAlreadyConnectedException;
import io.zerobuffer.errors.ZeroBufferException;
import io.zerobuffer.os.NamedSemaphore;
import io.zerobuffer.ring.RingWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The writing side of a buffer that a reader has created.
 *
 * {@snippet :
 * try (Writer writer = Writer.connect("camera-1", Duration.ofSeconds(10))) {
 *     writer.write(data);                              // by copy
 *     try (Claim claim = writer.claim(1920 * 1080 * 3)) {
 *         render(claim.segment());                     // in place
 *         claim.commit();
 *     }
 * }
 * }
 *
 * <p>A call that fails leaves the ring as it was. A frame that finds no space waits for the reader, as long as
 * {@link WriterConfig#writeTimeout()} says.
 *
 * <p><b>Threads.</b> One thread at a time may use a writer and its claim; handing them from thread to thread needs the usual
 * happens-before. {@link #close} may be called from any thread, and ends a wait for space. A wait blocks a platform thread, so a virtual thread
 * keeps its carrier while it waits.
 */
public final class Writer implements AutoCloseable {
    /** sem-r gains a token per frame whether anybody waits or not: taken off this often, it stays far below its maximum. */
    private static final long DRAIN_INTERVAL = 1024;

    private final BufferName name;
    private final WriterConfig config;
    private final long writeTimeoutNanos;

    private AttachedBuffer buffer;
    private SegmentLayout layout;
    private MemorySegment segment;
    private NamedSemaphore writeSemaphore;
    private NamedSemaphore readSemaphore;
    private RingWriter ring;
    private Mapping mapping;

    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean closed;

    /** Whether the reader released nothing while the last frame was written: only then is it worth asking whether it lives. */
    private boolean readerIsSilent;
    private long readerCheckedAt = System.nanoTime();

    private boolean metadataClaimed;
    private long framesWritten;
    private long bytesWritten;

    private Writer(BufferName name, AttachedBuffer buffer, WriterConfig config) {
        this.name = name;
        this.config = config;
        this.writeTimeoutNanos = Timeouts.nanos(config.writeTimeout());
        use(buffer);
    }

    private void use(AttachedBuffer attached) {
        buffer = attached;
        layout = attached.layout();
        segment = attached.segment();
        writeSemaphore = attached.writeSemaphore();
        readSemaphore = attached.readSemaphore();
        ring = attached.ring();
        mapping = attached.mapping();
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
     * @throws BufferNotFoundException if there is no complete buffer within the connect timeout; an attempt leaves no trace in it
     * @throws ReaderDeadException if there is one, but its reader is dead and no other came within the connect timeout
     * @throws WriterAlreadyConnectedException if it has a live writer
     * @throws IncompatibleVersionException if it is of another major version of the protocol
     * @throws CorruptBufferException if its header block is impossible
     * @throws WaitInterruptedException if the thread is interrupted while it waits
     */
    public static Writer connect(String name, WriterConfig config) {
        BufferName checkedName = new BufferName(name);
        Writer writer = new Writer(checkedName, AttachedBuffer.connect(checkedName, config.connectTimeout(), () -> false), config);
        if (config.listener() != null) {
            config.listener().connected(writer.buffer.readerPid());
        }
        return writer;
    }

    /** The buffer's name. */
    public String name() {
        return name.value();
    }

    /**
     * Writes a frame by copy.
     *
     * @param data 1 to {@link #maxFrameSize()} bytes
     * @return the frame's sequence number
     * @throws EmptyFrameException if there are no bytes
     * @throws FrameTooLargeException if it can never fit
     * @throws BufferFullException if the reader does not release enough space within the write timeout
     * @throws ReaderDeadException if the reader closed or died
     * @throws BufferClosedException if this writer is or gets closed
     * @throws WaitInterruptedException if the thread is interrupted while it waits; noticed within 50 ms
     * @throws IllegalStateException if a claim is open
     */
    public long write(byte[] data) {
        return write(data, 0, data.length);
    }

    /** Writes part of an array as a frame; see {@link #write(byte[])}. */
    public long write(byte[] data, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, data.length);
        long at = claimSpace(length);
        try {
            MemorySegment.copy(data, offset, segment, ValueLayout.JAVA_BYTE, at, length);
        } catch (IllegalStateException | InternalError failure) {
            throw abandoned(failure);
        }
        return publish(length);
    }

    /** Writes the remaining bytes of a buffer as a frame, and moves its position behind them; see {@link #write(byte[])}. */
    public long write(ByteBuffer data) {
        long sequence = write(MemorySegment.ofBuffer(data));
        data.position(data.limit());
        return sequence;
    }

    /** Writes a segment as a frame; see {@link #write(byte[])}. */
    public long write(MemorySegment data) {
        long size = data.byteSize();
        long at = claimSpace(size);
        try {
            MemorySegment.copy(data, 0, segment, at, size);
        } catch (RuntimeException | InternalError failure) {
            throw abandoned(failure);
        }
        return publish(size);
    }

    /**
     * Writes a frame by copy if there is space for it now.
     *
     * @return false when there is not; the ring is as it was
     * @see #write(byte[])
     */
    public boolean tryWrite(byte[] data) {
        return tryWrite(MemorySegment.ofArray(data));
    }

    /** Writes a segment as a frame if there is space for it now; see {@link #tryWrite(byte[])}. */
    public boolean tryWrite(MemorySegment data) {
        try (Claim claim = tryClaim(data.byteSize())) {
            if (claim == null) {
                return false;
            }
            claim.copyFrom(0, data);
            claim.commit();
            return true;
        }
    }

    /**
     * Claims space for a frame if there is enough now.
     *
     * @return null when there is not
     * @see #claim(long)
     */
    public Claim tryClaim(long size) {
        long at = claimNow(size);
        return at == RingWriter.NO_ROOM ? null : new Claim(this, at, size, false);
    }

    /**
     * Claims space for a frame, to be written in place and then committed. Until then readers see nothing of it. One claim at a time.
     *
     * @param size 1 to {@link #maxFrameSize()} bytes
     * @throws IllegalStateException if a claim is open; otherwise as {@link #write(byte[])}
     */
    public Claim claim(long size) {
        return new Claim(this, claimSpace(size), size, false);
    }

    /**
     * Writes the metadata, which describes the frames to come. Once per buffer, by convention before the first frame.
     *
     * @throws MetadataAlreadyWrittenException if the buffer has metadata, of this or an earlier writer
     * @throws MetadataTooLargeException if it does not fit into the metadata block
     */
    public void writeMetadata(byte[] content) {
        writeMetadata(MemorySegment.ofArray(content));
    }

    /** Writes the remaining bytes of a buffer as metadata, and moves its position behind them; see {@link #writeMetadata(byte[])}. */
    public void writeMetadata(ByteBuffer content) {
        writeMetadata(MemorySegment.ofBuffer(content));
        content.position(content.limit());
    }

    /** Writes a segment as metadata; see {@link #writeMetadata(byte[])}. */
    public void writeMetadata(MemorySegment content) {
        try (Claim claim = claimMetadata(content.byteSize())) {
            claim.copyFrom(0, content);
            claim.commit();
        }
    }

    /**
     * Claims the metadata block, to be written in place and then committed; {@link Claim#commit} answers 0.
     *
     * @param size bytes of content, 0 or more
     * @see #writeMetadata(byte[])
     */
    public Claim claimMetadata(long size) {
        requireReady();
        try {
            long present = MetadataBlock.contentSize(name.value(), segment, layout);
            if (present != MetadataBlock.NONE) {
                throw new MetadataAlreadyWrittenException(name.value(), present);
            }
        } catch (IllegalStateException | InternalError failure) {
            throw translated(failure);
        }
        if (size < 0 || size > MetadataBlock.maxContentSize(layout)) {
            throw new MetadataTooLargeException(name.value(), size, MetadataBlock.maxContentSize(layout));
        }
        metadataClaimed = true;
        return new Claim(this, MetadataBlock.CONTENT_OFFSET, size, true);
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
            return buffer.isReaderAlive();
        } catch (IllegalStateException | InternalError failure) {
            throw translated(failure);
        }
    }

    /** A snapshot of the buffer's state. */
    public BufferHealth health() {
        requireOpen();
        try {
            return BufferHealth.of(name.value(), segment, layout, 0);
        } catch (IllegalStateException | InternalError failure) {
            throw translated(failure);
        }
    }

    /**
     * Disconnects; the reader learns of it after the last frame. An open claim is aborted. Closing again does nothing.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        closed = true;
        synchronized (closing) {
            disconnect();
        }
    }

    private void disconnect() {
        buffer.close();
        Failures.tolerating(readSemaphore::post);
        mapping.close();
    }

    MemorySegment segment() {
        return segment;
    }

    Mapping mapping() {
        return mapping;
    }

    long commit(long size) {
        return publish(size);
    }

    void abort() {
        ring.abort();
    }

    void commitMetadata(long size) {
        metadataClaimed = false;
        requireOpen();
        try {
            MetadataBlock.publishRelease(segment, layout, size);
        } catch (IllegalStateException | InternalError failure) {
            throw translated(failure);
        }
    }

    void abortMetadata() {
        metadataClaimed = false;
    }

    /** The exception for access to memory that is closed or gone. */
    RuntimeException translated(Throwable failure) {
        if (failure instanceof InternalError fault) {
            return Failures.of(name, fault, layout.segmentSize());
        }
        return closed && failure instanceof IllegalStateException
                ? new BufferClosedException(name.value(), "writer")
                : (RuntimeException) failure;
    }

    private long claimSpace(long size) {
        long at = claimNow(size);
        return at != RingWriter.NO_ROOM ? at : awaitSpace(size);
    }

    private long claimNow(long size) {
        requireReady();
        if (size <= 0) {
            if (size < 0) {
                throw new IllegalArgumentException("frame size " + size + " is negative");
            }
            throw new EmptyFrameException(name.value());
        }
        try {
            if (buffer.readerPid() == 0 || readerIsSilent && isTimeToCheck() && !buffer.isReaderAlive()) {
                replaceReader();
            }
            return claimInRing(size);
        } catch (IllegalStateException | InternalError failure) {
            throw abandoned(failure);
        }
    }

    private long claimInRing(long size) {
        if (size > layout.maxFrameSize()) {
            throw new FrameTooLargeException(name.value(), size, layout.maxFrameSize());
        }
        long at = ring.claim(size);
        readerIsSilent |= at == RingWriter.NO_ROOM;
        return at;
    }

    private long awaitSpace(long size) {
        try {
            return awaitSpace(size, System.nanoTime());
        } catch (IllegalStateException | InternalError failure) {
            throw abandoned(failure);
        }
    }

    private long awaitSpace(long size, long start) {
        while (true) {
            requireOpen();
            if (!buffer.isReaderAlive()) {
                replaceReader();
            }
            // Old tokens first, then the look: a release after the look leaves a token to wake on.
            readSemaphore.takeAll();
            long at = claimInRing(size);
            if (at != RingWriter.NO_ROOM) {
                return at;
            }
            long remaining = Timeouts.remaining(start, writeTimeoutNanos);
            if (remaining <= 0) {
                throw new BufferFullException(name.value(), ring.requiredBytes(size),
                        HeaderBlock.payloadFreeBytesAcquire(segment), layout.payloadSize(), writeTimeoutNanos);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new WaitInterruptedException(name.value());
            }
            if (readSemaphore.take(Math.min(remaining, Reader.WAIT_SLICE_NANOS))) {
                at = ring.claim(size);
                if (at != RingWriter.NO_ROOM) {
                    return at;
                }
            }
        }
    }

    /** The reader is gone: throws, or connects to the next one. */
    private void replaceReader() {
        long pid = buffer.readerPid();
        ReaderDeadException gone = new ReaderDeadException(name.value(), pid, pid == 0);
        if (config.listener() == null) {
            throw gone;
        }
        config.listener().disconnected(gone);
        AttachedBuffer next = connectToNext();
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
        readerIsSilent = false;
        config.listener().connected(next.readerPid());
    }

    private AttachedBuffer connectToNext() {
        try {
            return AttachedBuffer.connect(name, config.connectTimeout(), () -> closed);
        } catch (ZeroBufferException noNext) {
            requireOpen();
            throw noNext;
        }
    }

    private boolean isTimeToCheck() {
        long now = System.nanoTime();
        if (now - readerCheckedAt < Reader.WAIT_SLICE_NANOS / 2) {
            return false;
        }
        readerCheckedAt = now;
        return true;
    }

    private long publish(long size) {
        long sequence;
        try {
            sequence = ring.commit();
            writeSemaphore.post();
            framesWritten++;
            bytesWritten += size;
            readerIsSilent = !ring.readerProgressed();
            if (framesWritten % DRAIN_INTERVAL == 0) {
                readSemaphore.takeAll();
            }
        } catch (IllegalStateException | InternalError failure) {
            throw translated(failure);
        }
        return sequence;
    }

    private RuntimeException abandoned(Throwable failure) {
        ring.abort();
        return translated(failure);
    }

    private void requireReady() {
        requireOpen();
        if (ring.isClaimed() || metadataClaimed) {
            throw new IllegalStateException(
                    "buffer '" + name.value() + "': a claim is open; commit or abort it before the next write or claim");
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new BufferClosedException(name.value(), "writer");
        }
    }
}
