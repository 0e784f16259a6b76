package io.zerobuffer;

import io.zerobuffer.os.LockState;
import io.zerobuffer.os.Processes;
import io.zerobuffer.os.SharedMemory;
import java.util.function.Supplier;

/**
 * Tells whether the process that stored its id in the header block still lives.
 *
 * <p>A process id alone proves little: it may belong to another PID namespace, or have been given to another process since. So tokens that
 * the kernel takes back when their holder dies count first: this library's peers hold the byte range of their id in the segment, and readers of every language
 * hold the lock file. Only where these tell nothing does the process id decide, together with its start time.
 */
final class PeerWatch {
    private final SharedMemory memory;
    private final long pidOffset;
    private final Processes processes;
    private final Supplier<LockState> ownerLock;

    private long heldBy;
    private long knownPid;
    private long knownStart;

    PeerWatch(SharedMemory memory, long pidOffset, Processes processes, Supplier<LockState> ownerLock) {
        this.memory = memory;
        this.pidOffset = pidOffset;
        this.processes = processes;
        this.ownerLock = ownerLock;
    }

    /** Whether the process that stored this id, not 0, lives. */
    boolean isAlive(long pid) {
        if (holdsRange()) {
            heldBy = pid;
            return true;
        }
        if (heldBy == pid) {
            return false;
        }
        return switch (ownerLock.get()) {
            case HELD -> true;
            case FREE -> false;
            case UNKNOWN -> isSameProcess(pid);
        };
    }

    /** Whether some process of this library is there in that role. */
    boolean holdsRange() {
        return memory.isHeldByOther(pidOffset, Long.BYTES);
    }

    private boolean isSameProcess(long pid) {
        long start = processes.startTime(pid);
        if (pid != knownPid) {
            knownPid = pid;
            knownStart = start;
        }
        return start != Processes.NOT_THERE && start == knownStart;
    }
}
