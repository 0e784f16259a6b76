package io.zerobuffer.internal.peer;

import io.zerobuffer.internal.os.Mapped;
import io.zerobuffer.internal.os.Processes;
import io.zerobuffer.internal.os.SharedMemory;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * What a process id tells of a peer. In another PID namespace it is the id of somebody else, number 1 above all, and
 * it is given to another process in time: so a process counts if it maps the segment, and goes by its start from then
 * on. Not thread-safe.
 */
public final class ProcessWatch {
    private static final long NOBODY = 0;

    private final Processes processes;
    private final SharedMemory memory;
    private final Instant startedBy;

    /** The id as the peer stored it, and what a search for its process came to. */
    private long pid = NOBODY;

    private PeerState found = PeerState.UNKNOWN;
    /** The process here that was found, and when it started. */
    private long process;

    private long start;
    /** A process that hides what it maps, and so may be the peer; 0 for none. */
    private long hidden;

    /** @param startedBy when the process must have started at the latest */
    ProcessWatch(Processes processes, SharedMemory memory, Instant startedBy) {
        this.processes = processes;
        this.memory = memory;
        this.startedBy = startedBy;
    }

    /** What can be told of the process that stored this id, not 0. */
    PeerState stateOf(long storedPid) {
        boolean isToSearch = storedPid != pid || found == PeerState.UNKNOWN && hidden != NOBODY && !isThere(hidden);
        if (isToSearch) {
            pid = storedPid;
            found = search();
        } else if (found == PeerState.ALIVE && !isStillTheSame()) {
            // Its id may have been given to the next peer.
            found = search() == PeerState.ALIVE ? PeerState.ALIVE : PeerState.DEAD;
        }
        return found;
    }

    /** Forgets whom it saw: another peer may have the same id. */
    public void forget() {
        pid = NOBODY;
    }

    private boolean isThere(long candidate) {
        return processes.startTime(candidate) != Processes.NOT_THERE;
    }

    private boolean isStillTheSame() {
        long present = processes.startTime(process);
        boolean comparable = present != Processes.HIDDEN && start != Processes.HIDDEN;
        return present != Processes.NOT_THERE && (present == start || !comparable);
    }

    /**
     * Costs a look at every process that is visible where none that is the peer has its id here: what it comes to is
     * kept. This process's own id proves nothing: it maps the segment itself, and another library in it may be the
     * peer.
     */
    private PeerState search() {
        hidden = NOBODY;
        try (LongStream candidates = processes.knownAs(pid)) {
            OptionalLong peer = candidates.filter(this::isPeer).findFirst();
            if (peer.isPresent()) {
                process = peer.getAsLong();
                start = processes.startTime(process);
                return PeerState.ALIVE;
            }
        }
        boolean isProof = processes.seesAll() && hidden == NOBODY && pid != processes.ownPid();
        return isProof ? PeerState.DEAD : PeerState.UNKNOWN;
    }

    private boolean isPeer(long candidate) {
        if (!isThere(candidate) || !processes.wasThereAt(candidate, startedBy)) {
            return false;
        }
        Mapped mapped = memory.mappedBy(candidate);
        if (mapped == Mapped.HIDDEN) {
            hidden = candidate;
        }
        return mapped == Mapped.YES;
    }
}
