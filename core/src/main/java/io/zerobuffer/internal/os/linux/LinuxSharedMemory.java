package io.zerobuffer.internal.os.linux;

import static io.zerobuffer.internal.os.posix.Numbers.O_CREAT;
import static io.zerobuffer.internal.os.posix.Numbers.O_EXCL;
import static io.zerobuffer.internal.os.posix.Numbers.O_RDONLY;
import static io.zerobuffer.internal.os.posix.Numbers.O_RDWR;

import io.zerobuffer.internal.os.Mapped;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Owner;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.os.SharedMemory;
import io.zerobuffer.internal.os.posix.Errno;
import io.zerobuffer.internal.os.posix.FileStatus;
import io.zerobuffer.internal.os.posix.Libc;
import io.zerobuffer.internal.os.posix.MappedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A POSIX shared memory object, on Linux a file in /dev/shm. */
final class LinuxSharedMemory implements SharedMemory {
    // proc(5), /proc/pid/maps: address, permissions, offset, device, inode, path.
    private static final int MAPS_INODE = 4;

    // The process ids in the header block.
    private static final long WRITER_RANGE = 80;
    private static final long READER_RANGE = 88;

    private final int fd;
    private final FileStatus id;
    private final MappedFile file;
    private final MemorySegment segment;
    private String name;
    private boolean closed;

    private LinuxSharedMemory(String name, int fd, FileStatus id, MappedFile file) {
        this.name = name;
        this.fd = fd;
        this.id = id;
        this.file = file;
        this.segment = file.segment();
    }

    static LinuxSharedMemory create(String name, long size, int mode, boolean reserve, Arena arena) throws OsException {
        int fd = SharedMemoryFiles.open(name, O_CREAT | O_EXCL | O_RDWR, mode);
        boolean created = false;
        try {
            String path = SharedMemoryFiles.path(name);
            Libc.fchmod(fd, mode, path);
            Libc.ftruncate(fd, size, path);
            if (reserve) {
                Linux.posixFallocate(fd, size, path);
            }
            LinuxSharedMemory memory =
                    new LinuxSharedMemory(name, fd, FileStatus.of(fd, path), map(fd, size, arena, path));
            created = true;
            return memory;
        } finally {
            if (!created) {
                Libc.close(fd);
                SharedMemoryFiles.unlink(name);
            }
        }
    }

    static @Nullable LinuxSharedMemory open(String name, long minimumSize, Arena arena) throws OsException {
        return open(name, minimumSize, false, arena);
    }

    /** For one who looks on: without a lock, without a change of the file. */
    static @Nullable LinuxSharedMemory observe(String name, long minimumSize, Arena arena) throws OsException {
        return open(name, minimumSize, true, arena);
    }

    private static @Nullable LinuxSharedMemory open(String name, long minimumSize, boolean readOnly, Arena arena)
            throws OsException {
        int fd = SharedMemoryFiles.openRegularOrMinusOne(name, readOnly ? O_RDONLY : O_RDWR);
        if (fd < 0) {
            return null;
        }
        LinuxSharedMemory memory = null;
        try {
            String path = SharedMemoryFiles.path(name);
            FileStatus id = FileStatus.of(fd, path);
            if (id.size() >= minimumSize) {
                MappedFile file =
                        readOnly ? MappedFile.readOnly(fd, id.size(), arena, path) : map(fd, id.size(), arena, path);
                memory = new LinuxSharedMemory(name, fd, id, file);
            }
            return memory;
        } finally {
            if (memory == null) {
                Libc.close(fd);
            }
        }
    }

    private static MappedFile map(int fd, long size, Arena arena, String object) throws OsException {
        return MappedFile.of(fd, size, arena, object, Linux::replaceByZeros);
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public MemorySegment byAddress() {
        return file.byAddress();
    }

    @Override
    public boolean cutOff() {
        return file.cutOff();
    }

    @Override
    public MemorySegment mapAgain(long bytes, Arena arena) throws OsException {
        return map(fd, bytes, arena, path()).segment();
    }

    @Override
    public void populate(long bytes) {
        if (Linux.reservedBytes(fd) >= segment.byteSize()) {
            Linux.populate(segment, Math.min(bytes, segment.byteSize()));
        }
    }

    @Override
    public Object identity() {
        return List.of(id.device(), id.inode());
    }

    @Override
    public Instant changedAt() {
        return id.changedAt();
    }

    @Override
    public Owner owner() {
        return id.owner();
    }

    @Override
    public synchronized String path() {
        return SharedMemoryFiles.path(name);
    }

    @Override
    public synchronized boolean isCurrent() {
        try {
            return closed || isNamed();
        } catch (OsException hidden) {
            return true;
        }
    }

    /**
     * Gives the object another name, where nothing has it, and takes the one it has away: under the new name it appears
     * in one step, as it is.
     *
     * @throws OsException EXISTS if something has the name
     */
    synchronized void moveTo(String newName) throws OsException {
        Libc.link(SharedMemoryFiles.path(name), SharedMemoryFiles.path(newName));
        String oldName = name;
        name = newName;
        if (!isNamed()) {
            throw Errno.failure("link", SharedMemoryFiles.path(newName), Errno.EEXIST);
        }
        SharedMemoryFiles.unlink(oldName);
    }

    /** Removes the name if it still leads to this very object; not after {@link #close}. */
    synchronized void unlink() throws OsException {
        if (!closed && isNamed()) {
            SharedMemoryFiles.unlink(name);
        }
    }

    @Override
    public synchronized boolean take(Role role) throws OsException {
        return !closed && Linux.lockRange(fd, start(role), Long.BYTES, SharedMemoryFiles.path(name));
    }

    @Override
    public synchronized void giveUp(Role role) {
        if (!closed) {
            Linux.unlockRange(fd, start(role), Long.BYTES);
        }
    }

    @Override
    public synchronized boolean isTaken(Role role) {
        return !closed && Linux.isRangeLocked(fd, start(role), Long.BYTES);
    }

    @Override
    public Mapped mappedBy(long pid) {
        String inode = Long.toUnsignedString(id.inode());
        // Not the path: another mount namespace may show another.
        try (Stream<String> mappings = Files.lines(Path.of("/proc/" + pid + "/maps"), StandardCharsets.ISO_8859_1)) {
            boolean maps = mappings.anyMatch(mapping -> mapping.split(" ", MAPS_INODE + 2)[MAPS_INODE].equals(inode));
            return maps ? Mapped.YES : Mapped.NO;
        } catch (NoSuchFileException gone) {
            return Mapped.NO;
        } catch (IOException | UncheckedIOException hidden) {
            return Mapped.HIDDEN;
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            // A mapping keeps the open file, and with it what it holds.
            Linux.unlockRange(fd, 0, segment.byteSize());
            Libc.close(fd);
        }
    }

    /** Where the byte range of a role starts; docs/protocol.md says which. */
    private static long start(Role role) {
        return role == Role.READER ? READER_RANGE : WRITER_RANGE;
    }

    /** Whether the name leads here; a second name, which other users can give it, keeps the link count up. */
    private boolean isNamed() throws OsException {
        FileStatus present = FileStatus.of(SharedMemoryFiles.path(name));
        return present != null && present.isSameFile(id);
    }
}
