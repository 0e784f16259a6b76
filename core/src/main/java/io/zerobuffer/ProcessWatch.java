package io.zerobuffer;

import io.zerobuffer.os.Mapped;
import io.zerobuffer.os.Processes;
import io.zerobuffer.os.SharedMemory;
import java.time.Instant;

/**
 * What a process id tells of a peer. In another PID namespace it is the id of somebody else, number 1 above all, and it is given to another process in time:
 * so a process counts if it maps the segment, and goes by its start from then on. Not thread-safe.
 */
final class ProcessWatch {
    private static final long NOBODY = 0;

    private final Processes processes;
    private final SharedMemory memory;
    private final Instant startedBy;

    /** The id as the peer stored it; that of the process here, 0 while none was found; when that started; and whether it was seen to map the segment. */
    private long pid = NOBODY;
    private long process = NOBODY;
    private long start;
    private boolean isCertain;

    /** @param startedBy when the process must have started at the latest */
    ProcessWatch(Processes processes, SharedMemory memory, Instant startedBy) {
        this.processes = processes;
        this.memory = memory;
        this.startedBy = startedBy;
    }

    /** What can be told of the process that stored this id, not 0. */
    PeerState look(long storedPid) {
        if (storedPid != pid) {
            forget();
            pid = storedPid;
        }
        if (process != NOBODY && isStillThere()) {
            return PeerState.ALIVE;
        }
        if (find()) {
            return PeerState.ALIVE;
        }
        return isCertain || processes.seesAll() ? PeerState.DEAD : PeerState.UNKNOWN;
    }

    /** Forgets whom it saw: another peer may have the same id. */
    void forget() {
        pid = NOBODY;
        process = NOBODY;
        isCertain = false;
    }

    private boolean isStillThere() {
        long present = processes.startTime(process);
        boolean comparable = present != Processes.HIDDEN && start != Processes.HIDDEN;
        return present != Processes.NOT_THERE && (present == start || !comparable);
    }

    private boolean find() {
        long hidden = NOBODY;
        for (long candidate : processes.knownAs(pid)) {
            long startedAt = processes.startTime(candidate);
            if (startedAt == Processes.NOT_THERE || !processes.wasThereAt(candidate, startedBy)) {
                continue;
            }
            Mapped mapped = memory.mappedBy(candidate);
            if (mapped == Mapped.YES) {
                found(candidate, startedAt);
                isCertain = true;
                return true;
            }
            if (mapped == Mapped.HIDDEN) {
                hidden = candidate;
            }
        }
        if (hidden != NOBODY && !isCertain) {
            found(hidden, processes.startTime(hidden));
            return true;
        }
        return false;
    }

    private void found(long candidate, long startedAt) {
        process = candidate;
        start = startedAt;
    }
}
