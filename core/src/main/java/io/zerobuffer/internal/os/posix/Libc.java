package io.zerobuffer.internal.os.posix;

import static io.zerobuffer.internal.os.posix.Native.call;
import static io.zerobuffer.internal.os.posix.Native.callVariadic;
import static io.zerobuffer.internal.os.posix.Native.required;
import static io.zerobuffer.internal.os.posix.Native.semaphoreCall;

import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.posix.Native.Result;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The C library functions that every POSIX system has, one Java method each. */
public final class Libc {
    private static final MemorySegment OPENAT = required("openat");
    private static final MemorySegment CLOSE = required("close");
    private static final MemorySegment FLOCK = required("flock");
    private static final MemorySegment FCHMOD = required("fchmod");
    private static final MemorySegment FTRUNCATE = required("ftruncate");
    private static final MemorySegment MKDIRAT = required("mkdirat");
    private static final MemorySegment LINK = required("link");
    private static final MemorySegment UNLINKAT = required("unlinkat");
    private static final MemorySegment GETEUID = required("geteuid");
    private static final MemorySegment GETEGID = required("getegid");
    private static final MemorySegment GETGROUPS = required("getgroups");
    private static final MemorySegment SHM_OPEN = required("shm_open");
    private static final MemorySegment SHM_UNLINK = required("shm_unlink");
    private static final MemorySegment MMAP = required("mmap");
    private static final MemorySegment MUNMAP = required("munmap");
    private static final MemorySegment SEM_OPEN = required("sem_open");
    private static final MemorySegment SEM_CLOSE = required("sem_close");
    private static final MemorySegment SEM_UNLINK = required("sem_unlink");
    private static final MemorySegment SEM_POST = required("sem_post");
    private static final MemorySegment SEM_TRYWAIT = required("sem_trywait");
    private static final MemorySegment KILL = required("kill");

    private Libc() {}

    /** A file and the path to it; what stands in front of the path is open. */
    public record Place(int directory, String name, String path) {
        public static Place of(String path) {
            return new Place(Numbers.AT_FDCWD, path, path);
        }
    }

    public static int open(Place place, int flags, int mode) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(place.name()).address();
            return (int) callVariadic(arena, OPENAT, place.directory(), name, flags, mode, 0)
                    .succeeded("open", place.path());
        }
    }

    /**
     * Opens a shared memory object.
     *
     * @param object what it is called in messages, as below
     */
    public static int shmOpen(String name, int flags, int mode, String object) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            return (int) call(arena, SHM_OPEN, arena.allocateFrom(name).address(), flags, mode, 0, 0, 0)
                    .succeeded("shm_open", object);
        }
    }

    /** The user whose rights this process has. */
    public static int effectiveUser() {
        try (Arena arena = Arena.ofConfined()) {
            return (int) call(arena, GETEUID, 0, 0, 0, 0, 0, 0).value();
        }
    }

    /** Whether this process has the rights of that group. */
    public static boolean isInGroup(int gid) {
        try (Arena arena = Arena.ofConfined()) {
            if ((int) call(arena, GETEGID, 0, 0, 0, 0, 0, 0).value() == gid) {
                return true;
            }
            int most =
                    Math.max(0, (int) call(arena, GETGROUPS, 0, 0, 0, 0, 0, 0).value());
            MemorySegment groups = arena.allocate(ValueLayout.JAVA_INT, most + 1);
            int count = (int)
                    call(arena, GETGROUPS, most, groups.address(), 0, 0, 0, 0).value();
            for (int i = 0; i < count; i++) {
                if (groups.getAtIndex(ValueLayout.JAVA_INT, i) == gid) {
                    return true;
                }
            }
            return false;
        }
    }

    public static void close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            call(arena, CLOSE, fd, 0, 0, 0, 0, 0);
        }
    }

    public static void fchmod(int fd, int mode, String object) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            call(arena, FCHMOD, fd, mode, 0, 0, 0, 0).succeeded("fchmod", object);
        }
    }

    public static void ftruncate(int fd, long size, String object) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            call(arena, FTRUNCATE, fd, size, 0, 0, 0, 0).succeeded("ftruncate", object);
        }
    }

    /** Takes or tries a lock on the whole file; false when another open file holds one that excludes it. */
    public static boolean flock(int fd, int operation, String object) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            Result result;
            do {
                result = call(arena, FLOCK, fd, operation, 0, 0, 0, 0);
            } while ((int) result.value() < 0 && result.errno() == Errno.EINTR);
            return result.succeededUnless(Errno.EAGAIN, Errno.FLOCK_CALL, object);
        }
    }

    /** Makes a directory; one that exists stays as it is. True when it was made. */
    public static boolean mkdir(Place place, int mode) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(place.name()).address();
            return call(arena, MKDIRAT, place.directory(), name, mode, 0, 0, 0)
                    .succeededUnless(Errno.EEXIST, "mkdir", place.path());
        }
    }

    /** Gives a file a further name, in one step, unless something has that name. */
    public static void link(String path, String furtherPath) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            long from = arena.allocateFrom(path).address();
            call(arena, LINK, from, arena.allocateFrom(furtherPath).address(), 0, 0, 0, 0)
                    .succeeded("link", furtherPath);
        }
    }

    /** Removes a file; true when there was one. */
    public static boolean unlink(Place place) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(place.name()).address();
            return call(arena, UNLINKAT, place.directory(), name, 0, 0, 0, 0)
                    .succeededUnless(Errno.ENOENT, "unlink", place.path());
        }
    }

    public static boolean shmUnlink(String name, String object) throws OsException {
        return removed(SHM_UNLINK, "shm_unlink", name, object);
    }

    public static boolean semUnlink(String name, String object) throws OsException {
        return removed(SEM_UNLINK, "sem_unlink", name, object);
    }

    /** Maps a file, shared; returns the address. */
    public static long mmap(int fd, long size, int protection, String object) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            return call(arena, MMAP, 0, size, protection, Numbers.MAP_SHARED, fd, 0)
                    .succeeded(Errno.MMAP_CALL, object);
        }
    }

    public static void munmap(long address, long size) {
        try (Arena arena = Arena.ofConfined()) {
            call(arena, MUNMAP, address, size, 0, 0, 0, 0);
        }
    }

    /** Opens or makes a named semaphore; closed when the owner closes. */
    public static MemorySegment semOpen(String name, int flags, int mode, String object, Arena owner)
            throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            Result result =
                    callVariadic(arena, SEM_OPEN, arena.allocateFrom(name).address(), flags, mode, 0, 0);
            // SEM_FAILED is NULL in glibc and musl, semaphore.h.
            if (result.value() == 0) {
                throw Errno.failure("sem_open", object, result.errno());
            }
            return MemorySegment.ofAddress(result.value()).reinterpret(1, owner, semaphore -> {
                try (Arena scratch = Arena.ofConfined()) {
                    call(scratch, SEM_CLOSE, semaphore.address(), 0, 0, 0, 0, 0);
                }
            });
        }
    }

    /** Adds a token; a semaphore at its maximum stays there. */
    public static void semPost(MemorySegment semaphore) {
        semaphoreCall(SEM_POST, semaphore, 0, 0);
    }

    /** Takes a token if there is one. */
    public static boolean semTrywait(MemorySegment semaphore) {
        return semaphoreCall(SEM_TRYWAIT, semaphore, 0, 0) == 0;
    }

    /** Whether the process exists; one of another user does. */
    public static boolean isThere(long pid) {
        try (Arena arena = Arena.ofConfined()) {
            Result result = call(arena, KILL, pid, 0, 0, 0, 0, 0);
            return (int) result.value() == 0 || result.errno() == Errno.EPERM;
        }
    }

    private static boolean removed(MemorySegment function, String call, String name, String object) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            return call(arena, function, arena.allocateFrom(name).address(), 0, 0, 0, 0, 0)
                    .succeededUnless(Errno.ENOENT, call, object);
        }
    }
}
