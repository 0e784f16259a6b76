package io.zerobuffer.internal.os.posix;

/**
 * Constants of the C library's headers that this room and those of the systems above it use, as Linux has them: other
 * systems give most of these names other values. Error numbers are in {@link Errno}.
 */
public final class Numbers {
    public static final boolean IS_AARCH64 = System.getProperty("os.arch").equals("aarch64");

    // fcntl.h; O_DIRECTORY and O_NOFOLLOW are those that differ, asm/fcntl.h.
    public static final int O_RDONLY = 0;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x80000;
    public static final int O_DIRECTORY = IS_AARCH64 ? 0x4000 : 0x10000;
    public static final int O_NOFOLLOW = IS_AARCH64 ? 0x8000 : 0x20000;
    public static final int AT_FDCWD = -100;
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    public static final int AT_EMPTY_PATH = 0x1000;

    // sys/file.h
    public static final int LOCK_SH = 1;
    public static final int LOCK_EX = 2;
    public static final int LOCK_NB = 4;

    // sys/mman.h
    public static final int PROT_READ = 1;
    public static final int PROT_READ_WRITE = 3;
    public static final int MAP_SHARED = 1;
    public static final int MAP_PRIVATE = 2;
    public static final int MAP_ANONYMOUS = 0x20;
    public static final int MAP_NORESERVE = 0x4000;

    private Numbers() {}
}
