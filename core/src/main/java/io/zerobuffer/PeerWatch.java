package io.zerobuffer;

import io.zerobuffer.os.LockState;
import io.zerobuffer.os.Processes;
import io.zerobuffer.os.SharedMemory;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Tells whether the process that stored its id in the header block still lives.
 *
 * <p>A process id alone proves little: it may belong to another PID namespace, or have been given to another process since. So the token that
 * the kernel takes back when its holder dies counts first: this library's peers hold the byte range of their id in the segment, and readers of every
 * language their lock file. Where these tell nothing, the process decides, by id, start time and what it maps.
 */
final class PeerWatch {
    /** Longer than a new reader takes from locking a name to removing its predecessor's segment. */
    private static final long SUCCESSION_NANOS = 1_000_000_000;

    private final SharedMemory memory;
    private final long pidOffset;
    private final Processes processes;
    private final Instant startedBy;
    private final Supplier<LockState> ownerLock;
    private boolean lockLasted;

    /** Not a monitor: a look may wait, and before Java 24 a virtual thread that waits in a monitor keeps its carrier. */
    private final ReentrantLock looking = new ReentrantLock();

    private long heldBy;
    private long knownPid;
    private long knownStart;

    /**
     * @param pidOffset where in the segment the process id is
     * @param startedBy when the process must have started at the latest
     * @param ownerLock what its lock file tells, if its role has one
     */
    PeerWatch(SharedMemory memory, long pidOffset, Processes processes, Instant startedBy, Supplier<LockState> ownerLock) {
        this.memory = memory;
        this.pidOffset = pidOffset;
        this.processes = processes;
        this.startedBy = startedBy;
        this.ownerLock = ownerLock;
    }

    /** Whether the process that stored this id, not 0, lives. */
    boolean isAlive(long pid) {
        looking.lock();
        try {
            return looksAlive(pid);
        } finally {
            looking.unlock();
        }
    }

    private boolean looksAlive(long pid) {
        if (holdsRange()) {
            heldBy = pid;
            return true;
        }
        if (heldBy == pid) {
            return false;
        }
        return switch (ownerLock.get()) {
            case FREE -> false;
            case UNKNOWN -> isSameProcess(pid);
            case HELD -> isSameProcess(pid) || lockLasts();
        };
    }

    /** Whether some process of this library is there in that role. */
    boolean holdsRange() {
        return memory.isHeldByOther(pidOffset, Long.BYTES);
    }

    /**
     * Whether the lock stays held: by a reader in another PID namespace it does. A successor of a dead reader takes it too, but then removes the
     * segment, and so does not stay for this one.
     */
    private boolean lockLasts() {
        long start = System.nanoTime();
        while (!lockLasted && ownerLock.get() == LockState.HELD) {
            lockLasted = Timeouts.remaining(start, SUCCESSION_NANOS) <= 0;
            LockSupport.parkNanos(SUCCESSION_NANOS / 100);
        }
        return lockLasted;
    }

    /** Whether the process of this id can be the one that stored it: in another PID namespace the id is that of somebody else, number 1 above all. */
    private boolean canBePeer(long pid) {
        return processes.wasThereAt(pid, startedBy) && memory.mayBeMappedBy(pid);
    }

    private boolean isSameProcess(long pid) {
        long start = processes.startTime(pid);
        if (pid != knownPid) {
            if (!canBePeer(pid)) {
                return false;
            }
            knownPid = pid;
            knownStart = start;
        }
        boolean comparable = start != Processes.HIDDEN && knownStart != Processes.HIDDEN;
        return start != Processes.NOT_THERE && (start == knownStart || !comparable);
    }
}
