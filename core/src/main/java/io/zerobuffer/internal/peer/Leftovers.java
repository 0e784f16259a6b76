package io.zerobuffer.internal.peer;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.internal.os.OperatingSystem;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Ownership;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.os.SharedMemory;
import io.zerobuffer.internal.wait.Timeouts;
import io.zerobuffer.internal.wire.HeaderBlock;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a reader before left under a name that this process owns now; it must be dead for that to be removed. */
final class Leftovers {
    private static final System.Logger LOG = System.getLogger("io.zerobuffer");

    private static final long POLL_MILLIS = 5;

    private final OperatingSystem os;
    private final BufferName name;
    private final Ownership ownership;
    private final @Nullable Duration silenceTimeout;

    /** @param silenceTimeout how long a reader of unknown life must have read nothing; null for the default */
    Leftovers(OperatingSystem os, BufferName name, Ownership ownership, @Nullable Duration silenceTimeout) {
        this.os = os;
        this.name = name;
        this.ownership = ownership;
        this.silenceTimeout = silenceTimeout;
    }

    void remove() throws OsException {
        if (!ownership.removeUnfinished()) {
            throw new ReaderAlreadyConnectedException(name.value(), 0);
        }
        try (Arena scratch = Arena.ofConfined()) {
            SharedMemory leftover = os.buffers().open(name.value(), 1, scratch);
            if (leftover != null) {
                try {
                    requireDead(leftover);
                } finally {
                    leftover.close();
                }
            } else if (os.buffers().hasMemory(name.value())) {
                requireBuffer(0);
            }
        }
        if (ownership.removeLeftovers()) {
            LOG.log(Level.DEBUG, "removed what a dead reader left of buffer {0}", name.value());
        }
    }

    private void requireDead(SharedMemory leftover) {
        boolean hasHeader = leftover.segment().byteSize() >= HeaderBlock.SIZE;
        requireBuffer(hasHeader ? HeaderBlock.oiebSizeAcquire(leftover.segment()) : 0);
        if (!hasHeader) {
            return;
        }
        long pid = HeaderBlock.readerPidAcquire(leftover.segment(), 0);
        if (pid != 0 && isOwnerAlive(leftover, pid)) {
            throw new ReaderAlreadyConnectedException(name.value(), pid);
        }
    }

    /**
     * Others make a buffer step by step, and may die in between: the lock file that lies beside tells that it is one.
     */
    private void requireBuffer(int oiebSize) {
        if (oiebSize != HeaderBlock.SIZE && !ownership.wasLeftBehind()) {
            throw new CorruptBufferException(
                    name.value(),
                    "oieb_size",
                    oiebSize,
                    "a buffer has " + HeaderBlock.SIZE
                            + "; the shared memory object of that name is something else's, use another name or remove"
                            + " it");
        }
    }

    /**
     * We have the lock files of every language: what may still live is a reader whose lock file was cleaned out of
     * /tmp, or is in another.
     */
    private boolean isOwnerAlive(SharedMemory leftover, long pid) {
        if (leftover.isTaken(Role.READER)) {
            return true;
        }
        boolean wasRanged = HeaderBlock.rangedReaderAcquire(leftover.segment()) == pid;
        return !wasRanged && !ownership.wasLeftBehind() && isOwnerAtWork(leftover, pid);
    }

    /**
     * Whether its process is seen, or its buffer is being read while whether it lives cannot be told. What else changes
     * there is the writer's doing, which may be at work long after its reader died.
     */
    private boolean isOwnerAtWork(SharedMemory leftover, long pid) {
        PeerState state = new ProcessWatch(os.processes(), leftover, leftover.changedAt()).stateOf(pid);
        if (state != PeerState.UNKNOWN) {
            return state == PeerState.ALIVE;
        }
        long patience = Timeouts.nanosOr(silenceTimeout, Timeouts.LEAST_SILENCE_NANOS);
        long readPosition = HeaderBlock.payloadReadPositionAcquire(leftover.segment(), 0);
        long readCount = HeaderBlock.payloadReadCountAcquire(leftover.segment());
        long start = System.nanoTime();
        while (Timeouts.remaining(start, patience) > 0) {
            pause();
            if (HeaderBlock.payloadReadPositionAcquire(leftover.segment(), 0) != readPosition
                    || HeaderBlock.payloadReadCountAcquire(leftover.segment()) != readCount) {
                return true;
            }
        }
        return false;
    }

    private void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WaitInterruptedException(name.value());
        }
    }
}
