package io.zerobuffer.internal.os.linux;

import io.zerobuffer.internal.os.Owner;
import java.time.Instant;

/**
 * What a file is at the moment of asking.
 *
 * @param mode type and permission bits, as stat(2) tells them
 * @param links how many names it has
 * @param size in bytes
 * @param changedAt when its content last changed other than through a mapping
 */
record FileStatus(long device, long inode, int mode, long links, int uid, int gid, long size, Instant changedAt) {
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;
    private static final int FIFO = 0010000;
    private static final int PERMISSIONS = 07777;
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_OTHERS = 0022;

    boolean isSameFile(FileStatus other) {
        return device == other.device && inode == other.inode;
    }

    // As the C library takes a device number apart, sys/sysmacros.h.
    long deviceMajor() {
        return device >>> 8 & 0xfff | device >>> 32 & ~0xfffL;
    }

    long deviceMinor() {
        return device & 0xff | device >>> 12 & ~0xffL;
    }

    Owner owner() {
        return new Owner(Integer.toUnsignedLong(uid), Integer.toUnsignedLong(gid));
    }

    boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    /** Whether somebody else than its owner may remove files of others from this directory. */
    boolean letsOthersRemove() {
        return (mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0;
    }

    /** The type, as a noun with its article. */
    String type() {
        return switch (mode & TYPE) {
            case REGULAR -> "a file";
            case DIRECTORY -> "a directory";
            case LINK -> "a symbolic link";
            case FIFO -> "a FIFO";
            default -> "a socket or device";
        };
    }

    /** Whose it is and who may use it. */
    String access() {
        return String.format(
                "belongs to uid %d, gid %d and has mode %04o", owner().user(), owner().group(), mode & PERMISSIONS);
    }
}
