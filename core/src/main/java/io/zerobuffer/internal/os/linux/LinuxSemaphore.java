package io.zerobuffer.internal.os.linux;

import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Signal;
import io.zerobuffer.internal.os.posix.Errno;
import io.zerobuffer.internal.os.posix.FileStatus;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** A POSIX named semaphore. */
interface LinuxSemaphore extends Signal {
    /** Removes the name if it still leads to this very semaphore. */
    void unlink() throws OsException;

    /** Makes a new one of value 0, with these permission bits whatever the umask. */
    static LinuxSemaphore create(String name, int mode, Arena arena) throws OsException {
        return GlibcSemaphore.isUsable()
                ? GlibcSemaphore.create(name, mode, arena)
                : LibcSemaphore.create(name, mode, arena);
    }

    /** Opens an existing one; null when there is none. */
    static @Nullable LinuxSemaphore open(String name, Arena arena) throws OsException {
        return GlibcSemaphore.isUsable() ? GlibcSemaphore.open(name, arena) : LibcSemaphore.open(name, arena);
    }

    /**
     * Removes one; true when there was one.
     *
     * @throws OsException FOREIGN if what has its name is none
     */
    static boolean unlink(String name) throws OsException {
        String file = LibcSemaphore.fileName(name);
        FileStatus present = SharedMemoryFiles.statusOf(file);
        if (present != null && !LibcSemaphore.isSemaphore(present)) {
            String path = SharedMemoryFiles.path(file);
            throw Errno.foreign(
                    path, path + " is " + present.type() + " of " + present.size() + " bytes, and no semaphore");
        }
        return LibcSemaphore.unlink(name);
    }
}
