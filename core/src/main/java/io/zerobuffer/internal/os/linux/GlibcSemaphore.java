package io.zerobuffer.internal.os.linux;

import static io.zerobuffer.internal.os.posix.Numbers.O_CREAT;
import static io.zerobuffer.internal.os.posix.Numbers.O_EXCL;
import static io.zerobuffer.internal.os.posix.Numbers.O_RDWR;

import io.zerobuffer.internal.address.Unchecked;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Owner;
import io.zerobuffer.internal.os.posix.Errno;
import io.zerobuffer.internal.os.posix.FileStatus;
import io.zerobuffer.internal.os.posix.Libc;
import io.zerobuffer.internal.os.posix.MappedFile;
import io.zerobuffer.internal.os.posix.StandIn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A named semaphore of glibc, operated on its mapped memory as glibc itself does (nptl/sem_post.c, sem_waitcommon.c,
 * unchanged since 2.21): one 64-bit word, the value in its low and the number of waiters in its high half, and a futex
 * on the low half.
 *
 * <p>No call is made unless somebody sleeps or must be woken. And a file that a peer truncates costs an exception: the
 * C library's own functions would end the JVM with a bus error, the futex system call answers EFAULT.
 */
final class GlibcSemaphore implements LinuxSemaphore {
    /** SEM_VALUE_MAX, semaphore.h. */
    private static final long MAX_VALUE = Integer.MAX_VALUE;

    private static final long SIZE = LibcSemaphore.SIZE;

    private static final long VALUE_MASK = 0xffff_ffffL;
    private static final long ONE_WAITER = 1L << 32;

    private static final VarHandle WORD =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private final String name;
    private final MemorySegment semaphore;
    /** The semaphore for use by address, asked for when this side posts: every frame does. */
    private final Supplier<MemorySegment> byAddress;

    /** What {@link #byAddress} answered; null until it was asked. */
    private @Nullable MemorySegment posted;

    private final FileStatus id;
    /** Scratch of {@link #take}: one thread at a time waits. */
    private final MemorySegment timespec;

    private final SharedSleep.Place place = new SharedSleep.Place(this);

    private GlibcSemaphore(
            String name, MemorySegment semaphore, Supplier<MemorySegment> byAddress, FileStatus id, Arena arena) {
        this.name = name;
        this.semaphore = semaphore;
        this.byAddress = byAddress;
        this.id = id;
        this.timespec = arena.allocate(Linux.TIMESPEC);
    }

    /** Whether the C library is glibc and its semaphores count as described above. */
    static boolean isUsable() {
        return SelfTest.PASSED;
    }

    static GlibcSemaphore create(String name, int mode, Arena arena) throws OsException {
        try (Arena once = Arena.ofConfined()) {
            LibcSemaphore.semOpen(name, O_CREAT | O_EXCL, mode, once);
        }
        try {
            LibcSemaphore.setMode(name, mode);
            GlibcSemaphore created = map(name, arena);
            if (created == null) {
                throw Errno.failure("shm_open", SharedMemoryFiles.path(fileName(name)), Errno.ENOENT);
            }
            return created;
        } catch (OsException | RuntimeException e) {
            LibcSemaphore.unlink(name);
            throw e;
        }
    }

    static @Nullable GlibcSemaphore open(String name, Arena arena) throws OsException {
        return map(name, arena);
    }

    private static @Nullable GlibcSemaphore map(String name, Arena arena) throws OsException {
        int fd = SharedMemoryFiles.openRegularOrMinusOne(fileName(name), O_RDWR);
        if (fd < 0) {
            return null;
        }
        try {
            String path = SharedMemoryFiles.path(fileName(name));
            MappedFile file = MappedFile.of(fd, SIZE, arena, path, Linux::replaceByZeros);
            return new GlibcSemaphore(name, file.segment(), file::byAddress, FileStatus.of(fd, path), arena);
        } finally {
            Libc.close(fd);
        }
    }

    @Override
    public int value() {
        return (int) (long) WORD.getAcquire(semaphore, 0L);
    }

    @Override
    public int sleepers() {
        return sleepersIn((long) WORD.getAcquire(semaphore, 0L));
    }

    @Override
    public boolean hasSleepersBeyond(int sleepers) {
        long word = (long) WORD.getAcquire(semaphore, 0L);
        return (word & VALUE_MASK) == 0 && sleepersIn(word) > sleepers;
    }

    private static int sleepersIn(long word) {
        return (int) Math.min(word >>> 32, Integer.MAX_VALUE);
    }

    @Override
    public void post(int tokens) {
        MemorySegment own = posted;
        if (own == null) {
            own = byAddress.get();
            posted = own;
        }
        long before = (long) WORD.getAndAdd(Unchecked.MEMORY, own.address(), (long) tokens);
        Reference.reachabilityFence(own);
        if (before >= 0 && before <= MAX_VALUE - tokens) {
            // Nobody sleeps, and there is no surplus.
            return;
        }
        long surplus = Math.min(tokens, (before & VALUE_MASK) + tokens - MAX_VALUE);
        if (surplus > 0) {
            getAndAdd(-surplus);
        }
        if (before >>> 32 != 0) {
            Linux.futexWake(semaphore);
        }
    }

    @Override
    public boolean tryTake() {
        return tryTake(1);
    }

    @Override
    public int takeAll() {
        if (((long) WORD.getAcquire(semaphore, 0L) & VALUE_MASK) == 0) {
            return 0;
        }
        long tokens = (long) WORD.getAndBitwiseAnd(semaphore, 0L, ~VALUE_MASK) & VALUE_MASK;
        // Nonsense above the maximum stays what it is, more than anybody posted.
        return (int) Math.min(tokens, MAX_VALUE);
    }

    @Override
    public boolean take(long nanos) {
        long start = System.nanoTime();
        if (tryTake()) {
            return true;
        }
        boolean parks = Thread.currentThread().isVirtual();
        if (parks && !SharedSleep.isUsable()) {
            return StandIn.take(this, nanos);
        }
        getAndAdd(ONE_WAITER);
        long left = nanos - (System.nanoTime() - start);
        // Woken, value changed, signal: look again. EFAULT: the look throws.
        while (left > 0) {
            if (!parks) {
                Linux.futexWait(semaphore, 0, left, timespec);
            } else if (!Thread.currentThread().isInterrupted()) {
                place.sleep(left);
            } else {
                break;
            }
            // If it is closed while a virtual thread sleeps, that stays counted, like a sleeper that is killed: later
            // posts make a system call each.
            if (tryTake(1 + ONE_WAITER)) {
                return true;
            }
            left = nanos - (System.nanoTime() - start);
        }
        getAndAdd(-ONE_WAITER);
        return false;
    }

    /** Where it is mapped, for the kernel to look at; nothing keeps it there. */
    long address() {
        return semaphore.address();
    }

    /** Wakes one sleeper; does nothing when the semaphore is closed. */
    void wakeSleeper() {
        try {
            Linux.futexWake(semaphore);
        } catch (IllegalStateException closed) {
            // Nobody sleeps on what is closed.
        }
    }

    @Override
    public Owner owner() {
        return id.owner();
    }

    @Override
    public String path() {
        return SharedMemoryFiles.path(fileName(name));
    }

    @Override
    public void unlink() throws OsException {
        FileStatus present = SharedMemoryFiles.statusOf(fileName(name));
        if (present != null && present.isSameFile(id)) {
            LibcSemaphore.unlink(name);
        }
    }

    private long getAndAdd(long amount) {
        return (long) WORD.getAndAdd(semaphore, 0L, amount);
    }

    private boolean tryTake(long amount) {
        long word = (long) WORD.getAcquire(semaphore, 0L);
        while ((word & VALUE_MASK) != 0) {
            long witness = (long) WORD.compareAndExchangeAcquire(semaphore, 0L, word, word - amount);
            if (witness == word) {
                return true;
            }
            word = witness;
        }
        return false;
    }

    private static String fileName(String name) {
        return "sem." + name;
    }

    private static final class SelfTest {
        static final boolean PASSED = passes();

        private static boolean passes() {
            if (!Linux.isGlibc()) {
                return false;
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment semaphore = arena.allocate(SIZE, Long.BYTES);
                Linux.semInit(semaphore, 0x1234);
                boolean counts = (long) WORD.getVolatile(semaphore, 0L) == 0x1234;
                Libc.semPost(semaphore);
                counts &= (long) WORD.getVolatile(semaphore, 0L) == 0x1235;
                WORD.setVolatile(semaphore, 0L, 1L);
                return counts
                        && Libc.semTrywait(semaphore)
                        && !Libc.semTrywait(semaphore)
                        && (long) WORD.getVolatile(semaphore, 0L) == 0;
            }
        }
    }
}
