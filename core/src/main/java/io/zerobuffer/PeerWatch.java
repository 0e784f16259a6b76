package io.zerobuffer;

import io.zerobuffer.os.Processes;
import io.zerobuffer.os.SharedMemory;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * Tells whether the process that stored its id in the header block still lives.
 *
 * <p>A process id alone proves little: it may belong to another PID namespace, or have been given to another process since. So the token that
 * the kernel takes back when its holder dies counts first: this library's peers hold the byte range of their id in the segment. For a peer that does not, the
 * process decides, by id and start time, and where none is seen, the last resort.
 */
final class PeerWatch {
    private final SharedMemory memory;
    private final long pidOffset;
    private final Processes processes;
    private final Instant startedBy;
    private final BooleanSupplier lastResort;

    private long heldBy;
    private long knownPid;
    private long knownStart;

    /**
     * @param pidOffset where in the segment the process id is
     * @param startedBy when the process must have started at the latest
     * @param lastResort asked when no such process is seen: whether something else proves it alive
     */
    PeerWatch(SharedMemory memory, long pidOffset, Processes processes, Instant startedBy, BooleanSupplier lastResort) {
        this.memory = memory;
        this.pidOffset = pidOffset;
        this.processes = processes;
        this.startedBy = startedBy;
        this.lastResort = lastResort;
    }

    /** Whether the process that stored this id, not 0, lives. */
    boolean isAlive(long pid) {
        if (holdsRange()) {
            heldBy = pid;
            return true;
        }
        return heldBy != pid && (isSameProcess(pid) || lastResort.getAsBoolean());
    }

    /** Whether some process of this library is there in that role. */
    boolean holdsRange() {
        return memory.isHeldByOther(pidOffset, Long.BYTES);
    }

    private boolean isSameProcess(long pid) {
        long start = processes.startTime(pid);
        if (pid != knownPid) {
            knownPid = pid;
            knownStart = processes.wasThereAt(pid, startedBy) ? start : Processes.NOT_THERE;
        }
        return start != Processes.NOT_THERE && start == knownStart;
    }
}
