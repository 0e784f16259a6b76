package io.zerobuffer.os.linux;

import static io.zerobuffer.os.linux.Libc.ENOENT;
import static io.zerobuffer.os.linux.Libc.O_CREAT;
import static io.zerobuffer.os.linux.Libc.O_EXCL;
import static io.zerobuffer.os.linux.Libc.O_RDONLY;
import static io.zerobuffer.os.linux.Libc.O_RDWR;

import io.zerobuffer.os.Mapped;
import io.zerobuffer.os.OsException;
import io.zerobuffer.os.SharedMemory;
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

/** A POSIX shared memory object, on Linux a file in /dev/shm. */
final class LinuxSharedMemory implements SharedMemory {
    // proc(5), /proc/pid/maps: address, permissions, offset, device, inode, path.
    private static final int MAPS_INODE = 4;

    private final String name;
    private final int fd;
    private final FileId id;
    private final MappedFile file;
    private final MemorySegment segment;
    private boolean closed;

    private LinuxSharedMemory(String name, int fd, FileId id, MappedFile file) {
        this.name = name;
        this.fd = fd;
        this.id = id;
        this.file = file;
        this.segment = file.segment();
    }

    static LinuxSharedMemory create(String name, long size, int mode, boolean reserve, Arena arena) throws OsException {
        int fd = Libc.shmOpen("/" + name, O_CREAT | O_EXCL | O_RDWR, mode);
        try {
            Libc.fchmod(fd, mode, name);
            Libc.ftruncate(fd, size, name);
            if (reserve) {
                Libc.posixFallocate(fd, size, name);
            }
            return new LinuxSharedMemory(name, fd, FileId.of(fd), new MappedFile(fd, size, arena, name));
        } catch (OsException | RuntimeException e) {
            Libc.close(fd);
            Libc.shmUnlink("/" + name);
            throw e;
        }
    }

    static LinuxSharedMemory open(String name, long minimumSize, Arena arena) throws OsException {
        int fd = openOrMinusOne(name, O_RDWR);
        if (fd < 0) {
            return null;
        }
        try {
            FileId id = FileId.of(fd);
            if (id.size() >= minimumSize) {
                return new LinuxSharedMemory(name, fd, id, new MappedFile(fd, id.size(), arena, name));
            }
        } catch (OsException | RuntimeException e) {
            Libc.close(fd);
            throw e;
        }
        Libc.close(fd);
        return null;
    }

    /**
     * Which file a name in the shared memory directory leads to; null when there is none or it may not be looked at.
     *
     * @throws OsException if there is no descriptor to look with
     */
    static FileId idOf(String name) throws OsException {
        int fd;
        try {
            fd = openOrMinusOne(name, O_RDONLY);
        } catch (OsException notOurs) {
            if (notOurs.reason() == OsException.Reason.NO_DESCRIPTORS) {
                throw notOurs;
            }
            return null;
        }
        if (fd < 0) {
            return null;
        }
        try {
            return FileId.of(fd);
        } finally {
            Libc.close(fd);
        }
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public MemorySegment lasting() {
        return file.lasting();
    }

    @Override
    public boolean cutOff() {
        return file.cutOff();
    }

    @Override
    public MemorySegment mapAgain(long bytes, Arena arena) throws OsException {
        return new MappedFile(fd, bytes, arena, name).segment();
    }

    @Override
    public void populate(long bytes) {
        if (Libc.reservedBytes(fd) >= segment.byteSize()) {
            Libc.populate(segment, Math.min(bytes, segment.byteSize()));
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
    public synchronized boolean isLinked() {
        return closed || FileId.of(fd).isLinked();
    }

    @Override
    public synchronized void unlink() throws OsException {
        if (!closed && FileId.of(fd).isLinked()) {
            Libc.shmUnlink("/" + name);
        }
    }

    @Override
    public synchronized boolean tryHold(long offset, long length) throws OsException {
        return !closed && Libc.holdRange(fd, offset, length, name);
    }

    @Override
    public synchronized void letGo(long offset, long length) {
        if (!closed) {
            Libc.letGoRange(fd, offset, length);
        }
    }

    @Override
    public synchronized boolean isHeldByOther(long offset, long length) {
        return !closed && Libc.isRangeHeld(fd, offset, length);
    }

    @Override
    public Mapped mappedBy(long pid) {
        String inode = id.inode().toString();
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
            Libc.letGoRange(fd, 0, segment.byteSize());
            Libc.close(fd);
        }
    }

    private static int openOrMinusOne(String name, int flags) throws OsException {
        try {
            return Libc.shmOpen("/" + name, flags, 0);
        } catch (OsException e) {
            if (e.errno() == ENOENT) {
                return -1;
            }
            throw e;
        }
    }
}
