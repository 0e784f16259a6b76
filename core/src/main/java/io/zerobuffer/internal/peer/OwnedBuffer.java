package io.zerobuffer.internal.peer;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.internal.memory.Mapping;
import io.zerobuffer.internal.os.Access;
import io.zerobuffer.internal.os.OperatingSystem;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Ownership;
import io.zerobuffer.internal.os.Processes;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.os.SharedMemory;
import io.zerobuffer.internal.os.Signal;
import io.zerobuffer.internal.wait.Timeouts;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * The objects of a buffer, made and removed by its reader: ownership of the name, two semaphores, segment.
 *
 * <p>They are made in this order. The segment is made under another name, and gets its own in one step when its header
 * block is published: whoever finds it finds a complete buffer. They are removed in the order segment, semaphores,
 * ownership, so a successor finds nothing or waits. Nothing is removed by name that has
 * become another object meanwhile.
 */
public final class OwnedBuffer {
    private static final System.Logger LOG = System.getLogger("io.zerobuffer");

    private static final long POLL_MILLIS = 5;

    private final OperatingSystem os;
    private final BufferName name;
    private final SegmentLayout layout;
    private final Ownership ownership;
    private final Mapping mapping = new Mapping();
    private SharedMemory memory;
    private MemorySegment segment;
    private Signal writeSemaphore;
    private Signal readSemaphore;

    private OwnedBuffer(OperatingSystem os, BufferName name, SegmentLayout layout, Ownership ownership) {
        this.os = os;
        this.name = name;
        this.layout = layout;
        this.ownership = ownership;
    }

    /**
     * What is to be created.
     *
     * @param metadataSize in bytes, before it is rounded up
     * @param payloadSize in bytes, before it is rounded up
     * @param access who may use it
     * @param reserveMemory whether every page is reserved at once
     * @param silenceTimeout how long a reader whose life cannot be told must have read nothing; null for the default
     */
    public record Wanted(
            long metadataSize, long payloadSize, Access access, boolean reserveMemory, Duration silenceTimeout) {}

    public static OwnedBuffer create(BufferName name, Wanted wanted) {
        OperatingSystem os = Platform.operatingSystem(name.value());
        SegmentLayout layout = SegmentLayout.aligned(wanted.metadataSize(), wanted.payloadSize());
        OwnedBuffer buffer = null;
        boolean created = false;
        try {
            Ownership ownership = os.buffers().own(name.value(), wanted.access());
            buffer = new OwnedBuffer(os, name, layout, ownership);
            buffer.removeLeftovers(wanted);
            buffer.make(wanted);
            created = true;
        } catch (OsException failure) {
            if (failure.reason() == OsException.Reason.OWNED) {
                throw alreadyRead(os, name, failure.object());
            }
            throw Failures.ofCreating(name, failure, layout.segmentSize());
        } catch (InternalError fault) {
            throw Failures.of(name, fault, layout.segmentSize());
        } finally {
            if (!created && buffer != null) {
                buffer.removeObjects();
                buffer.mapping.close();
            }
        }
        LOG.log(Level.DEBUG, "created buffer {0}: {1}", name.value(), layout);
        return buffer;
    }

    public SegmentLayout layout() {
        return layout;
    }

    public Mapping mapping() {
        return mapping;
    }

    public MemorySegment segment() {
        return segment;
    }

    public SharedMemory memory() {
        return memory;
    }

    public Signal writeSemaphore() {
        return writeSemaphore;
    }

    public Signal readSemaphore() {
        return readSemaphore;
    }

    public Processes processes() {
        return os.processes();
    }

    /** Does something while no writer of this library can attach; if one is attached or attaching, nothing. */
    public void keepingWritersOut(Runnable action) {
        try {
            if (memory.take(Role.WRITER)) {
                try {
                    action.run();
                } finally {
                    memory.giveUp(Role.WRITER);
                }
            }
        } catch (OsException failure) {
            throw Failures.ofAttaching(name, failure);
        }
    }

    /** Says good-bye to the writer and removes everything; the mapping stays until it is closed. */
    public void close() {
        Failures.tolerating(() -> HeaderBlock.readerPidRelease(segment, 0));
        Failures.tolerating(readSemaphore::post);
        removeObjects();
        LOG.log(Level.DEBUG, "closed buffer {0}", name.value());
    }

    private void removeLeftovers(Wanted wanted) throws OsException {
        if (!ownership.removeUnfinished()) {
            throw new ReaderAlreadyConnectedException(name.value(), 0);
        }
        try (Arena scratch = Arena.ofConfined()) {
            SharedMemory leftover = os.buffers().open(name.value(), 1, scratch);
            if (leftover != null) {
                try {
                    requireDead(leftover, wanted);
                } finally {
                    leftover.close();
                }
            } else if (os.buffers().hasMemory(name.value())) {
                requireBuffer(0);
            }
        }
        if (ownership.removeLeftovers()) {
            LOG.log(Level.DEBUG, "removed what a dead reader left of buffer {0}", name.value());
        }
    }

    private void requireDead(SharedMemory leftover, Wanted wanted) {
        boolean hasHeader = leftover.segment().byteSize() >= HeaderBlock.SIZE;
        requireBuffer(hasHeader ? HeaderBlock.oiebSizeAcquire(leftover.segment()) : 0);
        if (!hasHeader) {
            return;
        }
        long pid = HeaderBlock.readerPidAcquire(leftover.segment(), 0);
        if (pid != 0 && isOwnerAlive(leftover, pid, wanted)) {
            throw new ReaderAlreadyConnectedException(name.value(), pid);
        }
    }

    /**
     * Others make a buffer step by step, and may die in between: the lock file that lies beside tells that it is one.
     */
    private void requireBuffer(int oiebSize) {
        if (oiebSize != HeaderBlock.SIZE && !ownership.wasLeftBehind()) {
            throw new CorruptBufferException(
                    name.value(),
                    "oieb_size",
                    oiebSize,
                    "a buffer has " + HeaderBlock.SIZE
                            + "; the shared memory object of that name is something else's, use another name or remove"
                            + " it");
        }
    }

    /**
     * We have the lock files of every language: what may still live is a reader whose lock file was cleaned out of
     * /tmp, or is in another.
     */
    private boolean isOwnerAlive(SharedMemory leftover, long pid, Wanted wanted) {
        if (leftover.isTaken(Role.READER)) {
            return true;
        }
        boolean wasRanged = HeaderBlock.rangedReaderAcquire(leftover.segment()) == pid;
        return !wasRanged && !ownership.wasLeftBehind() && isOwnerAtWork(leftover, pid, wanted);
    }

    /**
     * Whether its process is seen, or its buffer is being read while whether it lives cannot be told. What else changes
     * there is the writer's doing, which may be at work long after its reader died.
     */
    private boolean isOwnerAtWork(SharedMemory leftover, long pid, Wanted wanted) {
        PeerState state = new ProcessWatch(os.processes(), leftover, leftover.changedAt()).stateOf(pid);
        if (state != PeerState.UNKNOWN) {
            return state == PeerState.ALIVE;
        }
        long patience = Timeouts.nanosOr(wanted.silenceTimeout(), Timeouts.LEAST_SILENCE_NANOS);
        long readPosition = HeaderBlock.payloadReadPositionAcquire(leftover.segment(), 0);
        long readCount = HeaderBlock.payloadReadCountAcquire(leftover.segment());
        long start = System.nanoTime();
        while (Timeouts.remaining(start, patience) > 0) {
            pause();
            if (HeaderBlock.payloadReadPositionAcquire(leftover.segment(), 0) != readPosition
                    || HeaderBlock.payloadReadCountAcquire(leftover.segment()) != readCount) {
                return true;
            }
        }
        return false;
    }

    private void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WaitInterruptedException(name.value());
        }
    }

    private void make(Wanted wanted) throws OsException {
        writeSemaphore = ownership.createSignal(Role.WRITER, mapping.access());
        readSemaphore = ownership.createSignal(Role.READER, mapping.access());
        memory = ownership.createMemory(layout.segmentSize(), wanted.reserveMemory(), mapping.arena());
        segment = mapping.accessible(memory.segment());
        boolean isRanged = memory.take(Role.READER);
        memory.populate(Mapping.POPULATED_BYTES);
        HeaderBlock.initialise(segment, layout);
        HeaderBlock.rangedReaderRelease(segment, isRanged ? os.processes().ownPid() : 0);
        HeaderBlock.publishRelease(segment, os.processes().ownPid());
        ownership.appear();
    }

    private void removeObjects() {
        try {
            ownership.remove();
        } catch (OsException failure) {
            LOG.log(
                    Level.DEBUG,
                    "buffer {0} is left for its next reader to remove: {1}",
                    name.value(),
                    failure.getMessage());
        }
    }

    private static ReaderAlreadyConnectedException alreadyRead(OperatingSystem os, BufferName name, String lockFile) {
        try (Arena scratch = Arena.ofConfined()) {
            SharedMemory present = os.buffers().open(name.value(), HeaderBlock.SIZE, scratch);
            if (present == null) {
                return ReaderAlreadyConnectedException.withoutSegment(name.value(), lockFile);
            }
            present.close();
            long pid = HeaderBlock.readerPidAcquire(present.segment(), 0);
            return new ReaderAlreadyConnectedException(name.value(), pid);
        } catch (OsException | InternalError cannotLook) {
            return new ReaderAlreadyConnectedException(name.value(), 0);
        }
    }
}
