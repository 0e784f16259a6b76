package io.zerobuffer.internal.os.posix;

import static io.zerobuffer.internal.os.posix.Numbers.AT_EMPTY_PATH;
import static io.zerobuffer.internal.os.posix.Numbers.AT_SYMLINK_NOFOLLOW;
import static io.zerobuffer.internal.os.posix.Numbers.IS_AARCH64;

import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Owner;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a file is at the moment of asking.
 *
 * @param mode type and permission bits, as stat(2) tells them
 * @param links how many names it has
 * @param size in bytes
 * @param changedAt when its content last changed other than through a mapping
 */
public record FileStatus(
        long device, long inode, int mode, long links, int uid, int gid, long size, Instant changedAt) {
    // asm/stat.h, struct stat of the kernel: three fields lie elsewhere on aarch64.
    private static final long STAT_SIZE = 144;
    private static final long ST_DEV = 0;
    private static final long ST_INO = 8;
    private static final long ST_MODE = IS_AARCH64 ? 16 : 24;
    private static final long ST_NLINK = IS_AARCH64 ? 20 : 16;
    private static final long ST_UID = IS_AARCH64 ? 24 : 28;
    private static final long ST_GID = IS_AARCH64 ? 28 : 32;
    private static final long ST_SIZE = 48;
    private static final long ST_MTIME = 88;

    /** The C library has no function for it before glibc 2.33. */
    private static final MemorySegment SYSCALL = Native.required("syscall");

    /** asm/unistd.h */
    private static final long SYS_NEWFSTATAT = IS_AARCH64 ? 79 : 262;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;
    private static final int FIFO = 0010000;
    private static final int PERMISSIONS = 07777;
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_OTHERS = 0022;

    /** What a path leads to, links not followed; null when there is nothing. */
    public static @Nullable FileStatus of(String path) throws OsException {
        return of(Libc.Place.of(path));
    }

    /** What a path leads to, links not followed; null when there is nothing. */
    static @Nullable FileStatus of(Libc.Place place) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(STAT_SIZE, Long.BYTES);
            boolean isThere = stat(arena, place.directory(), place.name(), status, AT_SYMLINK_NOFOLLOW)
                    .succeededUnless(Errno.ENOENT, "stat", place.path());
            return isThere ? read(status) : null;
        }
    }

    public static FileStatus of(int fd, String object) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(STAT_SIZE, Long.BYTES);
            stat(arena, fd, "", status, AT_EMPTY_PATH).succeeded("stat", object);
            return read(status);
        }
    }

    /** What a path leads to, links not followed; null when there is nothing, or it may not be looked at. */
    public static @Nullable FileStatus orNull(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(STAT_SIZE, Long.BYTES);
            boolean isSeen = stat(arena, Numbers.AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW)
                            .value()
                    == 0;
            return isSeen ? read(status) : null;
        }
    }

    private static Native.Result stat(Arena arena, int directory, String name, MemorySegment status, int flags) {
        long path = arena.allocateFrom(name).address();
        return Native.call(arena, SYSCALL, SYS_NEWFSTATAT, directory, path, status.address(), flags, 0);
    }

    private static FileStatus read(MemorySegment status) {
        return new FileStatus(
                status.get(LONG, ST_DEV),
                status.get(LONG, ST_INO),
                status.get(ValueLayout.JAVA_INT, ST_MODE),
                IS_AARCH64 ? status.get(ValueLayout.JAVA_INT, ST_NLINK) : status.get(LONG, ST_NLINK),
                status.get(ValueLayout.JAVA_INT, ST_UID),
                status.get(ValueLayout.JAVA_INT, ST_GID),
                status.get(LONG, ST_SIZE),
                Instant.ofEpochSecond(status.get(LONG, ST_MTIME), status.get(LONG, ST_MTIME + Long.BYTES)));
    }

    public boolean isSameFile(FileStatus other) {
        return device == other.device && inode == other.inode;
    }

    // As the C library takes a device number apart, sys/sysmacros.h.
    public long deviceMajor() {
        return device >>> 8 & 0xfff | device >>> 32 & ~0xfffL;
    }

    public long deviceMinor() {
        return device & 0xff | device >>> 12 & ~0xffL;
    }

    public Owner owner() {
        return new FileOwner(Integer.toUnsignedLong(uid), Integer.toUnsignedLong(gid));
    }

    public boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    /** Whether somebody else than its owner may remove files of others from this directory. */
    boolean letsOthersRemove() {
        return (mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0;
    }

    /** The type, as a noun with its article. */
    public String type() {
        return switch (mode & TYPE) {
            case REGULAR -> "a file";
            case DIRECTORY -> "a directory";
            case LINK -> "a symbolic link";
            case FIFO -> "a FIFO";
            default -> "a socket or device";
        };
    }

    /** Whose it is and who may use it. */
    String access() {
        return String.format(
                "belongs to uid %s, gid %s and has mode %04o",
                Integer.toUnsignedString(uid), Integer.toUnsignedString(gid), mode & PERMISSIONS);
    }
}
