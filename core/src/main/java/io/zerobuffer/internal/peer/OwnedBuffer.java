package io.zerobuffer.internal.peer;

import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import io.zerobuffer.internal.memory.Mapping;
import io.zerobuffer.internal.os.Access;
import io.zerobuffer.internal.os.OperatingSystem;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Ownership;
import io.zerobuffer.internal.os.Processes;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.os.SharedMemory;
import io.zerobuffer.internal.os.Signal;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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

    private final OperatingSystem os;
    private final BufferName name;
    private final SegmentLayout layout;
    private final Ownership ownership;
    private final Mapping mapping;
    private final SharedMemory memory;
    private final MemorySegment segment;
    private final Signal writeSemaphore;
    private final Signal readSemaphore;

    /** Makes the objects; when that fails, what was made is the caller's to remove. */
    private OwnedBuffer(
            OperatingSystem os,
            BufferName name,
            SegmentLayout layout,
            Ownership ownership,
            Mapping mapping,
            boolean reserveMemory)
            throws OsException {
        this.os = os;
        this.name = name;
        this.layout = layout;
        this.ownership = ownership;
        this.mapping = mapping;
        this.writeSemaphore = ownership.createSignal(Role.WRITER, mapping.access());
        this.readSemaphore = ownership.createSignal(Role.READER, mapping.access());
        this.memory = ownership.createMemory(layout.segmentSize(), reserveMemory, mapping.arena());
        this.segment = mapping.accessible(memory.segment());
        boolean isRanged = memory.take(Role.READER);
        memory.populate(Mapping.POPULATED_BYTES);
        HeaderBlock.initialise(segment, layout);
        HeaderBlock.rangedReaderRelease(segment, isRanged ? os.processes().ownPid() : 0);
        HeaderBlock.publishRelease(segment, os.processes().ownPid());
        ownership.appear();
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
            long metadataSize,
            long payloadSize,
            Access access,
            boolean reserveMemory,
            @Nullable Duration silenceTimeout) {}

    public static OwnedBuffer create(BufferName name, Wanted wanted) {
        OperatingSystem os = Platform.operatingSystem(name.value());
        SegmentLayout layout = SegmentLayout.aligned(wanted.metadataSize(), wanted.payloadSize());
        Mapping mapping = new Mapping();
        Ownership ownership = null;
        OwnedBuffer buffer = null;
        try {
            ownership = os.buffers().own(name.value(), wanted.access());
            new Leftovers(os, name, ownership, wanted.silenceTimeout()).remove();
            buffer = new OwnedBuffer(os, name, layout, ownership, mapping, wanted.reserveMemory());
        } catch (OsException failure) {
            if (failure.reason() == OsException.Reason.OWNED) {
                throw alreadyRead(os, name, failure.object());
            }
            throw Failures.ofCreating(name, failure, layout.segmentSize());
        } catch (InternalError fault) {
            throw Failures.of(name, fault, layout.segmentSize());
        } finally {
            if (buffer == null && ownership != null) {
                remove(name, ownership);
                mapping.close();
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
        remove(name, ownership);
        LOG.log(Level.DEBUG, "closed buffer {0}", name.value());
    }

    private static void remove(BufferName name, Ownership ownership) {
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
