package io.zerobuffer.internal.peer;

import io.zerobuffer.internal.os.LockState;
import io.zerobuffer.internal.os.Processes;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.os.SharedMemory;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Tells whether the process that stored its id in the header block still lives, as far as that can be told.
 *
 * <p>A token that the kernel takes back when its holder dies decides: peers of this library hold the byte range of
 * their id in the segment and say so in the header block, and readers of every language hold their lock file. Where
 * these tell nothing, the process is looked for. A peer in another PID namespace may leave nothing to go by; its
 * state is unknown, and whoever asks goes by how long it has been silent.
 */
public final class PeerWatch implements WriterPresence.Life {
    private final SharedMemory memory;
    private final Role role;
    private final ProcessWatch process;
    private final Supplier<LockState> ownerLock;

    private volatile boolean goesByLock;

    /**
     * Not a monitor: to ask takes system calls, and before Java 24 a virtual thread that waits in a monitor keeps its
     * carrier.
     */
    private final ReentrantLock asking = new ReentrantLock();

    /**
     * @param role of the peer
     * @param startedBy when the process must have started at the latest
     * @param ownerLock what its lock file tells, if its role has one
     */
    public PeerWatch(
            SharedMemory memory, Role role, Processes processes, Instant startedBy, Supplier<LockState> ownerLock) {
        this.memory = memory;
        this.role = role;
        this.process = new ProcessWatch(processes, memory, startedBy);
        this.ownerLock = ownerLock;
    }

    /**
     * What can be told of the peer that stored this id, not 0.
     *
     * @param isRanged whether that peer holds, or held, its byte range
     */
    @Override
    public PeerState stateOf(long pid, boolean isRanged) {
        if (holdsRange()) {
            return PeerState.ALIVE;
        }
        if (isRanged) {
            return PeerState.DEAD;
        }
        asking.lock();
        try {
            PeerState byProcess = process.stateOf(pid);
            if (byProcess == PeerState.DEAD) {
                // To ask its lock file would hold that for an instant, and a successor may just be taking it.
                return PeerState.DEAD;
            }
            return switch (ownerLock.get()) {
                case FREE -> PeerState.DEAD;
                case HELD -> byLock(byProcess);
                case UNKNOWN -> byProcess;
            };
        } finally {
            asking.unlock();
        }
    }

    private PeerState byLock(PeerState byProcess) {
        goesByLock = byProcess == PeerState.UNKNOWN;
        return goesByLock ? PeerState.ALIVE : byProcess;
    }

    /**
     * Whether the last answer was alive only because the lock file is held: by that peer, or by a successor that has
     * not removed the segment yet.
     */
    boolean goesByLock() {
        return goesByLock;
    }

    /** Forgets which process it saw: another peer may have the same id. */
    @Override
    public void forget() {
        asking.lock();
        try {
            process.forget();
        } finally {
            asking.unlock();
        }
    }

    /** Whether some process of this library is there in that role, or about to be. */
    @Override
    public boolean holdsRange() {
        return memory.isTaken(role);
    }
}
