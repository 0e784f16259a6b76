package io.zerobuffer.internal.peer;

import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.PeerGoneException.Role;
import io.zerobuffer.errors.WriterAlreadyConnectedException;
import io.zerobuffer.internal.memory.Mapping;
import io.zerobuffer.internal.os.SharedMemory;
import io.zerobuffer.internal.os.Signal;
import io.zerobuffer.internal.ring.RingMemory;
import io.zerobuffer.internal.ring.RingWriter;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import io.zerobuffer.internal.wire.WriterConnection;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * A writer's connection to the reader of a complete buffer: the memory they share, and what can be told of that reader.
 * Made by {@link Connector}; when the writer goes on to the next reader, it gets another one.
 */
public final class ReaderLink {
    private static final System.Logger LOG = System.getLogger("io.zerobuffer");

    /** What a connection is made of. */
    record Parts(
            BufferName name,
            long ownPid,
            Mapping mapping,
            SharedMemory memory,
            MemorySegment segment,
            SegmentLayout layout,
            Signal writeSemaphore,
            Signal readSemaphore,
            MemorySegment farewellBlock,
            Signal farewellSemaphore,
            PeerWatch readerWatch) {}

    private final BufferName name;
    private final long ownPid;
    private final Mapping mapping;
    private final SharedMemory memory;
    private final MemorySegment segment;
    private final SegmentLayout layout;
    private final Signal writeSemaphore;
    private final Signal readSemaphore;
    /**
     * The header block and the write semaphore once more, for the good-bye: by then nothing of this side reaches the
     * rest of the segment.
     */
    private final MemorySegment farewellBlock;

    private final Signal farewellSemaphore;
    private final PeerWatch readerWatch;
    private final RingMemory ringMemory;
    private final RingWriter ring;
    private final boolean readerHoldsRange;

    private final Silence readerSilence = new Silence();
    private PeerState readerState = PeerState.ALIVE;

    /** @param readerHoldsRange whether the reader holds its byte range, as readers of this library do */
    ReaderLink(Parts parts, RingMemory ringMemory, RingWriter ring, boolean readerHoldsRange) {
        this.name = parts.name();
        this.ownPid = parts.ownPid();
        this.mapping = parts.mapping();
        this.memory = parts.memory();
        this.segment = parts.segment();
        this.layout = parts.layout();
        this.writeSemaphore = parts.writeSemaphore();
        this.readSemaphore = parts.readSemaphore();
        this.farewellBlock = parts.farewellBlock();
        this.farewellSemaphore = parts.farewellSemaphore();
        this.readerWatch = parts.readerWatch();
        this.ringMemory = ringMemory;
        this.ring = ring;
        this.readerHoldsRange = readerHoldsRange;
    }

    public Mapping mapping() {
        return mapping;
    }

    public MemorySegment segment() {
        return segment;
    }

    public SegmentLayout layout() {
        return layout;
    }

    public Signal writeSemaphore() {
        return writeSemaphore;
    }

    public Signal readSemaphore() {
        return readSemaphore;
    }

    public RingWriter ring() {
        return ring;
    }

    /** Whether the reader is one of this library. */
    public boolean isReaderOfThisLibrary() {
        return readerHoldsRange;
    }

    public long readerPid() {
        return ringMemory.readerPid();
    }

    /** Whether the reader has not closed and lives, as far as can be told. May be asked from any thread. */
    public boolean isReaderConnected() {
        long pid = HeaderBlock.readerPidAcquire(segment, 0);
        return pid != 0 && readerState(pid) != PeerState.DEAD;
    }

    /** Whether the reader has not closed and is known to live. May be asked from any thread. */
    public boolean isReaderKnownToLive() {
        long pid = HeaderBlock.readerPidAcquire(segment, 0);
        return pid != 0 && readerState(pid) == PeerState.ALIVE;
    }

    /**
     * Whether the reader has closed, died, or taken nothing for long while whether it lives cannot be told.
     *
     * @param now the time, in nanoseconds
     * @param patience how long it may take nothing of what there is, in nanoseconds
     */
    public boolean isReaderGone(long now, long patience) {
        long pid = HeaderBlock.readerPidAcquire(segment, 0);
        readerState = pid == 0 ? PeerState.DEAD : readerState(pid);
        return switch (readerState) {
            case ALIVE -> false;
            case DEAD -> true;
            case UNKNOWN -> isReaderSilent(now, patience);
        };
    }

    private boolean isReaderSilent(long now, long patience) {
        if (ring.freeBytes() == layout.payloadSize()) {
            // There is nothing for it to take.
            readerSilence.restart();
        }
        return readerSilence.lasts(HeaderBlock.payloadReadPositionAcquire(segment, 0), now, patience);
    }

    /** What to report of a reader that is gone. */
    public PeerGoneException readerGone(long patience) {
        long pid = readerPid();
        return pid != 0 && readerState == PeerState.UNKNOWN
                ? PeerGoneException.silent(name.value(), Role.READER, pid, Duration.ofNanos(patience))
                : new PeerGoneException(name.value(), Role.READER, pid, pid == 0);
    }

    private PeerState readerState(long pid) {
        return stateOf(readerWatch, segment, pid);
    }

    static PeerState stateOf(PeerWatch readerWatch, MemorySegment segment, long pid) {
        return readerWatch.stateOf(pid, HeaderBlock.rangedReaderAcquire(segment) == pid);
    }

    /** Whether the reader has not closed, and nobody has taken this writer's place. */
    public boolean isUndisturbed() {
        return isWriterPidOwn() && readerPid() != 0;
    }

    public boolean isWriterPidOwn() {
        return ringMemory.writerPid() == ownPid;
    }

    /**
     * Puts back this writer's process id, which a writer that was refused set to 0.
     *
     * @throws WriterAlreadyConnectedException if another writer has taken the place meanwhile, although this one
     *     holds it
     */
    public void requireOwnWriterPid() {
        long present = HeaderBlock.writerPidAcquire(segment, 0);
        if (present == 0 && HeaderBlock.compareAndSetWriterPid(segment, 0, ownPid)) {
            LOG.log(Level.DEBUG, "buffer {0}: another writer, which was refused, set writer_pid to 0", name.value());
            return;
        }
        present = HeaderBlock.writerPidAcquire(segment, 0);
        if (present != ownPid) {
            throw WriterAlreadyConnectedException.intruder(name.value(), present);
        }
    }

    /**
     * Ends the access of this side, then says good-bye: who comes next must not meet a thread of this process that is
     * late.
     */
    public void close() {
        mapping.close(this::sayGoodbye);
    }

    private void sayGoodbye() {
        Failures.tolerating(() -> {
            // Before writer_pid: with that at 0 and this not closed, a reader puts the process id back.
            long connection = HeaderBlock.writerConnectionAcquire(farewellBlock);
            HeaderBlock.writerConnectionRelease(farewellBlock, WriterConnection.closed(connection));
            if (HeaderBlock.writerPidAcquire(farewellBlock, 0) == ownPid) {
                HeaderBlock.writerPidRelease(farewellBlock, 0);
            }
        });
        Failures.tolerating(this::postGoodbye);
        memory.close();
        LOG.log(Level.DEBUG, "disconnected from buffer {0}", name.value());
    }

    /**
     * Wakes a waiting reader. One that goes by payload_free_bytes without holding its range takes a token for a frame
     * if anything is unread, and space that a dead writer left missing looks unread to it: so it gets one only where
     * nothing can be missing.
     */
    private void postGoodbye() {
        boolean isDrained = ring.freeBytes(farewellBlock) == layout.payloadSize();
        if (isDrained || ring.readerGoesByTokens() || readerWatch.holdsRange()) {
            farewellSemaphore.post();
        }
    }
}
