package io.zerobuffer.internal.peer;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.internal.memory.Mapping;
import io.zerobuffer.internal.os.Access;
import io.zerobuffer.internal.os.LockState;
import io.zerobuffer.internal.os.NamedSemaphore;
import io.zerobuffer.internal.os.OperatingSystem;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.OwnerLock;
import io.zerobuffer.internal.os.Processes;
import io.zerobuffer.internal.os.SharedMemory;
import io.zerobuffer.internal.wait.Timeouts;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * The objects of a buffer, made and removed by its reader: lock file, the lock file a C# reader would have, two
 * semaphores, segment.
 *
 * <p>They are made in this order. The segment is made under another name, and gets its own in one step when its header
 * block is published: whoever finds it finds a complete buffer. They are removed in the order segment, semaphores, lock
 * files, and the locks are let go last, so a successor finds nothing or waits. Nothing is removed by name that has
 * become another object meanwhile.
 */
public final class OwnedBuffer {
    private static final System.Logger LOG = System.getLogger("io.zerobuffer");

    private static final long POLL_MILLIS = 5;

    private final OperatingSystem os;
    private final BufferName name;
    private final SegmentLayout layout;
    private final OwnerLock lock;
    /**
     * Null where another user's directory does not let us have it: no C# reader of this user can be there then either.
     */
    private OwnerLock csharpLock;

    private final Mapping mapping = new Mapping();
    private SharedMemory memory;
    private MemorySegment segment;
    private NamedSemaphore writeSemaphore;
    private NamedSemaphore readSemaphore;

    private OwnedBuffer(OperatingSystem os, BufferName name, SegmentLayout layout, OwnerLock lock) {
        this.os = os;
        this.name = name;
        this.layout = layout;
        this.lock = lock;
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
        OperatingSystem os = Platform.operatingSystem(name);
        SegmentLayout layout = SegmentLayout.aligned(wanted.metadataSize(), wanted.payloadSize());
        OwnedBuffer buffer = null;
        boolean created = false;
        try {
            OwnerLock lock = os.tryLock(name.value(), wanted.access().mode());
            if (lock == null) {
                throw alreadyRead(os, name, lockFile(name.value()));
            }
            buffer = new OwnedBuffer(os, name, layout, lock);
            buffer.takeCsharpLock(wanted.access().mode());
            buffer.removeLeftovers(wanted);
            buffer.make(wanted);
            created = true;
        } catch (OsException failure) {
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

    public NamedSemaphore writeSemaphore() {
        return writeSemaphore;
    }

    public NamedSemaphore readSemaphore() {
        return readSemaphore;
    }

    public Processes processes() {
        return os.processes();
    }

    /** Does something while no writer of this library can attach; if one is attached or attaching, nothing. */
    public void keepingWritersOut(Runnable action) {
        try {
            if (memory.tryHold(HeaderBlock.WRITER_PID_OFFSET, Long.BYTES)) {
                try {
                    action.run();
                } finally {
                    memory.letGo(HeaderBlock.WRITER_PID_OFFSET, Long.BYTES);
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

    /**
     * As long as it is held, a C# reader of this name is refused, and one of another name does not take this buffer for
     * a dead one's.
     */
    private void takeCsharpLock(int mode) throws OsException {
        try {
            csharpLock = os.tryLock(name.csharpLock(), mode);
        } catch (OsException refused) {
            if (refused.reason() != OsException.Reason.NO_PERMISSION) {
                throw refused;
            }
            LOG.log(Level.DEBUG, "buffer {0} has no lock file for C#: {1}", name.value(), refused.getMessage());
            if (os.lockState(name.csharpLock()) != LockState.HELD) {
                return;
            }
        }
        if (csharpLock == null) {
            throw alreadyRead(os, name, lockFile(name.csharpLock()));
        }
    }

    private void removeLeftovers(Wanted wanted) throws OsException {
        removeUnfinished();
        try (Arena look = Arena.ofConfined()) {
            SharedMemory leftover = os.openSharedMemory(name.value(), 1, look);
            if (leftover != null) {
                try {
                    requireDead(leftover, wanted);
                } finally {
                    leftover.close();
                }
            } else if (os.hasSharedMemory(name.value())) {
                requireBuffer(0);
            }
        }
        boolean removed = os.unlinkSharedMemory(name.value());
        removed |= os.unlinkSemaphore(name.writeSemaphore());
        removed |= os.unlinkSemaphore(name.readSemaphore());
        if (removed) {
            LOG.log(Level.DEBUG, "removed what a dead reader left of buffer {0}", name.value());
        }
    }

    /**
     * Who has the lock, has the name of what is being made, but for a reader that shares /dev/shm with us and no lock
     * file.
     */
    private void removeUnfinished() throws OsException {
        try (Arena look = Arena.ofConfined()) {
            SharedMemory unfinished = os.openSharedMemory(name.unfinished(), 1, look);
            if (unfinished != null) {
                boolean isBeingMade = unfinished.isHeldByOther(HeaderBlock.READER_PID_OFFSET, Long.BYTES);
                unfinished.close();
                if (isBeingMade) {
                    throw new ReaderAlreadyConnectedException(name.value(), 0);
                }
            }
        }
        os.unlinkSharedMemory(name.unfinished());
    }

    private void requireDead(SharedMemory leftover, Wanted wanted) {
        boolean hasHeader = leftover.segment().byteSize() >= HeaderBlock.SIZE;
        requireBuffer(hasHeader ? HeaderBlock.oiebSizeAcquire(leftover.segment()) : 0);
        if (!hasHeader) {
            return;
        }
        long pid = HeaderBlock.readerPidAcquire(leftover.segment());
        if (pid != 0 && isOwnerAlive(leftover, pid, wanted)) {
            throw new ReaderAlreadyConnectedException(name.value(), pid);
        }
    }

    /**
     * Others make a buffer step by step, and may die in between: the lock file that lies beside tells that it is one.
     */
    private void requireBuffer(int oiebSize) {
        if (oiebSize != HeaderBlock.SIZE && !wasLeftBehind()) {
            throw new CorruptBufferException(
                    name.value(),
                    "oieb_size",
                    oiebSize,
                    "a buffer has " + HeaderBlock.SIZE
                            + "; the shared memory object of that name is something else's, use another name or remove"
                            + " it");
        }
    }

    /** Whether the lock file of a dead reader lies there, of whatever language. */
    private boolean wasLeftBehind() {
        boolean csharpWasLeftBehind =
                csharpLock == null ? os.lockState(name.csharpLock()) == LockState.FREE : csharpLock.wasLeftBehind();
        return lock.wasLeftBehind() || csharpWasLeftBehind;
    }

    /**
     * We have the lock files of every language: what may still live is a reader whose lock file was cleaned out of
     * /tmp, or is in another.
     */
    private boolean isOwnerAlive(SharedMemory leftover, long pid, Wanted wanted) {
        if (leftover.isHeldByOther(HeaderBlock.READER_PID_OFFSET, Long.BYTES)) {
            return true;
        }
        boolean wasRanged = HeaderBlock.rangedReaderAcquire(leftover.segment()) == pid;
        return !wasRanged && !wasLeftBehind() && isOwnerAtWork(leftover, pid, wanted);
    }

    /**
     * Whether its process is seen, or its buffer is being read while whether it lives cannot be told. What else changes
     * there is the writer's doing, which may be at work long after its reader died.
     */
    private boolean isOwnerAtWork(SharedMemory leftover, long pid, Wanted wanted) {
        PeerState state = new ProcessWatch(os.processes(), leftover, leftover.changedAt()).look(pid);
        if (state != PeerState.UNKNOWN) {
            return state == PeerState.ALIVE;
        }
        long patience = Timeouts.nanosOr(wanted.silenceTimeout(), Timeouts.LEAST_SILENCE_NANOS);
        long readPosition = HeaderBlock.payloadReadPositionAcquire(leftover.segment());
        long readCount = HeaderBlock.payloadReadCountAcquire(leftover.segment());
        long start = System.nanoTime();
        while (Timeouts.remaining(start, patience) > 0) {
            pause();
            if (HeaderBlock.payloadReadPositionAcquire(leftover.segment()) != readPosition
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
        int mode = wanted.access().mode();
        writeSemaphore = os.createSemaphore(name.writeSemaphore(), mode, mapping.access());
        readSemaphore = os.createSemaphore(name.readSemaphore(), mode, mapping.access());
        memory = os.createSharedMemory(
                name.unfinished(), layout.segmentSize(), mode, wanted.reserveMemory(), mapping.arena());
        segment = mapping.accessible(memory.segment());
        boolean isRanged = memory.tryHold(HeaderBlock.READER_PID_OFFSET, Long.BYTES);
        memory.populate(Mapping.POPULATED_BYTES);
        HeaderBlock.initialise(segment, layout);
        HeaderBlock.rangedReaderRelease(segment, isRanged ? os.processes().ownPid() : 0);
        HeaderBlock.publishRelease(segment, os.processes().ownPid());
        memory.moveTo(name.value());
    }

    private void removeObjects() {
        try {
            if (memory != null) {
                memory.unlink();
                // To remove a lock file takes a descriptor, and there may be no other.
                memory.close();
            }
            if (writeSemaphore != null) {
                writeSemaphore.unlink();
            }
            if (readSemaphore != null) {
                readSemaphore.unlink();
            }
        } catch (OsException failure) {
            LOG.log(
                    Level.DEBUG,
                    "buffer {0} is left for its next reader to remove: {1}",
                    name.value(),
                    failure.getMessage());
        } finally {
            if (csharpLock != null) {
                csharpLock.release();
            }
            lock.release();
        }
    }

    private static String lockFile(String name) {
        return "/tmp/zerobuffer/" + name + ".lock";
    }

    private static ReaderAlreadyConnectedException alreadyRead(OperatingSystem os, BufferName name, String lockFile) {
        try (Arena look = Arena.ofConfined()) {
            SharedMemory present = os.openSharedMemory(name.value(), HeaderBlock.SIZE, look);
            if (present == null) {
                return ReaderAlreadyConnectedException.withoutSegment(name.value(), lockFile);
            }
            present.close();
            return new ReaderAlreadyConnectedException(name.value(), HeaderBlock.readerPidAcquire(present.segment()));
        } catch (OsException | InternalError cannotLook) {
            return new ReaderAlreadyConnectedException(name.value(), 0);
        }
    }
}
