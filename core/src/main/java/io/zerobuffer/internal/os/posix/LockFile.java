package io.zerobuffer.internal.os.posix;

import static io.zerobuffer.internal.os.posix.Errno.EEXIST;
import static io.zerobuffer.internal.os.posix.Errno.ENOENT;
import static io.zerobuffer.internal.os.posix.Numbers.LOCK_EX;
import static io.zerobuffer.internal.os.posix.Numbers.LOCK_NB;
import static io.zerobuffer.internal.os.posix.Numbers.LOCK_SH;
import static io.zerobuffer.internal.os.posix.Numbers.O_CLOEXEC;
import static io.zerobuffer.internal.os.posix.Numbers.O_CREAT;
import static io.zerobuffer.internal.os.posix.Numbers.O_EXCL;
import static io.zerobuffer.internal.os.posix.Numbers.O_NOFOLLOW;
import static io.zerobuffer.internal.os.posix.Numbers.O_NONBLOCK;
import static io.zerobuffer.internal.os.posix.Numbers.O_RDONLY;

import io.zerobuffer.internal.os.LockState;
import io.zerobuffer.internal.os.OsException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A file in the lock directory, held with flock(2) as the other implementations hold it; java.nio's locks are fcntl
 * locks and exclude nobody who uses flock.
 */
public final class LockFile {
    private static final String SUFFIX = ".lock";

    /** A look by {@link #state} holds a free lock for an instant; an owner-to-be tries again this often. */
    private static final int ATTEMPTS = 5;

    private static final long ATTEMPT_PAUSE_MILLIS = 2;

    private final String name;
    private final int fd;
    private final boolean wasLeftBehind;

    private LockFile(String name, int fd, boolean wasLeftBehind) {
        this.name = name;
        this.fd = fd;
        this.wasLeftBehind = wasLeftBehind;
    }

    /**
     * Takes the lock of a name.
     *
     * @param isListedAsLocked whether the system tells of a file that may not be opened that somebody has locked it
     * @return null when another open file has it
     */
    public static @Nullable LockFile tryLock(String name, int mode, Predicate<FileStatus> isListedAsLocked)
            throws OsException {
        try (LockDirectory directory = LockDirectory.openOrMake(name)) {
            return tryLock(directory.file(name + SUFFIX), name, mode, isListedAsLocked);
        }
    }

    private static @Nullable LockFile tryLock(
            Libc.Place place, String name, int mode, Predicate<FileStatus> isListedAsLocked) throws OsException {
        int attempts = 0;
        while (true) {
            int fd;
            try {
                fd = openOrMinusOne(place);
            } catch (OsException refused) {
                FileStatus file = refused.reason() == OsException.Reason.NO_PERMISSION ? FileStatus.of(place) : null;
                if (file != null && isListedAsLocked.test(file)) {
                    return null;
                }
                throw refused;
            }
            boolean wasLeftBehind = fd >= 0;
            if (!wasLeftBehind) {
                fd = create(place, mode);
            }
            if (fd < 0) {
                continue;
            }
            boolean taken = false;
            try {
                boolean free = Libc.flock(fd, LOCK_EX | LOCK_NB, place.path());
                // The owner before removes the file while holding it: what we locked may have lost its name meanwhile.
                taken = free && isNamed(fd, place);
                if (taken) {
                    return new LockFile(name, fd, wasLeftBehind);
                }
                if (!free && ++attempts == ATTEMPTS) {
                    return null;
                }
            } catch (OsException refused) {
                if (!wasLeftBehind) {
                    Libc.unlink(place);
                }
                throw refused;
            } finally {
                if (!taken) {
                    Libc.close(fd);
                }
            }
            pause();
        }
    }

    /** What a look at the lock of a name tells. */
    public static LockState state(String name) {
        try (LockDirectory directory = LockDirectory.openOrNull(name)) {
            int fd = directory == null ? -1 : openOrMinusOne(directory.file(name + SUFFIX));
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

    /** Another open file has the lock of a name. */
    public static OsException owned(String name) {
        String path = LockDirectory.pathOf(name + SUFFIX);
        return new OsException(
                OsException.Reason.OWNED, Errno.FLOCK_CALL, path, Errno.EAGAIN, "another open file has it", "");
    }

    /** Whether the lock file was there before: somebody owned this name and did not clean up. */
    public boolean wasLeftBehind() {
        return wasLeftBehind;
    }

    /** Removes the lock file while it is still locked, then unlocks it. */
    public void release() {
        try (LockDirectory directory = LockDirectory.openOrNull(name)) {
            if (directory != null && isNamed(fd, directory.file(name + SUFFIX))) {
                Libc.unlink(directory.file(name + SUFFIX));
            }
        } catch (OsException leftForTheNextOwner) {
            // In a sticky directory another user's file stays; unlocked, it hinders nobody.
        } finally {
            Libc.close(fd);
        }
    }

    private static boolean isNamed(int fd, Libc.Place place) throws OsException {
        FileStatus present = FileStatus.of(place);
        return present != null && present.isSameFile(FileStatus.of(fd, place.path()));
    }

    /**
     * Read-only is enough for flock, and works for other users' lock files; O_CREAT would not, fs.protected_regular.
     */
    private static int openOrMinusOne(Libc.Place place) throws OsException {
        int fd = openExpecting(ENOENT, place, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0);
        if (fd < 0) {
            return fd;
        }
        boolean isRegular = false;
        try {
            FileStatus status = FileStatus.of(fd, place.path());
            isRegular = status.isRegular();
            if (!isRegular) {
                throw Errno.foreign(place.path(), place.path() + " is " + status.type());
            }
            return fd;
        } finally {
            if (!isRegular) {
                Libc.close(fd);
            }
        }
    }

    private static int create(Libc.Place place, int mode) throws OsException {
        int fd = openExpecting(EEXIST, place, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (fd < 0) {
            return fd;
        }
        boolean created = false;
        try {
            Libc.fchmod(fd, mode, place.path());
            created = true;
            return fd;
        } finally {
            if (!created) {
                Libc.close(fd);
                Libc.unlink(place);
            }
        }
    }

    private static int openExpecting(int errno, Libc.Place place, int flags, int mode) throws OsException {
        try {
            return Libc.open(place, flags, mode);
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
