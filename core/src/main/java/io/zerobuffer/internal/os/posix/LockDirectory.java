package io.zerobuffer.internal.os.posix;

import static io.zerobuffer.internal.os.posix.Errno.ENOENT;
import static io.zerobuffer.internal.os.posix.Numbers.O_CLOEXEC;
import static io.zerobuffer.internal.os.posix.Numbers.O_DIRECTORY;
import static io.zerobuffer.internal.os.posix.Numbers.O_NOFOLLOW;
import static io.zerobuffer.internal.os.posix.Numbers.O_RDONLY;

import io.zerobuffer.internal.os.OsException;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a lock file, open: in a place where everybody may put files, a second look by path may find another
 * directory than the first did. It is nobody's link, and nobody but its owner and root can remove the files of others
 * from it.
 */
final class LockDirectory implements AutoCloseable {
    private static final String ROOT = "/tmp/zerobuffer";

    /** Like /tmp: everybody may add files, each removes only their own. */
    private static final int SHARED = 01777;

    private final int fd;
    private final String path;

    private LockDirectory(int fd, String path) {
        this.fd = fd;
        this.path = path;
    }

    /** The directory of a lock of that name, made if it is not there. */
    static LockDirectory openOrMake(String name) throws OsException {
        return open(name, true);
    }

    /** The directory of a lock of that name; null when it is not there. */
    static @Nullable LockDirectory openOrNull(String name) throws OsException {
        try {
            return open(name, false);
        } catch (OsException e) {
            if (e.errno() == ENOENT) {
                return null;
            }
            throw e;
        }
    }

    /** The path of a lock file, for messages. */
    static String pathOf(String name) {
        return ROOT + "/" + name;
    }

    /** The place of the lock file of a name in it. */
    Libc.Place file(String name) {
        return inside(name.substring(name.lastIndexOf('/') + 1));
    }

    @Override
    public void close() {
        Libc.close(fd);
    }

    private static LockDirectory open(String name, boolean makes) throws OsException {
        LockDirectory root = open(Libc.Place.of(ROOT), makes);
        int slash = name.indexOf('/');
        if (slash < 0) {
            return root;
        }
        try (root) {
            return open(root.inside(name.substring(0, slash)), makes);
        }
    }

    private Libc.Place inside(String name) {
        return new Libc.Place(fd, name, path + "/" + name);
    }

    private static LockDirectory open(Libc.Place place, boolean makes) throws OsException {
        boolean made = makes && Libc.mkdir(place, SHARED);
        int fd = Libc.open(place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
        boolean isSafe = false;
        try {
            if (made) {
                Libc.fchmod(fd, SHARED, place.path());
            }
            FileStatus status = FileStatus.of(fd, place.path());
            isSafe = !status.letsOthersRemove();
            if (!isSafe) {
                throw Errno.foreign(
                        place.path(),
                        place.path() + " " + status.access()
                                + ": without the sticky bit everybody can remove the lock files of others (chmod"
                                + " 1777)");
            }
            return new LockDirectory(fd, place.path());
        } finally {
            if (!isSafe) {
                Libc.close(fd);
            }
        }
    }
}
