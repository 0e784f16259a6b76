package io.zerobuffer.internal.os.linux;

import io.zerobuffer.internal.os.OsException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The C library functions the Linux layer stands on, one Java method each.
 *
 * <p>Each new shape of downcall handle costs about 10 ms at start-up, each further handle of a known shape next to
 * nothing. So the rare calls share two unbound shapes in which every argument is a 64-bit integer: in the calling
 * conventions of x86-64 and aarch64 an int or a pointer travels in the same register as a long, and surplus argument
 * registers are ignored. Results are cut to the C type. Calls that may block take the semaphore as a segment, which
 * keeps its arena open meanwhile.
 */
final class Libc {
    // errno values, asm-generic/errno-base.h and errno.h: the same on x86-64 and aarch64.
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int ENXIO = 6;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int ENOSYS = 38;
    static final int ELOOP = 40;
    static final int EOPNOTSUPP = 95;
    static final int EDQUOT = 122;

    private static final boolean IS_AARCH64 = System.getProperty("os.arch").equals("aarch64");

    // fcntl.h; O_DIRECTORY and O_NOFOLLOW are those that differ, asm/fcntl.h.
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    static final int O_DIRECTORY = IS_AARCH64 ? 0x4000 : 0x10000;
    static final int O_NOFOLLOW = IS_AARCH64 ? 0x8000 : 0x20000;
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;

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

    private static final int F_OFD_GETLK = 36;
    private static final int F_OFD_SETLK = 37;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;
    private static final long FLOCK_SIZE = 32;
    private static final long FLOCK_START = 8;
    private static final long FLOCK_LENGTH = 16;

    // sys/file.h
    static final int LOCK_SH = 1;
    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;

    // sys/mman.h
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MREMAP_MAYMOVE = 1;
    private static final int MREMAP_FIXED = 2;

    /** asm-generic/mman-common.h; since Linux 5.14. */
    private static final int MADV_POPULATE_WRITE = 23;

    // fcntl.h, linux/stat.h: struct statx is the same on every processor.
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BLOCKS = 0x400;
    private static final long STATX_SIZE = 256;
    private static final long STX_BLOCKS_OFFSET = 48;
    private static final long BYTES_PER_BLOCK = 512;

    // time.h
    private static final int CLOCK_REALTIME = 0;
    private static final int CLOCK_MONOTONIC = 1;

    /** struct timespec: seconds, nanoseconds. */
    static final MemoryLayout TIMESPEC = MemoryLayout.structLayout(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MethodHandle CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG), Linker.Option.captureCallState("errno"));
    private static final MethodHandle VARIADIC_CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(2));

    /**
     * One shape for all that works on a semaphore: it is passed as a segment, which keeps its arena open meanwhile.
     * Never critical: it may block, and a garbage collection would wait for it.
     */
    private static final MethodHandle SEMAPHORE_CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, LONG, LONG),
            Linker.Option.captureCallState("errno"));

    // Since glibc 2.30; musl and older ones have sem_timedwait only.
    private static final Optional<MemorySegment> SEM_CLOCKWAIT = optional("sem_clockwait");
    private static final MemorySegment SEM_WAIT = SEM_CLOCKWAIT.orElseGet(() -> required("sem_timedwait"));
    private static final int WAIT_CLOCK = SEM_CLOCKWAIT.isPresent() ? CLOCK_MONOTONIC : CLOCK_REALTIME;

    private static final MemorySegment SYSCALL = required("syscall");
    private static final MethodHandle FUTEX = LINKER.downcallHandle(
            SYSCALL,
            FunctionDescriptor.of(LONG, LONG, ValueLayout.ADDRESS, LONG, LONG, LONG, LONG, LONG),
            Linker.Option.firstVariadicArg(1));

    // asm/unistd.h and linux/futex.h
    private static final long SYS_FUTEX = IS_AARCH64 ? 98 : 202;
    private static final long FUTEX_WAIT = 0;
    private static final long FUTEX_WAKE = 1;
    private static final long SYS_FUTEX_WAITV = 449;
    private static final long SYS_NEWFSTATAT = IS_AARCH64 ? 79 : 262;

    /** Of a word that processes share; linux/futex.h. */
    static final int FUTEX2_SIZE_U32 = 2;

    private static final MemorySegment OPENAT = required("openat");
    private static final MemorySegment CLOSE = required("close");
    private static final MemorySegment FCNTL = required("fcntl");
    private static final MemorySegment FLOCK = required("flock");
    private static final MemorySegment FCHMOD = required("fchmod");
    private static final MemorySegment FTRUNCATE = required("ftruncate");
    private static final MemorySegment POSIX_FALLOCATE = required("posix_fallocate");
    private static final MemorySegment MKDIRAT = required("mkdirat");
    private static final MemorySegment LINK = required("link");
    private static final MemorySegment UNLINKAT = required("unlinkat");
    private static final MemorySegment GETEUID = required("geteuid");
    private static final MemorySegment GETEGID = required("getegid");
    private static final MemorySegment GETGROUPS = required("getgroups");
    private static final MemorySegment SHM_OPEN = required("shm_open");
    private static final MemorySegment SHM_UNLINK = required("shm_unlink");
    private static final MemorySegment MMAP = required("mmap");
    private static final MemorySegment MREMAP = required("mremap");
    private static final MemorySegment MUNMAP = required("munmap");
    private static final MemorySegment MADVISE = required("madvise");
    // Since glibc 2.28 and musl 1.2.5.
    private static final Optional<MemorySegment> STATX = optional("statx");
    private static final MemorySegment SEM_OPEN = required("sem_open");
    private static final MemorySegment SEM_CLOSE = required("sem_close");
    private static final MemorySegment SEM_UNLINK = required("sem_unlink");
    private static final MemorySegment SEM_INIT = required("sem_init");
    private static final MemorySegment SEM_POST = required("sem_post");
    private static final MemorySegment SEM_TRYWAIT = required("sem_trywait");
    private static final MemorySegment SEM_GETVALUE = required("sem_getvalue");
    private static final MemorySegment KILL = required("kill");
    private static final MemorySegment CLOCK_GETTIME = required("clock_gettime");

    private static final String FLOCK_CALL = "flock";
    private static final String FALLOCATE_CALL = "posix_fallocate";
    private static final String RANGE_LOCK_CALL = "fcntl(F_OFD_SETLK)";
    private static final String MMAP_CALL = "mmap";
    private static final Set<String> ON_OPEN_FILES = Set.of(FLOCK_CALL, FALLOCATE_CALL, RANGE_LOCK_CALL, MMAP_CALL);

    /** Where shm_open keeps its files, with glibc and musl. */
    static final String SHARED_MEMORY = "/dev/shm";

    /** Where glibc keeps a semaphore. */
    private static final String SEMAPHORE_FILE = SHARED_MEMORY + "/sem.";

    private Libc() {}

    /** A file and the path to it; what stands in front of the path is open. */
    record Place(int directory, String name, String path) {
        static Place of(String path) {
            return new Place(AT_FDCWD, path, path);
        }
    }

    static int open(Place place, int flags, int mode) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(place.name()).address();
            return (int) succeeded(
                    "open", place.path(), callVariadic(arena, OPENAT, place.directory(), name, flags, mode, 0));
        }
    }

    static int shmOpen(String name, int flags, int mode) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            Result result = call(arena, SHM_OPEN, arena.allocateFrom(name).address(), flags, mode, 0, 0, 0);
            return (int) succeeded("shm_open", SHARED_MEMORY + name, result);
        }
    }

    /** What a path leads to, links not followed; null when there is nothing. */
    static FileStatus lstat(String path) throws OsException {
        return lstat(Place.of(path));
    }

    /** What a path leads to, links not followed; null when there is nothing. */
    static FileStatus lstat(Place place) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(STAT_SIZE, Long.BYTES);
            long name = arena.allocateFrom(place.name()).address();
            Result result = call(
                    arena, SYSCALL, SYS_NEWFSTATAT, place.directory(), name, status.address(), AT_SYMLINK_NOFOLLOW, 0);
            return succeededUnless(ENOENT, "stat", place.path(), result) ? fileStatus(status) : null;
        }
    }

    static FileStatus fstat(int fd, String object) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(STAT_SIZE, Long.BYTES);
            long noName = arena.allocateFrom("").address();
            succeeded(
                    "stat",
                    object,
                    call(arena, SYSCALL, SYS_NEWFSTATAT, fd, noName, status.address(), AT_EMPTY_PATH, 0));
            return fileStatus(status);
        }
    }

    /** The user whose rights this process has. */
    static int effectiveUser() {
        try (Arena arena = Arena.ofConfined()) {
            return (int) call(arena, GETEUID, 0, 0, 0, 0, 0, 0).value();
        }
    }

    /** Whether this process has the rights of that group. */
    static boolean isInGroup(int gid) {
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

    static void close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            call(arena, CLOSE, fd, 0, 0, 0, 0, 0);
        }
    }

    static void fchmod(int fd, int mode, String object) throws OsException {
        withFd("fchmod", object, arena -> call(arena, FCHMOD, fd, mode, 0, 0, 0, 0));
    }

    static void ftruncate(int fd, long size, String object) throws OsException {
        withFd("ftruncate", object, arena -> call(arena, FTRUNCATE, fd, size, 0, 0, 0, 0));
    }

    /** Reserves the bytes 0 to size; a file system that cannot reserve is left as it is. */
    static void posixFallocate(int fd, long size, String object) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            int errno;
            do {
                // Answers the error number instead of setting errno.
                errno = (int) call(arena, POSIX_FALLOCATE, fd, 0, size, 0, 0, 0).value();
            } while (errno == EINTR);
            if (errno != 0 && errno != EOPNOTSUPP && errno != EINVAL) {
                throw failure(FALLOCATE_CALL, object, errno);
            }
        }
    }

    /** Takes or tries a lock on the whole file; false when another open file holds one that excludes it. */
    static boolean flock(int fd, int operation, String object) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            Result result;
            do {
                result = call(arena, FLOCK, fd, operation, 0, 0, 0, 0);
            } while ((int) result.value() < 0 && result.errno() == EINTR);
            return succeededUnless(EAGAIN, FLOCK_CALL, object, result);
        }
    }

    /** Takes an open-file-description write lock on a byte range; false when another open file holds part of it. */
    static boolean holdRange(int fd, long start, long length, String object) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment lock = rangeLock(arena, F_WRLCK, start, length);
            return succeededUnless(
                    EAGAIN, RANGE_LOCK_CALL, object, callVariadic(arena, FCNTL, fd, F_OFD_SETLK, lock.address(), 0, 0));
        }
    }

    /** Gives back what {@link #holdRange} took. */
    static void letGoRange(int fd, long start, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment lock = rangeLock(arena, F_UNLCK, start, length);
            callVariadic(arena, FCNTL, fd, F_OFD_SETLK, lock.address(), 0, 0);
        }
    }

    /** Whether another open file holds a lock on part of the byte range. */
    static boolean isRangeHeld(int fd, long start, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment lock = rangeLock(arena, F_WRLCK, start, length);
            Result result = callVariadic(arena, FCNTL, fd, F_OFD_GETLK, lock.address(), 0, 0);
            return (int) result.value() == 0 && lock.get(ValueLayout.JAVA_SHORT, 0) != F_UNLCK;
        }
    }

    /** Makes a directory; one that exists stays as it is. True when it was made. */
    static boolean mkdir(Place place, int mode) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(place.name()).address();
            return succeededUnless(
                    EEXIST, "mkdir", place.path(), call(arena, MKDIRAT, place.directory(), name, mode, 0, 0, 0));
        }
    }

    /** Gives a file a further name, in one step, unless something has that name. */
    static void link(String path, String furtherPath) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            long from = arena.allocateFrom(path).address();
            succeeded(
                    "link",
                    furtherPath,
                    call(arena, LINK, from, arena.allocateFrom(furtherPath).address(), 0, 0, 0, 0));
        }
    }

    /** Removes a file; true when there was one. */
    static boolean unlink(Place place) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(place.name()).address();
            return succeededUnless(
                    ENOENT, "unlink", place.path(), call(arena, UNLINKAT, place.directory(), name, 0, 0, 0, 0));
        }
    }

    static boolean shmUnlink(String name) throws OsException {
        return removed(SHM_UNLINK, "shm_unlink", name, SHARED_MEMORY + name);
    }

    static boolean semUnlink(String name) throws OsException {
        return removed(SEM_UNLINK, "sem_unlink", name, SEMAPHORE_FILE + name.substring(1));
    }

    /** Maps a file for reading and writing, shared; returns the address. */
    static long mmap(int fd, long size, String object) throws OsException {
        return withFd(MMAP_CALL, object, arena -> call(arena, MMAP, 0, size, PROT_READ_WRITE, MAP_SHARED, fd, 0));
    }

    /**
     * Puts private memory, all zeros, where something else is mapped, in one step: a thread that uses the range finds
     * the one or the other. Costs no memory until somebody writes. A process at a limit (RLIMIT_AS, or
     * vm.overcommit_memory 2) may be refused, and what was mapped stays: hence the zeros are made elsewhere first,
     * since a kernel that refuses them in place may have unmapped the range by then.
     *
     * @return false when refused
     */
    static boolean replaceByZeros(long address, long size) {
        try (Arena arena = Arena.ofConfined()) {
            Result zeros =
                    call(arena, MMAP, 0, size, PROT_READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (isMinusOne(zeros)) {
                return false;
            }
            int flags = MREMAP_MAYMOVE | MREMAP_FIXED;
            boolean moved = !isMinusOne(callVariadic(arena, MREMAP, zeros.value(), size, size, flags, address));
            if (!moved) {
                munmap(zeros.value(), size);
            }
            return moved;
        }
    }

    static void munmap(long address, long size) {
        try (Arena arena = Arena.ofConfined()) {
            call(arena, MUNMAP, address, size, 0, 0, 0, 0);
        }
    }

    /** Maps the pages of the first bytes of a mapping; a system that cannot maps each at its first access, as ever. */
    static void populate(MemorySegment mapping, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            call(arena, MADVISE, mapping.address(), bytes, MADV_POPULATE_WRITE, 0, 0, 0);
        }
    }

    /** Bytes of a file for which the file system has set pages aside; 0 when it does not tell. */
    static long reservedBytes(int fd) {
        if (STATX.isEmpty()) {
            return 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(STATX_SIZE, Long.BYTES);
            Result result = call(
                    arena,
                    STATX.get(),
                    fd,
                    arena.allocateFrom("").address(),
                    AT_EMPTY_PATH,
                    STATX_BLOCKS,
                    status.address(),
                    0);
            return (int) result.value() == 0
                    ? status.get(ValueLayout.JAVA_LONG, STX_BLOCKS_OFFSET) * BYTES_PER_BLOCK
                    : 0;
        }
    }

    /** Opens or makes a named semaphore; closed when the owner closes. */
    static MemorySegment semOpen(String name, int flags, int mode, Arena owner) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            Result result =
                    callVariadic(arena, SEM_OPEN, arena.allocateFrom(name).address(), flags, mode, 0, 0);
            // SEM_FAILED is NULL in glibc and musl, semaphore.h.
            if (result.value() == 0) {
                throw failure("sem_open", SEMAPHORE_FILE + name.substring(1), result.errno());
            }
            return MemorySegment.ofAddress(result.value()).reinterpret(1, owner, semaphore -> {
                try (Arena scratch = Arena.ofConfined()) {
                    call(scratch, SEM_CLOSE, semaphore.address(), 0, 0, 0, 0, 0);
                }
            });
        }
    }

    /** Whether the C library is glibc. */
    static boolean isGlibc() {
        return optional("gnu_get_libc_version").isPresent();
    }

    /** Makes a semaphore in memory of one's own, to be shared between processes. */
    static void semInit(MemorySegment semaphore, int value) {
        semaphoreCall(SEM_INIT, semaphore, 1, value);
    }

    /** Adds a token; a semaphore at its maximum stays there. */
    static void semPost(MemorySegment semaphore) {
        semaphoreCall(SEM_POST, semaphore, 0, 0);
    }

    /** Takes a token if there is one. */
    static boolean semTrywait(MemorySegment semaphore) {
        return semaphoreCall(SEM_TRYWAIT, semaphore, 0, 0) == 0;
    }

    static int semGetvalue(MemorySegment semaphore) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            semaphoreCall(SEM_GETVALUE, semaphore, value.address(), 0);
            return value.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /**
     * Waits for a token; false when the time is over or a signal came.
     *
     * @param timespec scratch memory for a struct timespec
     */
    static boolean semWait(MemorySegment semaphore, long nanos, MemorySegment timespec) {
        clockGettime(WAIT_CLOCK, timespec);
        setTimespec(timespec, timespec.get(LONG, 0), timespec.get(LONG, Long.BYTES) + nanos);
        return SEM_CLOCKWAIT.isPresent()
                ? semaphoreCall(SEM_WAIT, semaphore, CLOCK_MONOTONIC, timespec.address()) == 0
                : semaphoreCall(SEM_WAIT, semaphore, timespec.address(), 0) == 0;
    }

    /**
     * Sleeps while the 32-bit integer at the start of the memory has a value, at most for a time.
     *
     * @param timespec scratch memory for a struct timespec
     */
    static void futexWait(MemorySegment memory, int value, long nanos, MemorySegment timespec) {
        setTimespec(timespec, 0, nanos);
        futex(memory, FUTEX_WAIT, value, timespec.address());
    }

    /** Wakes one sleeper of {@link #futexWait}, in whatever process. */
    static void futexWake(MemorySegment memory) {
        futex(memory, FUTEX_WAKE, 1, 0);
    }

    /**
     * Whether the kernel can sleep on several words at once, since Linux 5.16; a filter of system calls may forbid it.
     */
    static boolean hasFutexWaitv() {
        try (Arena arena = Arena.ofConfined()) {
            // It refuses a call without words, where it exists.
            Result result = call(arena, SYSCALL, SYS_FUTEX_WAITV, 0, 0, 0, 0, 0);
            return (int) result.value() == -1 && result.errno() == EINVAL;
        }
    }

    /**
     * Sleeps until one of several words, at the addresses told, is woken by {@link #futexWake} or has not the value
     * told.
     *
     * @param waiters as many struct futex_waitv
     * @return false if it did not sleep, or not to the end: a value differs, an address is not mapped, a signal
     */
    static boolean futexWaitAny(MemorySegment waiters, int count) {
        try {
            return (int) (long) FUTEX.invokeExact(SYS_FUTEX_WAITV, waiters, (long) count, 0L, 0L, 0L, 0L) >= 0;
        } catch (Throwable failure) {
            throw rethrow(failure);
        }
    }

    /** Whether the process exists; one of another user does. */
    static boolean isThere(long pid) {
        try (Arena arena = Arena.ofConfined()) {
            Result result = call(arena, KILL, pid, 0, 0, 0, 0, 0);
            return (int) result.value() == 0 || result.errno() == EPERM;
        }
    }

    static OsException failure(String call, String object, int errno) {
        OsException.Reason reason =
                switch (errno) {
                    case EEXIST -> OsException.Reason.EXISTS;
                    case EACCES -> OsException.Reason.NO_PERMISSION;
                    // On a file that is open, only a filter of system calls answers so.
                    case EPERM ->
                        ON_OPEN_FILES.contains(call)
                                ? OsException.Reason.UNSUPPORTED
                                : OsException.Reason.NO_PERMISSION;
                    case EMFILE, ENFILE -> OsException.Reason.NO_DESCRIPTORS;
                    case ENOSPC, ENOMEM, EFBIG, EDQUOT -> OsException.Reason.NO_SPACE;
                    case ELOOP, ENOTDIR, EISDIR, ENXIO -> OsException.Reason.FOREIGN;
                    case ENOENT -> OsException.Reason.NO_DIRECTORY;
                    case EROFS -> OsException.Reason.READ_ONLY;
                    case ENOSYS, EINVAL, EOPNOTSUPP -> OsException.Reason.UNSUPPORTED;
                    default -> OsException.Reason.OTHER;
                };
        return new OsException(reason, call, object, errno, Errno.describe(errno), detail(reason, object));
    }

    /** Something else than what belongs there has this name. */
    static OsException foreign(String path, String what) {
        return new OsException(OsException.Reason.FOREIGN, "open", path, 0, "not as this library makes it", what);
    }

    /** What a look at the object, or else at its directory, tells a user besides the error number. */
    private static String detail(OsException.Reason reason, String object) {
        boolean helps = reason == OsException.Reason.NO_PERMISSION
                || reason == OsException.Reason.FOREIGN
                || reason == OsException.Reason.NO_DIRECTORY;
        if (!helps) {
            return "";
        }
        try (Arena arena = Arena.ofConfined()) {
            for (String path = object; !path.isEmpty(); path = path.substring(0, Math.max(0, path.lastIndexOf('/')))) {
                MemorySegment status = arena.allocate(STAT_SIZE, Long.BYTES);
                long name = arena.allocateFrom(path).address();
                if ((int) call(arena, SYSCALL, SYS_NEWFSTATAT, AT_FDCWD, name, status.address(), AT_SYMLINK_NOFOLLOW, 0)
                                .value()
                        == 0) {
                    FileStatus found = fileStatus(status);
                    return reason == OsException.Reason.NO_PERMISSION
                            ? path + " " + found.access()
                            : path + " is " + found.type();
                }
            }
            return "";
        }
    }

    private static FileStatus fileStatus(MemorySegment status) {
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

    private record Result(long value, int errno) {}

    private interface FdCall {
        Result with(Arena arena);
    }

    private static long withFd(String name, String object, FdCall call) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            return succeeded(name, object, call.with(arena));
        }
    }

    private static long succeeded(String call, String object, Result result) throws OsException {
        if (isMinusOne(result)) {
            throw failure(call, object, result.errno());
        }
        return result.value();
    }

    /** An int -1 fills only the lower half of the register; no address or descriptor has that half all ones. */
    private static boolean isMinusOne(Result result) {
        return (int) result.value() == -1;
    }

    private static boolean succeededUnless(int expectedErrno, String call, String object, Result result)
            throws OsException {
        if ((int) result.value() == 0) {
            return true;
        }
        if (result.errno() != expectedErrno) {
            throw failure(call, object, result.errno());
        }
        return false;
    }

    private static boolean removed(MemorySegment function, String call, String name, String path) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            return succeededUnless(
                    ENOENT,
                    call,
                    path,
                    call(arena, function, arena.allocateFrom(name).address(), 0, 0, 0, 0, 0));
        }
    }

    private static MemorySegment rangeLock(Arena arena, short type, long start, long length) {
        MemorySegment lock = arena.allocate(FLOCK_SIZE, Long.BYTES);
        lock.set(ValueLayout.JAVA_SHORT, 0, type);
        lock.set(LONG, FLOCK_START, start);
        lock.set(LONG, FLOCK_LENGTH, length);
        return lock;
    }

    private static void setTimespec(MemorySegment timespec, long seconds, long nanos) {
        timespec.set(LONG, 0, seconds + nanos / NANOS_PER_SECOND);
        timespec.set(LONG, Long.BYTES, nanos % NANOS_PER_SECOND);
    }

    private static int semaphoreCall(MemorySegment function, MemorySegment semaphore, long a, long b) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) SEMAPHORE_CALL.invokeExact(function, arena.allocate(STATE), semaphore, a, b);
        } catch (Throwable failure) {
            throw rethrow(failure);
        }
    }

    private static void futex(MemorySegment memory, long operation, long value, long timeout) {
        try {
            long ignored = (long) FUTEX.invokeExact(SYS_FUTEX, memory, operation, value, timeout, 0L, 0L);
        } catch (Throwable failure) {
            throw rethrow(failure);
        }
    }

    private static void clockGettime(int clock, MemorySegment timespec) {
        try (Arena arena = Arena.ofConfined()) {
            call(arena, CLOCK_GETTIME, clock, timespec.address(), 0, 0, 0, 0);
        }
    }

    private static Result call(Arena arena, MemorySegment function, long a, long b, long c, long d, long e, long f) {
        MemorySegment state = arena.allocate(STATE);
        try {
            long value = (long) CALL.invokeExact(function, state, a, b, c, d, e, f);
            return new Result(value, (int) ERRNO.get(state, 0L));
        } catch (Throwable failure) {
            throw rethrow(failure);
        }
    }

    private static Result callVariadic(Arena arena, MemorySegment function, long a, long b, long c, long d, long e) {
        MemorySegment state = arena.allocate(STATE);
        try {
            long value = (long) VARIADIC_CALL.invokeExact(function, state, a, b, c, d, e);
            return new Result(value, (int) ERRNO.get(state, 0L));
        } catch (Throwable failure) {
            throw rethrow(failure);
        }
    }

    private static RuntimeException rethrow(Throwable failure) {
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw new AssertionError("a downcall throws nothing checked", failure);
    }

    private static MemorySegment required(String function) {
        return optional(function).orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + function));
    }

    private static Optional<MemorySegment> optional(String function) {
        Optional<MemorySegment> found = LINKER.defaultLookup().find(function);
        // Before glibc 2.34 shm_open and the semaphores live in libraries of their own.
        return found.or(() -> find("librt.so.1", function)).or(() -> find("libpthread.so.0", function));
    }

    private static Optional<MemorySegment> find(String library, String function) {
        try {
            return SymbolLookup.libraryLookup(library, Arena.global()).find(function);
        } catch (IllegalArgumentException noSuchLibrary) {
            return Optional.empty();
        }
    }
}
