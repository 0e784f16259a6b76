package io.zerobuffer.internal.os.linux;

import io.zerobuffer.internal.os.LockState;
import io.zerobuffer.internal.os.NamedSemaphore;
import io.zerobuffer.internal.os.OperatingSystem;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Owner;
import io.zerobuffer.internal.os.OwnerLock;
import io.zerobuffer.internal.os.Processes;
import io.zerobuffer.internal.os.SharedMemory;
import io.zerobuffer.internal.os.posix.Errno;
import io.zerobuffer.internal.os.posix.FileStatus;
import io.zerobuffer.internal.os.posix.Libc;
import io.zerobuffer.internal.os.posix.LockFile;
import java.lang.foreign.Arena;

/** Linux, with glibc or musl. */
public final class LinuxOperatingSystem implements OperatingSystem {
    public static final LinuxOperatingSystem INSTANCE = new LinuxOperatingSystem();

    private final Processes processes = new LinuxProcesses();

    private LinuxOperatingSystem() {}

    @Override
    public SharedMemory createSharedMemory(String name, long size, int mode, boolean reserve, Arena arena)
            throws OsException {
        return LinuxSharedMemory.create(name, size, mode, reserve, arena);
    }

    @Override
    public SharedMemory openSharedMemory(String name, long minimumSize, Arena arena) throws OsException {
        return LinuxSharedMemory.open(name, minimumSize, arena);
    }

    @Override
    public boolean unlinkSharedMemory(String name) throws OsException {
        return SharedMemoryFiles.unlink(name);
    }

    @Override
    public boolean hasSharedMemory(String name) {
        return SharedMemoryFiles.statusOf(name) != null;
    }

    @Override
    public NamedSemaphore createSemaphore(String name, int mode, Arena arena) throws OsException {
        return GlibcSemaphore.isUsable()
                ? GlibcSemaphore.create(name, mode, arena)
                : LibcSemaphore.create(name, mode, arena);
    }

    @Override
    public NamedSemaphore openSemaphore(String name, Arena arena) throws OsException {
        return GlibcSemaphore.isUsable() ? GlibcSemaphore.open(name, arena) : LibcSemaphore.open(name, arena);
    }

    @Override
    public boolean unlinkSemaphore(String name) throws OsException {
        String file = LibcSemaphore.fileName(name);
        FileStatus present = SharedMemoryFiles.statusOf(file);
        if (present != null && !LibcSemaphore.isSemaphore(present)) {
            String path = SharedMemoryFiles.path(file);
            throw Errno.foreign(
                    path, path + " is " + present.type() + " of " + present.size() + " bytes, and no semaphore");
        }
        return LibcSemaphore.unlink(name);
    }

    @Override
    public OwnerLock tryLock(String name, int mode) throws OsException {
        return LockFile.tryLock(name, mode, Linux::listsFlock);
    }

    @Override
    public LockState lockState(String name) {
        return LockFile.state(name);
    }

    @Override
    public boolean isOwnUser(Owner owner) {
        return owner.user() == Integer.toUnsignedLong(Libc.effectiveUser());
    }

    @Override
    public boolean isOwnGroup(Owner owner) {
        return Libc.isInGroup((int) owner.group());
    }

    @Override
    public Processes processes() {
        return processes;
    }
}
