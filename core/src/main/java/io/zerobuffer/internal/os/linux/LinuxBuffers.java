package io.zerobuffer.internal.os.linux;

import io.zerobuffer.internal.os.Access;
import io.zerobuffer.internal.os.BufferObjects;
import io.zerobuffer.internal.os.LockState;
import io.zerobuffer.internal.os.ObservedMemory;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Ownership;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.os.SharedMemory;
import io.zerobuffer.internal.os.Signal;
import io.zerobuffer.internal.os.posix.LockFile;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** Buffers as files in /dev/shm and lock files. */
final class LinuxBuffers implements BufferObjects {
    @Override
    public @Nullable String refusal(String buffer) {
        return LinuxNames.refusal(buffer);
    }

    @Override
    public Ownership own(String buffer, Access access) throws OsException {
        return LinuxOwnership.take(buffer, access);
    }

    @Override
    public LockState ownership(String buffer) {
        LockState lock = LockFile.state(buffer);
        if (lock == LockState.HELD) {
            return lock;
        }
        LockState csharp = LockFile.state(LinuxNames.csharpLock(buffer));
        return csharp == LockState.UNKNOWN ? lock : csharp;
    }

    @Override
    public boolean hasMemory(String buffer) {
        return SharedMemoryFiles.statusOf(buffer) != null;
    }

    @Override
    public @Nullable SharedMemory open(String buffer, long minimumSize, Arena arena) throws OsException {
        return LinuxSharedMemory.open(buffer, minimumSize, arena);
    }

    @Override
    public @Nullable ObservedMemory observe(String buffer, long minimumSize, Arena arena) throws OsException {
        return LinuxSharedMemory.observe(buffer, minimumSize, arena);
    }

    @Override
    public @Nullable Signal openSignal(String buffer, Role poster, Arena arena) throws OsException {
        return LinuxSemaphore.open(LinuxNames.semaphore(buffer, poster), arena);
    }

    @Override
    public String missingMemory() {
        return "its shared memory in this " + SharedMemoryFiles.DIRECTORY
                + ", although a reader holds its lock file: it is"
                + " just creating it, or somebody removed it, or it has a " + SharedMemoryFiles.DIRECTORY
                + " of its own (containers)";
    }

    @Override
    public String signalName(String buffer, Role poster) {
        return LinuxNames.semaphore(buffer, poster);
    }
}
