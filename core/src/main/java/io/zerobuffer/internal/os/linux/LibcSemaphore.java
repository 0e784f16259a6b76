package io.zerobuffer.internal.os.linux;

import static io.zerobuffer.internal.os.posix.Errno.ENOENT;
import static io.zerobuffer.internal.os.posix.Numbers.O_CREAT;
import static io.zerobuffer.internal.os.posix.Numbers.O_EXCL;
import static io.zerobuffer.internal.os.posix.Numbers.O_NONBLOCK;
import static io.zerobuffer.internal.os.posix.Numbers.O_RDWR;

import io.zerobuffer.internal.os.Access;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Owner;
import io.zerobuffer.internal.os.posix.Errno;
import io.zerobuffer.internal.os.posix.FileStatus;
import io.zerobuffer.internal.os.posix.Libc;
import io.zerobuffer.internal.os.posix.StandIn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A POSIX named semaphore, through the C library's own operations. A peer that truncates the semaphore's file ends the
 * JVM: this is for C libraries whose semaphores {@link GlibcSemaphore} cannot operate itself.
 */
final class LibcSemaphore implements LinuxSemaphore {
    /** sizeof(sem_t) of glibc and musl on 64-bit systems. */
    static final long SIZE = 32;

    /** Of a semaphore that had lost its name when its owner was looked for. */
    private static final Owner NOT_TOLD = new Owner() {
        @Override
        public boolean isAmong(Access whom) {
            return whom == Access.EVERYONE;
        }

        @Override
        public String toString() {
            return "whose it is cannot be told";
        }
    };

    private final String name;
    private final MemorySegment semaphore;
    private final @Nullable FileStatus id;
    /** Scratch of {@link #take}: one thread at a time waits. */
    private final MemorySegment timespec;

    private LibcSemaphore(String name, MemorySegment semaphore, Arena arena) {
        this.name = name;
        this.semaphore = semaphore;
        this.id = SharedMemoryFiles.statusOf(fileName(name));
        this.timespec = arena.allocate(Linux.TIMESPEC);
    }

    static LibcSemaphore create(String name, int mode, Arena arena) throws OsException {
        MemorySegment semaphore = semOpen(name, O_CREAT | O_EXCL, mode, arena);
        try {
            setMode(name, mode);
            return new LibcSemaphore(name, semaphore, arena);
        } catch (OsException | RuntimeException e) {
            LibcSemaphore.unlink(name);
            throw e;
        }
    }

    static @Nullable LibcSemaphore open(String name, Arena arena) throws OsException {
        FileStatus present = SharedMemoryFiles.statusOf(fileName(name));
        if (present != null && !present.isRegular()) {
            String path = SharedMemoryFiles.path(fileName(name));
            throw Errno.foreign(path, path + " is " + present.type());
        }
        try {
            return new LibcSemaphore(name, semOpen(name, 0, 0, arena), arena);
        } catch (OsException e) {
            if (e.errno() == ENOENT) {
                return null;
            }
            throw e;
        }
    }

    /** Sets permission bits, whatever the umask made of them. */
    static void setMode(String name, int mode) throws OsException {
        String file = fileName(name);
        int fd = SharedMemoryFiles.open(file, O_RDWR | O_NONBLOCK, 0);
        try {
            Libc.fchmod(fd, mode, SharedMemoryFiles.path(file));
        } finally {
            Libc.close(fd);
        }
    }

    @Override
    public int value() {
        return Linux.semGetvalue(semaphore);
    }

    @Override
    public void post(int tokens) {
        // A semaphore at its maximum wakes every waiter there can be.
        for (int token = 0; token < tokens; token++) {
            Libc.semPost(semaphore);
        }
    }

    @Override
    public boolean tryTake() {
        return Libc.semTrywait(semaphore);
    }

    @Override
    public int takeAll() {
        int tokens = 0;
        while (tryTake()) {
            tokens++;
        }
        return tokens;
    }

    @Override
    public boolean take(long nanos) {
        return Thread.currentThread().isVirtual()
                ? StandIn.take(this, nanos)
                : Linux.semWait(semaphore, nanos, timespec);
    }

    @Override
    public Owner owner() {
        return id == null ? NOT_TOLD : id.owner();
    }

    @Override
    public String path() {
        return SharedMemoryFiles.path(fileName(name));
    }

    @Override
    public void unlink() throws OsException {
        FileStatus present = SharedMemoryFiles.statusOf(fileName(name));
        if (present != null && id != null && present.isSameFile(id)) {
            LibcSemaphore.unlink(name);
        }
    }

    static MemorySegment semOpen(String name, int flags, int mode, Arena arena) throws OsException {
        return Libc.semOpen("/" + name, flags, mode, glibcPath(name), arena);
    }

    /** Removes a semaphore; true when there was one. */
    static boolean unlink(String name) throws OsException {
        return Libc.semUnlink("/" + name, glibcPath(name));
    }

    private static String glibcPath(String name) {
        return SharedMemoryFiles.path("sem." + name);
    }

    /** Whether a file can be a semaphore's: a segment, which may have such a name, is larger. */
    static boolean isSemaphore(FileStatus status) {
        return status.isRegular() && status.size() <= SIZE;
    }

    /** glibc keeps semaphore x in the file sem.x, musl in the file x. */
    static String fileName(String name) {
        String glibc = "sem." + name;
        return SharedMemoryFiles.statusOf(glibc) != null ? glibc : name;
    }
}
