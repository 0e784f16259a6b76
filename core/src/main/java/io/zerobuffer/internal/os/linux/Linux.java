package io.zerobuffer.internal.os.linux;

import static io.zerobuffer.internal.os.posix.Native.call;
import static io.zerobuffer.internal.os.posix.Native.callVariadic;
import static io.zerobuffer.internal.os.posix.Native.optional;
import static io.zerobuffer.internal.os.posix.Native.required;
import static io.zerobuffer.internal.os.posix.Native.semaphoreCall;

import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.posix.Errno;
import io.zerobuffer.internal.os.posix.FileStatus;
import io.zerobuffer.internal.os.posix.Libc;
import io.zerobuffer.internal.os.posix.Native;
import io.zerobuffer.internal.os.posix.Native.Result;
import io.zerobuffer.internal.os.posix.Numbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** System calls and C library functions that Linux has and other POSIX systems have not, one Java method each. */
final class Linux {
    private static final int F_OFD_GETLK = 36;
    private static final int F_OFD_SETLK = 37;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;
    private static final long FLOCK_SIZE = 32;
    private static final long FLOCK_START = 8;
    private static final long FLOCK_LENGTH = 16;

    // sys/mman.h
    private static final int MREMAP_MAYMOVE = 1;
    private static final int MREMAP_FIXED = 2;

    /** asm-generic/mman-common.h; since Linux 5.14. */
    private static final int MADV_POPULATE_WRITE = 23;

    // linux/stat.h: struct statx is the same on every processor.
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

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    // Since glibc 2.30; musl and older ones have sem_timedwait only.
    private static final Optional<MemorySegment> SEM_CLOCKWAIT = optional("sem_clockwait");
    private static final MemorySegment SEM_WAIT = SEM_CLOCKWAIT.orElseGet(() -> required("sem_timedwait"));
    private static final int WAIT_CLOCK = SEM_CLOCKWAIT.isPresent() ? CLOCK_MONOTONIC : CLOCK_REALTIME;

    private static final MemorySegment SYSCALL = required("syscall");
    private static final MethodHandle FUTEX = Native.LINKER.downcallHandle(
            SYSCALL,
            FunctionDescriptor.of(LONG, LONG, ValueLayout.ADDRESS, LONG, LONG, LONG, LONG, LONG),
            Linker.Option.firstVariadicArg(1));

    // asm/unistd.h and linux/futex.h
    private static final long SYS_FUTEX = Numbers.IS_AARCH64 ? 98 : 202;
    private static final long FUTEX_WAIT = 0;
    private static final long FUTEX_WAKE = 1;
    private static final long SYS_FUTEX_WAITV = 449;

    /** Of a word that processes share; linux/futex.h. */
    static final int FUTEX2_SIZE_U32 = 2;

    private static final MemorySegment FCNTL = required("fcntl");
    private static final MemorySegment POSIX_FALLOCATE = required("posix_fallocate");
    private static final MemorySegment MMAP = required("mmap");
    private static final MemorySegment MREMAP = required("mremap");
    private static final MemorySegment MADVISE = required("madvise");
    // Since glibc 2.28 and musl 1.2.5.
    private static final Optional<MemorySegment> STATX = optional("statx");
    private static final MemorySegment SEM_INIT = required("sem_init");
    private static final MemorySegment SEM_GETVALUE = required("sem_getvalue");
    private static final MemorySegment CLOCK_GETTIME = required("clock_gettime");

    private Linux() {}

    /** Reserves the bytes 0 to size; a file system that cannot reserve is left as it is. */
    static void posixFallocate(int fd, long size, String object) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            int errno;
            do {
                // Answers the error number instead of setting errno.
                errno = (int) call(arena, POSIX_FALLOCATE, fd, 0, size, 0, 0, 0).value();
            } while (errno == Errno.EINTR);
            if (errno != 0 && errno != Errno.EOPNOTSUPP && errno != Errno.EINVAL) {
                throw Errno.failure(Errno.FALLOCATE_CALL, object, errno);
            }
        }
    }

    /** Takes an open-file-description write lock on a byte range; false when another open file holds part of it. */
    static boolean lockRange(int fd, long start, long length, String object) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment lock = rangeLock(arena, F_WRLCK, start, length);
            return callVariadic(arena, FCNTL, fd, F_OFD_SETLK, lock.address(), 0, 0)
                    .succeededUnless(Errno.EAGAIN, Errno.RANGE_LOCK_CALL, object);
        }
    }

    /** Gives back what {@link #lockRange} took. */
    static void unlockRange(int fd, long start, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment lock = rangeLock(arena, F_UNLCK, start, length);
            callVariadic(arena, FCNTL, fd, F_OFD_SETLK, lock.address(), 0, 0);
        }
    }

    /** Whether another open file holds a lock on part of the byte range. */
    static boolean isRangeLocked(int fd, long start, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment lock = rangeLock(arena, F_WRLCK, start, length);
            Result result = callVariadic(arena, FCNTL, fd, F_OFD_GETLK, lock.address(), 0, 0);
            return (int) result.value() == 0 && lock.get(ValueLayout.JAVA_SHORT, 0) != F_UNLCK;
        }
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
            int kind = Numbers.MAP_PRIVATE | Numbers.MAP_ANONYMOUS | Numbers.MAP_NORESERVE;
            Result zeros = call(arena, MMAP, 0, size, Numbers.PROT_READ_WRITE, kind, -1, 0);
            if (zeros.isMinusOne()) {
                return false;
            }
            int flags = MREMAP_MAYMOVE | MREMAP_FIXED;
            boolean moved = !callVariadic(arena, MREMAP, zeros.value(), size, size, flags, address)
                    .isMinusOne();
            if (!moved) {
                Libc.munmap(zeros.value(), size);
            }
            return moved;
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
                    Numbers.AT_EMPTY_PATH,
                    STATX_BLOCKS,
                    status.address(),
                    0);
            return (int) result.value() == 0
                    ? status.get(ValueLayout.JAVA_LONG, STX_BLOCKS_OFFSET) * BYTES_PER_BLOCK
                    : 0;
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
            return (int) result.value() == -1 && result.errno() == Errno.EINVAL;
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
            throw Native.rethrow(failure);
        }
    }

    /** Whether the kernel lists a flock of a file; false where that cannot be told. */
    static boolean listsFlock(FileStatus file) {
        String key = String.format(" %02x:%02x:%d ", file.deviceMajor(), file.deviceMinor(), file.inode());
        // proc(5), /proc/locks: number, kind, advisory, access, process, major:minor:inode, range.
        try (Stream<String> locks = Files.lines(Path.of("/proc/locks"), StandardCharsets.ISO_8859_1)) {
            return locks.anyMatch(lock -> lock.contains(" FLOCK ") && lock.contains(key));
        } catch (IOException | UncheckedIOException hidden) {
            return false;
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

    private static void futex(MemorySegment memory, long operation, long value, long timeout) {
        try {
            long ignored = (long) FUTEX.invokeExact(SYS_FUTEX, memory, operation, value, timeout, 0L, 0L);
        } catch (Throwable failure) {
            throw Native.rethrow(failure);
        }
    }

    private static void clockGettime(int clock, MemorySegment timespec) {
        try (Arena arena = Arena.ofConfined()) {
            call(arena, CLOCK_GETTIME, clock, timespec.address(), 0, 0, 0, 0);
        }
    }
}
