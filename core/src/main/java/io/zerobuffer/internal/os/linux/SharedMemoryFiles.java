package io.zerobuffer.internal.os.linux;

import static io.zerobuffer.internal.os.posix.Numbers.O_NONBLOCK;

import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.posix.Errno;
import io.zerobuffer.internal.os.posix.FileStatus;
import io.zerobuffer.internal.os.posix.Libc;
import org.jspecify.annotations.Nullable;

/** The files in which glibc and musl keep shared memory objects and semaphores. */
final class SharedMemoryFiles {
    static final String DIRECTORY = "/dev/shm";

    private SharedMemoryFiles() {}

    /** The path of a name. */
    static String path(String name) {
        return DIRECTORY + "/" + name;
    }

    /** What a name leads to; null when there is nothing, or it may not be looked at. */
    static @Nullable FileStatus statusOf(String name) {
        return FileStatus.orNull(path(name));
    }

    static int open(String name, int flags, int mode) throws OsException {
        return Libc.shmOpen("/" + name, flags, mode, path(name));
    }

    static boolean unlink(String name) throws OsException {
        return Libc.shmUnlink("/" + name, path(name));
    }

    /**
     * Opens what the other side made, or somebody in its place: a FIFO would make others wait in open for ever.
     *
     * @param access O_RDONLY or O_RDWR
     * @return -1 if there is nothing of that name
     */
    static int openRegularOrMinusOne(String name, int access) throws OsException {
        int fd = openOrMinusOne(name, access | O_NONBLOCK);
        if (fd < 0) {
            return fd;
        }
        boolean isRegular = false;
        try {
            FileStatus status = FileStatus.of(fd, path(name));
            isRegular = status.isRegular();
            if (!isRegular) {
                throw Errno.foreign(path(name), path(name) + " is " + status.type());
            }
            return fd;
        } finally {
            if (!isRegular) {
                Libc.close(fd);
            }
        }
    }

    private static int openOrMinusOne(String name, int flags) throws OsException {
        try {
            return open(name, flags, 0);
        } catch (OsException e) {
            if (e.errno() == Errno.ENOENT && FileStatus.of(DIRECTORY) != null) {
                return -1;
            }
            throw e;
        }
    }
}
