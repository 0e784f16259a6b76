package io.zerobuffer.internal.os.posix;

import io.zerobuffer.internal.os.OsException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A file mapped for reading and writing, shared, until its arena ends. See
 * {@link io.zerobuffer.internal.os.SharedMemory#lasting}.
 */
public final class MappedFile {
    /** How a system puts private zeros where a file is mapped, in one step. */
    public interface Zeros {
        /** @return false when refused: what was mapped stays */
        boolean replace(long address, long size);
    }

    private final long address;
    private final long size;
    private final Zeros zeros;
    private final MemorySegment segment;
    private MemorySegment lasting;
    private boolean ended;
    private boolean isCutOff;

    public MappedFile(int fd, long size, Arena arena, String object, Zeros zeros) throws OsException {
        this.address = Libc.mmap(fd, size, object);
        this.size = size;
        this.zeros = zeros;
        this.segment = range().reinterpret(size, arena, mapping -> end());
    }

    public MemorySegment segment() {
        return segment;
    }

    /** @throws IllegalStateException if the arena has ended */
    public synchronized MemorySegment lasting() {
        if (ended) {
            throw new IllegalStateException("the mapping is closed");
        }
        if (lasting == null) {
            long length = size;
            lasting = range().reinterpret(length, Arena.ofAuto(), mapping -> Libc.munmap(mapping.address(), length));
        }
        return lasting;
    }

    /** See {@link io.zerobuffer.internal.os.SharedMemory#cutOff}. */
    public synchronized boolean cutOff() {
        if (!isCutOff) {
            isCutOff = zeros.replace(address, size);
        }
        return isCutOff;
    }

    private synchronized void end() {
        ended = true;
        if (lasting == null) {
            Libc.munmap(address, size);
        } else {
            cutOff();
            // From here on only those keep it who still use it.
            lasting = null;
        }
    }

    private MemorySegment range() {
        return MemorySegment.ofAddress(address);
    }
}
