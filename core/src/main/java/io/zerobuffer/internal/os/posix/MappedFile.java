package io.zerobuffer.internal.os.posix;

import io.zerobuffer.internal.os.OsException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A file mapped, shared, until its arena ends. See {@link io.zerobuffer.internal.os.SharedMemory#byAddress}.
 */
public final class MappedFile {
    /** How a system puts private zeros where a file is mapped, in one step. */
    public interface Zeros {
        /** Puts them there; false when refused: what was mapped stays. */
        boolean replace(long address, long size);
    }

    private final long address;
    private final long size;
    private final Zeros zeros;
    private final MemorySegment segment;
    private @Nullable MemorySegment byAddress;
    private boolean ended;
    private boolean isCutOff;

    private MappedFile(int fd, long size, boolean readOnly, Arena arena, String object, Zeros zeros)
            throws OsException {
        this.address = Libc.mmap(fd, size, readOnly ? Numbers.PROT_READ : Numbers.PROT_READ_WRITE, object);
        this.size = size;
        this.zeros = zeros;
        MemorySegment mapped = range().reinterpret(size, arena, mapping -> end());
        this.segment = readOnly ? mapped.asReadOnly() : mapped;
    }

    /** Maps a file that is open for reading and writing. */
    public static MappedFile of(int fd, long size, Arena arena, String object, Zeros zeros) throws OsException {
        return new MappedFile(fd, size, false, arena, object, zeros);
    }

    /** Maps a file that is open for reading at least: whatever stores there, by address too, fails. */
    public static MappedFile readOnly(int fd, long size, Arena arena, String object) throws OsException {
        return new MappedFile(fd, size, true, arena, object, (address, length) -> false);
    }

    public MemorySegment segment() {
        return segment;
    }

    /**
     * The same memory; see {@link io.zerobuffer.internal.os.SharedMemory#byAddress}.
     *
     * @throws IllegalStateException if the arena has ended
     */
    public synchronized MemorySegment byAddress() {
        if (ended) {
            throw new IllegalStateException("the mapping is closed");
        }
        if (byAddress == null) {
            long length = size;
            byAddress = range().reinterpret(length, Arena.ofAuto(), mapping -> Libc.munmap(mapping.address(), length));
        }
        return byAddress;
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
        if (byAddress == null) {
            Libc.munmap(address, size);
        } else {
            cutOff();
            // From here on only those keep it who still use it.
            byAddress = null;
        }
    }

    private MemorySegment range() {
        return MemorySegment.ofAddress(address);
    }
}
