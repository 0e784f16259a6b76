package io.zerobuffer.internal.os.linux;

/** Names of error numbers, asm-generic/errno-base.h and errno.h: the same on x86-64 and aarch64. */
final class Errno {
    private Errno() {}

    static String describe(int errno) {
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
