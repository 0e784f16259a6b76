package io.zerobuffer.internal.os.linux;

import static io.zerobuffer.internal.os.linux.Libc.ENOENT;
import static io.zerobuffer.internal.os.linux.Libc.O_CREAT;
import static io.zerobuffer.internal.os.linux.Libc.O_EXCL;
import static io.zerobuffer.internal.os.linux.Libc.O_NONBLOCK;
import static io.zerobuffer.internal.os.linux.Libc.O_RDWR;

import io.zerobuffer.internal.os.Mapped;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Owner;
import io.zerobuffer.internal.os.SharedMemory;
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
        int fd = Libc.shmOpen("/" + name, O_CREAT | O_EXCL | O_RDWR, mode);
        boolean created = false;
        try {
            String path = path(name);
            Libc.fchmod(fd, mode, path);
            Libc.ftruncate(fd, size, path);
            if (reserve) {
                Libc.posixFallocate(fd, size, path);
            }
            LinuxSharedMemory memory =
                    new LinuxSharedMemory(name, fd, Libc.fstat(fd, path), new MappedFile(fd, size, arena, path));
            created = true;
            return memory;
        } finally {
            if (!created) {
                Libc.close(fd);
                Libc.shmUnlink("/" + name);
            }
        }
    }

    static LinuxSharedMemory open(String name, long minimumSize, Arena arena) throws OsException {
        int fd = openRegularOrMinusOne(name);
        if (fd < 0) {
            return null;
        }
        LinuxSharedMemory memory = null;
        try {
            FileStatus id = Libc.fstat(fd, path(name));
            if (id.size() >= minimumSize) {
                memory = new LinuxSharedMemory(name, fd, id, new MappedFile(fd, id.size(), arena, path(name)));
            }
            return memory;
        } finally {
            if (memory == null) {
                Libc.close(fd);
            }
        }
    }

    /** The path of a name. */
    static String path(String name) {
        return Libc.SHARED_MEMORY + "/" + name;
    }

    /** What a name in the shared memory directory leads to; null when there is nothing, or it may not be looked at. */
    static FileStatus statusOf(String name) {
        try {
            return Libc.lstat(path(name));
        } catch (OsException hidden) {
            return null;
        }
    }

    /**
     * Opens what the other side made, or somebody in its place: a FIFO would make others wait in open for ever.
     *
     * @return -1 if there is nothing of that name
     */
    static int openRegularOrMinusOne(String name) throws OsException {
        int fd = openOrMinusOne(name, O_RDWR | O_NONBLOCK);
        if (fd < 0) {
            return fd;
        }
        boolean isRegular = false;
        try {
            FileStatus status = Libc.fstat(fd, path(name));
            isRegular = status.isRegular();
            if (!isRegular) {
                throw Libc.foreign(path(name), path(name) + " is " + status.type());
            }
            return fd;
        } finally {
            if (!isRegular) {
                Libc.close(fd);
            }
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
    public Owner owner() {
        return id.owner();
    }

    @Override
    public synchronized String path() {
        return path(name);
    }

    @Override
    public synchronized boolean isLinked() {
        try {
            return closed || isNamed();
        } catch (OsException hidden) {
            return true;
        }
    }

    @Override
    public synchronized void moveTo(String newName) throws OsException {
        Libc.link(path(name), path(newName));
        String oldName = name;
        name = newName;
        if (!isNamed()) {
            throw Libc.failure("link", path(newName), Libc.EEXIST);
        }
        Libc.shmUnlink("/" + oldName);
    }

    @Override
    public synchronized void unlink() throws OsException {
        if (!closed && isNamed()) {
            Libc.shmUnlink("/" + name);
        }
    }

    @Override
    public synchronized boolean tryHold(long offset, long length) throws OsException {
        return !closed && Libc.holdRange(fd, offset, length, path(name));
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
            Libc.letGoRange(fd, 0, segment.byteSize());
            Libc.close(fd);
        }
    }

    /** Whether the name leads here; a second name, which other users can give it, keeps the link count up. */
    private boolean isNamed() throws OsException {
        FileStatus present = Libc.lstat(path(name));
        return present != null && present.isSameFile(id);
    }

    private static int openOrMinusOne(String name, int flags) throws OsException {
        try {
            return Libc.shmOpen("/" + name, flags, 0);
        } catch (OsException e) {
            if (e.errno() == ENOENT && Libc.lstat(Libc.SHARED_MEMORY) != null) {
                return -1;
            }
            throw e;
        }
    }
}
