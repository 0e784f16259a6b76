package io.zerobuffer.internal.os.posix;

import io.zerobuffer.internal.os.OsException;
import java.util.Set;

/**
 * Error numbers, what they are called and what they mean; values of Linux, asm-generic/errno-base.h and errno.h: the
 * same on x86-64 and aarch64.
 */
public final class Errno {
    static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    static final int ENXIO = 6;
    public static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    public static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    public static final int EINVAL = 22;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int ENOSYS = 38;
    static final int ELOOP = 40;
    public static final int EOPNOTSUPP = 95;
    static final int EDQUOT = 122;

    static final String FLOCK_CALL = "flock";
    static final String MMAP_CALL = "mmap";
    public static final String FALLOCATE_CALL = "posix_fallocate";
    public static final String RANGE_LOCK_CALL = "fcntl(F_OFD_SETLK)";
    private static final Set<String> MAKING_NAMES = Set.of("open", "shm_open", "sem_open", "mkdir");
    private static final Set<String> ON_OPEN_FILES = Set.of(FLOCK_CALL, FALLOCATE_CALL, RANGE_LOCK_CALL, MMAP_CALL);

    private Errno() {}

    public static OsException failure(String call, String object, int errno) {
        OsException.Reason reason = reason(call, errno);
        String detail = detail(reason, object);
        String advice = Advice.of(reason, call, object, detail);
        return new OsException(reason, call, object, errno, describe(errno), detail, Advice.place(object), advice);
    }

    private static OsException.Reason reason(String call, int errno) {
        return switch (errno) {
            case EEXIST -> OsException.Reason.EXISTS;
            case EACCES -> OsException.Reason.NO_PERMISSION;
            // On a file that is open, only a filter of system calls answers so.
            case EPERM -> ON_OPEN_FILES.contains(call) ? unsupported(call) : OsException.Reason.NO_PERMISSION;
            case EMFILE, ENFILE -> OsException.Reason.NO_DESCRIPTORS;
            case ENOSPC, ENOMEM, EFBIG, EDQUOT ->
                MAKING_NAMES.contains(call) ? OsException.Reason.NO_SPACE_FOR_NAME : OsException.Reason.NO_SPACE;
            case ELOOP, ENOTDIR, EISDIR, ENXIO -> OsException.Reason.FOREIGN;
            case ENOENT -> OsException.Reason.NO_DIRECTORY;
            case EROFS -> OsException.Reason.READ_ONLY;
            case ENOSYS, EINVAL, EOPNOTSUPP -> unsupported(call);
            default -> OsException.Reason.OTHER;
        };
    }

    private static OsException.Reason unsupported(String call) {
        return call.equals(FALLOCATE_CALL) ? OsException.Reason.RESERVING_UNSUPPORTED : OsException.Reason.UNSUPPORTED;
    }

    /** Something else than what belongs there has this name. */
    public static OsException foreign(String path, String what) {
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
        for (String path = object; !path.isEmpty(); path = path.substring(0, Math.max(0, path.lastIndexOf('/')))) {
            FileStatus found = FileStatus.orNull(path);
            if (found != null) {
                return reason == OsException.Reason.NO_PERMISSION
                        ? path + " " + found.access()
                        : path + " is " + found.type();
            }
        }
        return "";
    }

    private static String describe(int errno) {
        return switch (errno) {
            case 1 -> "EPERM, operation not permitted";
            case 2 -> "ENOENT, no such file or directory";
            case 4 -> "EINTR, interrupted";
            case 5 -> "EIO, input/output error";
            case 6 -> "ENXIO, no such device";
            case 9 -> "EBADF, bad file descriptor";
            case 11 -> "EAGAIN, try again";
            case 12 -> "ENOMEM, out of memory";
            case 13 -> "EACCES, permission denied";
            case 17 -> "EEXIST, file exists";
            case 20 -> "ENOTDIR, not a directory";
            case 21 -> "EISDIR, is a directory";
            case 22 -> "EINVAL, invalid argument";
            case 23 -> "ENFILE, too many open files in the system";
            case 24 -> "EMFILE, too many open files in the process";
            case 27 -> "EFBIG, file too large";
            case 28 -> "ENOSPC, no space left on device";
            case 30 -> "EROFS, read-only file system";
            case 31 -> "EMLINK, too many links";
            case 36 -> "ENAMETOOLONG, name too long";
            case 37 -> "ENOLCK, no locks available";
            case 38 -> "ENOSYS, function not implemented";
            case 40 -> "ELOOP, too many symbolic links";
            case 75 -> "EOVERFLOW, value too large";
            case 95 -> "EOPNOTSUPP, operation not supported";
            case 116 -> "ESTALE, stale file handle";
            case 122 -> "EDQUOT, disk quota exceeded";
            default -> "errno " + errno;
        };
    }
}
