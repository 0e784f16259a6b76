package io.zerobuffer.internal.peer;

import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.NoPermissionException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.errors.WriterAlreadyConnectedException;
import io.zerobuffer.errors.ZeroBufferException;
import io.zerobuffer.internal.memory.Mapping;
import io.zerobuffer.internal.os.Access;
import io.zerobuffer.internal.os.LockState;
import io.zerobuffer.internal.os.OperatingSystem;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Owner;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.os.SharedMemory;
import io.zerobuffer.internal.os.Signal;
import io.zerobuffer.internal.ring.RingMemory;
import io.zerobuffer.internal.ring.RingWriter;
import io.zerobuffer.internal.wait.Timeouts;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import io.zerobuffer.internal.wire.WriterConnection;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connects a writer to a buffer. Everything is opened and checked first; writer_pid is claimed last, and given back
 * when anything fails after that.
 */
public final class Connector {
    private static final System.Logger LOG = System.getLogger("io.zerobuffer");

    private static final long POLL_MILLIS = 5;

    /** So often a connect looks whether a foreign reader rests, even if it is to try but once. */
    private static final int LEAST_CHECKS = 200;

    private static final int HOLD_ATTEMPTS = 5;

    /** Longer than a new reader takes from locking a name to removing its predecessor's segment. */
    private static final long SUCCESSION_NANOS = 100_000_000;

    private final BufferName name;
    private final OperatingSystem os;
    private final long ownPid;
    private final Mapping mapping;
    private final SharedMemory memory;
    private final MemorySegment segment;
    private final PeerWatch readerWatch;

    private Connector(BufferName name, OperatingSystem os, Mapping mapping, SharedMemory memory) {
        this.name = name;
        this.os = os;
        this.ownPid = os.processes().ownPid();
        this.mapping = mapping;
        this.memory = memory;
        this.segment = mapping.accessible(memory.segment());
        this.readerWatch = new PeerWatch(memory, Role.READER, os.processes(), memory.changedAt(), this::ownerLock);
    }

    /**
     * Which buffer will do.
     *
     * @param readerPid the only process whose buffer will do; 0 for any
     * @param trusting whose buffers will do
     * @param silenceTimeout how long a writer whose life cannot be told must have written nothing; null for the default
     */
    public record Wanted(
            long readerPid, Access trusting, @Nullable Duration silenceTimeout) {}

    /** Tries until the buffer is complete and has a live reader, the time is over, or it is to stop. */
    public static ReaderLink connect(BufferName name, Wanted wanted, Duration timeout, BooleanSupplier stop) {
        OperatingSystem os = Platform.operatingSystem(name.value());
        long start = System.nanoTime();
        long timeoutNanos = Timeouts.nanos(timeout);
        Attempts attempts =
                new Attempts(wanted, () -> stop.getAsBoolean() || Timeouts.remaining(start, timeoutNanos) <= 0);
        while (true) {
            try {
                return attempt(name, os, attempts);
            } catch (BufferNotFoundException | PeerGoneException notThereYet) {
                if (Timeouts.remaining(start, timeoutNanos) <= 0 || stop.getAsBoolean()) {
                    throw wanted.readerPid() == 0 ? notFound(notThereYet, name, os) : notThereYet;
                }
            } catch (WriterAlreadyConnectedException present) {
                if (!attempts.isUndecided || Timeouts.remaining(start, timeoutNanos) <= 0 || stop.getAsBoolean()) {
                    throw present;
                }
            }
            pause(name);
        }
    }

    /** A reader that has no segment here needs another remedy than one that has not started. */
    private static ZeroBufferException notFound(ZeroBufferException notThere, BufferName name, OperatingSystem os) {
        if (os.buffers().hasMemory(name.value()) || os.buffers().ownership(name.value()) != LockState.HELD) {
            return notThere;
        }
        return new BufferNotFoundException(name.value(), os.buffers().missingMemory());
    }

    /** What attempts to connect have in common, and learn from one another. */
    private static final class Attempts {
        final Wanted wanted;
        /** How long a writer whose life cannot be told must have written nothing. */
        final long patience;
        /** Segments whose reader is dead; it stays dead, so it is looked for once. */
        final Set<Object> knownDead = new HashSet<>();

        final Silence predecessor = new Silence();
        /** Whether it is too late to wait for a reader that does not rest. */
        final BooleanSupplier isLate;
        /** Whether there is a writer that may have to be waited for. */
        boolean isUndecided;

        Attempts(Wanted wanted, BooleanSupplier isLate) {
            this.wanted = wanted;
            this.isLate = isLate;
            patience = Timeouts.nanosOr(wanted.silenceTimeout(), Timeouts.LEAST_SILENCE_NANOS);
        }
    }

    private static ReaderLink attempt(BufferName name, OperatingSystem os, Attempts attempts) {
        peek(name, os, attempts);
        Mapping mapping = new Mapping();
        SharedMemory memory;
        try {
            memory = os.buffers().open(name.value(), HeaderBlock.SIZE, mapping.arena());
        } catch (OsException failure) {
            throw Failures.ofAttaching(name, failure);
        }
        if (memory == null) {
            throw new BufferNotFoundException(name.value(), "its shared memory");
        }
        return new Connector(name, os, mapping, memory).connect(attempts);
    }

    private ReaderLink connect(Attempts attempts) {
        ReaderLink link = null;
        boolean isConnected = false;
        try {
            ReaderLink.Parts parts = open(attempts);
            link = claim(parts, attempts);
            mapping.cutOffAtClose(memory);
            memory.populate(Mapping.POPULATED_BYTES);
            isConnected = true;
            LOG.log(Level.DEBUG, "connected to buffer {0}: {1}", name.value(), parts.layout());
            return link;
        } catch (OsException failure) {
            throw Failures.ofAttaching(name, failure);
        } catch (InternalError fault) {
            throw Failures.of(name, fault, segment.byteSize());
        } finally {
            if (!isConnected && link != null) {
                link.close();
            } else if (!isConnected) {
                memory.close();
                mapping.close();
            }
        }
    }

    /**
     * Refuses what a look through a mapping of this thread's own shows not to be ready. Whoever waits for a buffer
     * looks 200 times a second, and to close a shared arena stops every thread of the JVM each time.
     */
    private static void peek(BufferName name, OperatingSystem os, Attempts attempts) {
        try (Arena scratch = Arena.ofConfined()) {
            SharedMemory present = os.buffers().open(name.value(), HeaderBlock.SIZE, scratch);
            if (present == null) {
                throw new BufferNotFoundException(name.value(), "its shared memory");
            }
            try {
                requireReady(name, present, attempts);
            } finally {
                present.close();
            }
        } catch (OsException failure) {
            throw Failures.ofAttaching(name, failure);
        } catch (InternalError fault) {
            throw Failures.of(name, fault, HeaderBlock.SIZE);
        }
    }

    /** Answers the reader's process id. */
    private static long requireReady(BufferName name, SharedMemory memory, Attempts attempts) {
        int oiebSize = HeaderBlock.oiebSizeAcquire(memory.segment());
        if (oiebSize == 0) {
            throw new BufferNotFoundException(name.value(), "its header block, which is still empty");
        }
        if (oiebSize != HeaderBlock.SIZE) {
            throw new CorruptBufferException(name.value(), "oieb_size", oiebSize, "a buffer has " + HeaderBlock.SIZE);
        }
        long readerPid = HeaderBlock.readerPidAcquire(memory.segment(), 0);
        if (readerPid == 0) {
            throw new BufferNotFoundException(
                    name.value(), "its reader, which has closed or is not ready (reader_pid is 0)");
        }
        if (attempts.wanted.readerPid() != 0 && readerPid != attempts.wanted.readerPid()) {
            throw new BufferNotFoundException(
                    name.value(),
                    "that of process " + attempts.wanted.readerPid() + "; there is one of process " + readerPid);
        }
        if (attempts.knownDead.contains(memory.identity())) {
            throw new PeerGoneException(name.value(), PeerGoneException.Role.READER, readerPid, false);
        }
        return readerPid;
    }

    private ReaderLink.Parts open(Attempts attempts) throws OsException {
        Access trusting = attempts.wanted.trusting();
        requireTrusted(memory.owner(), memory.path(), trusting);
        long readerPid = requireReady(name, memory, attempts);
        ReaderLink.Parts parts = new ReaderLink.Parts(
                name,
                ownPid,
                mapping,
                memory,
                segment,
                SegmentLayout.read(name.value(), segment),
                openSignal(Role.WRITER, mapping.access(), trusting),
                openSignal(Role.READER, mapping.access(), trusting),
                memory.mapAgain(HeaderBlock.SIZE, mapping.arena()),
                openSignal(Role.WRITER, mapping.arena(), trusting),
                readerWatch);
        if (!memory.isCurrent()) {
            throw new BufferNotFoundException(name.value(), "its shared memory, which was replaced meanwhile");
        }
        if (isReaderDead(readerPid)) {
            attempts.knownDead.add(memory.identity());
            throw new PeerGoneException(name.value(), PeerGoneException.Role.READER, readerPid, false);
        }
        return parts;
    }

    /**
     * A successor takes the lock of a dead reader before it removes the segment: where the lock is all there is to go
     * by, it gets that time.
     */
    private boolean isReaderDead(long readerPid) {
        PeerState state = ReaderLink.stateOf(readerWatch, segment, readerPid);
        long start = System.nanoTime();
        while (state == PeerState.ALIVE
                && readerWatch.goesByLock()
                && Timeouts.remaining(start, SUCCESSION_NANOS) > 0) {
            pause(name);
            state = memory.isCurrent() ? state : PeerState.DEAD;
        }
        return state == PeerState.DEAD;
    }

    /** Whoever made an object of that name first reads what is written, or keeps others from reading it. */
    private void requireTrusted(Owner owner, String path, Access trusting) {
        if (!owner.isAmong(trusting)) {
            throw new NoPermissionException(
                    name.value(),
                    path,
                    "write for the owner of",
                    owner.toString(),
                    "a writer connects to buffers of its own user and of root; if that user may have what is written,"
                            + " set WriterConfig.trusting (command line: --trust) to GROUP or EVERYONE");
        }
    }

    private Signal openSignal(Role poster, Arena arena, Access trusting) throws OsException {
        Signal opened = os.buffers().openSignal(name.value(), poster, arena);
        if (opened == null) {
            throw new BufferNotFoundException(
                    name.value(),
                    "its semaphore " + os.buffers().signalName(name.value(), poster)
                            + ", which somebody removed, or the other side runs on another C library");
        }
        requireTrusted(opened.owner(), opened.path(), trusting);
        return opened;
    }

    private ReaderLink claim(ReaderLink.Parts parts, Attempts attempts) throws OsException {
        long present = HeaderBlock.writerPidAcquire(segment, 0);
        if (!holdWriterRange()) {
            throw new WriterAlreadyConnectedException(name.value(), present);
        }
        long connection = HeaderBlock.writerConnectionAcquire(segment);
        requireLeftBehind(present, connection, attempts);
        boolean predecessorDied = present != 0 || WriterConnection.isOpen(connection);
        boolean claimed = false;
        // Before writer_pid: from then on the range tells this writer's life.
        HeaderBlock.writerConnectionRelease(segment, WriterConnection.after(connection, ownPid));
        try {
            storeWriterPid(present);
            boolean readerHoldsRange = memory.isTaken(Role.READER);
            TokenSettlement.Rest rest = new ReaderRest(attempts);
            if (predecessorDied && !readerHoldsRange) {
                // It gives a marker's space back before it moves: what a dead writer left is judged in between.
                TokenSettlement.awaitRest(rest);
            }
            RingMemory ringMemory = new RingMemory(name.value(), segment, memory.byAddress(), parts.layout());
            RingWriter ring = new RingWriter(ringMemory, readerHoldsRange);
            TokenSettlement settlement =
                    new TokenSettlement(name.value(), ring::unreadFrames, parts.writeSemaphore(), rest);
            settlement.settle(ring.isDrained(), readerHoldsRange, predecessorDied);
            ReaderLink link = new ReaderLink(parts, ringMemory, ring, readerHoldsRange);
            claimed = true;
            return link;
        } finally {
            if (!claimed) {
                HeaderBlock.writerConnectionRelease(segment, connection);
                HeaderBlock.compareAndSetWriterPid(segment, ownPid, present);
            }
        }
    }

    private void storeWriterPid(long present) {
        boolean isStored = HeaderBlock.compareAndSetWriterPid(segment, present, ownPid);
        // A reader that finds 0 with the range held stores this writer's id, too.
        if (!isStored && HeaderBlock.writerPidAcquire(segment, 0) != ownPid) {
            throw new WriterAlreadyConnectedException(name.value(), HeaderBlock.writerPidAcquire(segment, 0));
        }
    }

    /**
     * Refuses to take the place of a writer that lives. The range is held meanwhile, so no writer of this library is
     * there; whoever left its id behind died, or is of another implementation.
     */
    private void requireLeftBehind(long present, long connection, Attempts attempts) {
        attempts.isUndecided = false;
        if (present == 0 || WriterConnection.isOpen(connection) && WriterConnection.pid(connection) == present) {
            return;
        }
        switch (new ProcessWatch(os.processes(), memory, Instant.MAX).stateOf(present)) {
            case DEAD -> {}
            case ALIVE -> throw new WriterAlreadyConnectedException(name.value(), present);
            case UNKNOWN -> {
                attempts.isUndecided = true;
                long sign = Objects.hash(
                        memory.identity(),
                        HeaderBlock.payloadWrittenCountAcquire(segment),
                        HeaderBlock.payloadWritePositionAcquire(segment, 0));
                if (!attempts.predecessor.lasts(sign, System.nanoTime(), attempts.patience)) {
                    Duration patience = Duration.ofNanos(attempts.patience);
                    throw WriterAlreadyConnectedException.unknown(name.value(), present, patience);
                }
            }
        }
    }

    /** When the reader has not moved for a moment. */
    private final class ReaderRest implements TokenSettlement.Rest {
        private final Attempts attempts;
        private int looks;

        ReaderRest(Attempts attempts) {
            this.attempts = attempts;
        }

        @Override
        public long readPosition() {
            return HeaderBlock.payloadReadPositionAcquire(segment, 0);
        }

        @Override
        public void pause() {
            looks++;
            if (looks > LEAST_CHECKS && attempts.isLate.getAsBoolean()) {
                throw new BufferNotFoundException(
                        name.value(),
                        "a moment's rest of its reader, in which to put right what the writer before left");
            }
            Connector.pause(name);
        }
    }

    /** What the lock file tells of this segment's reader: without its name, the segment has none. */
    private LockState ownerLock() {
        return memory.isCurrent() ? os.buffers().ownership(name.value()) : LockState.FREE;
    }

    /**
     * A reader that found no writer holds the range for a moment, to put right what a dead one left: so not only once.
     */
    private boolean holdWriterRange() throws OsException {
        for (int attempt = 1; !memory.take(Role.WRITER); attempt++) {
            if (attempt == HOLD_ATTEMPTS) {
                return false;
            }
            pause(name);
        }
        return true;
    }

    private static void pause(BufferName name) {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WaitInterruptedException(name.value());
        }
    }
}
