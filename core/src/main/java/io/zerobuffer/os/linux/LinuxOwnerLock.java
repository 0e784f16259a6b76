package io.zerobuffer.os.linux;

import static io.zerobuffer.os.linux.Libc.EEXIST;
import static io.zerobuffer.os.linux.Libc.ENOENT;
import static io.zerobuffer.os.linux.Libc.LOCK_EX;
import static io.zerobuffer.os.linux.Libc.LOCK_NB;
import static io.zerobuffer.os.linux.Libc.LOCK_SH;
import static io.zerobuffer.os.linux.Libc.O_CLOEXEC;
import static io.zerobuffer.os.linux.Libc.O_CREAT;
import static io.zerobuffer.os.linux.Libc.O_EXCL;
import static io.zerobuffer.os.linux.Libc.O_NOFOLLOW;
import static io.zerobuffer.os.linux.Libc.O_RDONLY;

import io.zerobuffer.os.LockState;
import io.zerobuffer.os.OsException;
import io.zerobuffer.os.OwnerLock;

/**
 * A file in the lock directory, held with flock(2) as the other implementations hold it; java.nio's locks are fcntl locks and exclude nobody
 * who uses flock.
 */
final class LinuxOwnerLock implements OwnerLock {
    private static final String DIRECTORY = "/tmp/zerobuffer";
    private static final String SUFFIX = ".lock";

    /** Like /tmp: everybody may add files, each removes only their own. */
    private static final int SHARED_DIRECTORY = 01777;

    /** A look by {@link #state} holds a free lock for an instant; an owner-to-be tries again this often. */
    private static final int ATTEMPTS = 5;
    private static final long ATTEMPT_PAUSE_MILLIS = 2;

    private final String path;
    private final int fd;
    private final boolean wasLeftBehind;

    private LinuxOwnerLock(String path, int fd, boolean wasLeftBehind) {
        this.path = path;
        this.fd = fd;
        this.wasLeftBehind = wasLeftBehind;
    }

    static LinuxOwnerLock tryLock(String name, int mode) throws OsException {
        makeDirectory();
        String path = path(name);
        int attempts = 0;
        while (true) {
            int fd = openOrMinusOne(path);
            boolean wasLeftBehind = fd >= 0;
            if (!wasLeftBehind) {
                fd = create(path, mode);
            }
            if (fd < 0) {
                continue;
            }
            boolean taken = false;
            try {
                boolean free = Libc.flock(fd, LOCK_EX | LOCK_NB, path);
                // The owner before removes the file while holding it: what we locked may have lost its name meanwhile.
                taken = free && FileId.of(fd).isLinked();
                if (taken) {
                    return new LinuxOwnerLock(path, fd, wasLeftBehind);
                }
                if (!free && ++attempts == ATTEMPTS) {
                    return null;
                }
            } finally {
                if (!taken) {
                    Libc.close(fd);
                }
            }
            pause();
        }
    }

    static LockState state(String name) {
        try {
            int fd = openOrMinusOne(path(name));
            if (fd < 0) {
                return LockState.UNKNOWN;
            }
            try {
                // Closing the descriptor gives back what this may take.
                return Libc.flock(fd, LOCK_SH | LOCK_NB, name) ? LockState.FREE : LockState.HELD;
            } finally {
                Libc.close(fd);
            }
        } catch (OsException cannotLook) {
            return LockState.UNKNOWN;
        }
    }

    @Override
    public boolean wasLeftBehind() {
        return wasLeftBehind;
    }

    @Override
    public void release() {
        try {
            if (FileId.of(fd).isLinked()) {
                Libc.unlink(path);
            }
        } catch (OsException leftForTheNextOwner) {
            // In a sticky directory another user's file stays; unlocked, it hinders nobody.
        } finally {
            Libc.close(fd);
        }
    }

    private static String path(String name) {
        return DIRECTORY + "/" + name + SUFFIX;
    }

    private static void makeDirectory() throws OsException {
        if (Libc.mkdir(DIRECTORY, SHARED_DIRECTORY)) {
            int fd = Libc.open(DIRECTORY, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0);
            try {
                Libc.fchmod(fd, SHARED_DIRECTORY, DIRECTORY);
            } finally {
                Libc.close(fd);
            }
        }
    }

    /** Read-only is enough for flock, and works for other users' lock files; O_CREAT would not, fs.protected_regular. */
    private static int openOrMinusOne(String path) throws OsException {
        return openExpecting(ENOENT, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0);
    }

    private static int create(String path, int mode) throws OsException {
        int fd = openExpecting(EEXIST, path, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (fd >= 0) {
            Libc.fchmod(fd, mode, path);
        }
        return fd;
    }

    private static int openExpecting(int errno, String path, int flags, int mode) throws OsException {
        try {
            return Libc.open(path, flags, mode);
        } catch (OsException e) {
            if (e.errno() == errno) {
                return -1;
            }
            throw e;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(ATTEMPT_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
