package io.zerobuffer.internal.os.linux;

import io.zerobuffer.internal.os.Access;
import io.zerobuffer.internal.os.LockState;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Ownership;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.os.SharedMemory;
import io.zerobuffer.internal.os.Signal;
import io.zerobuffer.internal.os.posix.LockFile;
import io.zerobuffer.internal.os.posix.Modes;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Two lock files, that of this library and the one a C# reader would have, and what is made while both are locked. */
final class LinuxOwnership implements Ownership {
    private static final System.Logger LOG = System.getLogger("io.zerobuffer");

    private final String buffer;
    private final int mode;
    private final LockFile lock;
    /**
     * Null where another user's directory does not let us have it: no C# reader of this user can be there then either.
     */
    private final @Nullable LockFile csharpLock;

    private final List<LinuxSemaphore> semaphores = new ArrayList<>();
    private @Nullable LinuxSharedMemory memory;

    private LinuxOwnership(String buffer, int mode, LockFile lock, @Nullable LockFile csharpLock) {
        this.buffer = buffer;
        this.mode = mode;
        this.lock = lock;
        this.csharpLock = csharpLock;
    }

    static LinuxOwnership take(String buffer, Access access) throws OsException {
        int mode = Modes.of(access);
        LockFile lock = tryLock(buffer, mode);
        if (lock == null) {
            throw LockFile.owned(buffer);
        }
        LinuxOwnership taken = null;
        try {
            taken = new LinuxOwnership(buffer, mode, lock, takeCsharpLock(buffer, mode));
            return taken;
        } finally {
            if (taken == null) {
                lock.release();
            }
        }
    }

    private static @Nullable LockFile tryLock(String name, int mode) throws OsException {
        return LockFile.tryLock(name, mode, Linux::listsFlock);
    }

    /**
     * As long as it is locked, a C# reader of this name is refused, and one of another name does not take this buffer
     * for a dead one's.
     */
    private static @Nullable LockFile takeCsharpLock(String buffer, int mode) throws OsException {
        String name = LinuxNames.csharpLock(buffer);
        LockFile taken = null;
        try {
            taken = tryLock(name, mode);
        } catch (OsException refused) {
            if (refused.reason() != OsException.Reason.NO_PERMISSION) {
                throw refused;
            }
            LOG.log(Level.DEBUG, "buffer {0} has no lock file for C#: {1}", buffer, refused.getMessage());
            if (LockFile.state(name) != LockState.HELD) {
                return null;
            }
        }
        if (taken == null) {
            throw LockFile.owned(name);
        }
        return taken;
    }

    @Override
    public boolean wasLeftBehind() {
        boolean csharpWasLeftBehind = csharpLock == null
                ? LockFile.state(LinuxNames.csharpLock(buffer)) == LockState.FREE
                : csharpLock.wasLeftBehind();
        return lock.wasLeftBehind() || csharpWasLeftBehind;
    }

    /**
     * Who has the lock, has the name of what is being made, but for a reader that shares /dev/shm with us and no lock
     * file.
     */
    @Override
    public boolean removeUnfinished() throws OsException {
        String name = LinuxNames.unfinished(buffer);
        try (Arena scratch = Arena.ofConfined()) {
            SharedMemory unfinished = LinuxSharedMemory.open(name, 1, scratch);
            if (unfinished != null) {
                boolean isBeingMade = unfinished.isTaken(Role.READER);
                unfinished.close();
                if (isBeingMade) {
                    return false;
                }
            }
        }
        SharedMemoryFiles.unlink(name);
        return true;
    }

    @Override
    public boolean removeLeftovers() throws OsException {
        boolean removed = SharedMemoryFiles.unlink(buffer);
        removed |= LinuxSemaphore.unlink(LinuxNames.semaphore(buffer, Role.WRITER));
        removed |= LinuxSemaphore.unlink(LinuxNames.semaphore(buffer, Role.READER));
        return removed;
    }

    @Override
    public Signal createSignal(Role poster, Arena arena) throws OsException {
        LinuxSemaphore created = LinuxSemaphore.create(LinuxNames.semaphore(buffer, poster), mode, arena);
        semaphores.add(created);
        return created;
    }

    @Override
    public SharedMemory createMemory(long size, boolean reserve, Arena arena) throws OsException {
        LinuxSharedMemory created = LinuxSharedMemory.create(LinuxNames.unfinished(buffer), size, mode, reserve, arena);
        memory = created;
        return created;
    }

    @Override
    public void appear() throws OsException {
        Objects.requireNonNull(memory, "createMemory comes first").moveTo(buffer);
    }

    @Override
    public void remove() throws OsException {
        try {
            if (memory != null) {
                memory.unlink();
                // To remove a lock file takes a descriptor, and there may be no other.
                memory.close();
            }
            for (LinuxSemaphore semaphore : semaphores) {
                semaphore.unlink();
            }
        } finally {
            if (csharpLock != null) {
                csharpLock.release();
            }
            lock.release();
        }
    }
}
