package io.zerobuffer.internal.peer;

import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.NoPermissionException;
import io.zerobuffer.errors.ReaderDeadException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.errors.WriterAlreadyConnectedException;
import io.zerobuffer.errors.ZeroBufferException;
import io.zerobuffer.internal.memory.Mapping;
import io.zerobuffer.internal.os.Access;
import io.zerobuffer.internal.os.LockState;
import io.zerobuffer.internal.os.NamedSemaphore;
import io.zerobuffer.internal.os.OperatingSystem;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Owner;
import io.zerobuffer.internal.os.SharedMemory;
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

/**
 * A complete buffer with this process as its writer. Everything is opened and checked first; writer_pid is claimed
 * last, and given back when anything fails after that.
 */
public final class AttachedBuffer {
    private static final System.Logger LOG = System.getLogger("io.zerobuffer");

    private static final long POLL_MILLIS = 5;

    /** So often a connect looks whether a reader of another implementation rests, even if it is to try but once. */
    private static final int LEAST_LOOKS = 200;

    /** More tokens than this that writers who closed, or died, can have left over. */
    private static final long MOST_GOODBYES = 1000;

    private static final int HOLD_ATTEMPTS = 5;

    private static final long ROOT = 0;

    /** Longer than a new reader takes from locking a name to removing its predecessor's segment. */
    private static final long SUCCESSION_NANOS = 100_000_000;

    private final BufferName name;
    private final OperatingSystem os;
    private final Mapping mapping = new Mapping();
    private SharedMemory memory;
    private MemorySegment segment;
    private SegmentLayout layout;
    private NamedSemaphore writeSemaphore;
    private NamedSemaphore readSemaphore;
    /**
     * The header block and the write semaphore once more, for the good-bye: by then nothing of this side reaches the
     * rest of the segment.
     */
    private MemorySegment farewellBlock;

    private NamedSemaphore farewellSemaphore;
    private PeerWatch readerWatch;
    private RingMemory ringMemory;
    private RingWriter ring;
    private boolean readerIsOurs;
    private final long ownPid;
    private final Silence readerSilence = new Silence();
    private PeerState readerState = PeerState.ALIVE;

    private AttachedBuffer(BufferName name, OperatingSystem os) {
        this.name = name;
        this.os = os;
        this.ownPid = os.processes().ownPid();
    }

    /**
     * Which buffer will do.
     *
     * @param readerPid the only process whose buffer will do; 0 for any
     * @param trusting whose buffers will do
     * @param silenceTimeout how long a writer whose life cannot be told must have written nothing; null for the default
     */
    public record Wanted(long readerPid, Access trusting, Duration silenceTimeout) {}

    /** Tries until the buffer is complete and has a live reader, the time is over, or it is to stop. */
    public static AttachedBuffer connect(BufferName name, Wanted wanted, Duration timeout, BooleanSupplier stop) {
        OperatingSystem os = Platform.operatingSystem(name);
        long start = System.nanoTime();
        long timeoutNanos = Timeouts.nanos(timeout);
        Attempts attempts =
                new Attempts(wanted, () -> stop.getAsBoolean() || Timeouts.remaining(start, timeoutNanos) <= 0);
        while (true) {
            try {
                return attempt(name, os, attempts);
            } catch (BufferNotFoundException | ReaderDeadException notThereYet) {
                if (Timeouts.remaining(start, timeoutNanos) <= 0 || stop.getAsBoolean()) {
                    throw wanted.readerPid() == 0 ? explained(notThereYet, name, os) : notThereYet;
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
    private static ZeroBufferException explained(ZeroBufferException notThere, BufferName name, OperatingSystem os) {
        if (os.hasSharedMemory(name.value()) || name.readerLock(os) != LockState.HELD) {
            return notThere;
        }
        return new BufferNotFoundException(
                name.value(),
                "its shared memory in this /dev/shm, although a reader holds its lock file: it is just creating it, or"
                        + " somebody removed it, or it has a /dev/shm of its own (containers)");
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

    public Mapping mapping() {
        return mapping;
    }

    public MemorySegment segment() {
        return segment;
    }

    public SegmentLayout layout() {
        return layout;
    }

    public NamedSemaphore writeSemaphore() {
        return writeSemaphore;
    }

    public NamedSemaphore readSemaphore() {
        return readSemaphore;
    }

    public RingWriter ring() {
        return ring;
    }

    /** Whether the reader is one of this library. */
    public boolean isReaderOurs() {
        return readerIsOurs;
    }

    public long readerPid() {
        return ringMemory.readerPid();
    }

    /** Whether the reader has not closed and lives, as far as can be told. May be asked from any thread. */
    public boolean isReaderConnected() {
        long pid = HeaderBlock.readerPidAcquire(segment);
        return pid != 0 && lookAtReader(pid) != PeerState.DEAD;
    }

    /** Whether the reader has not closed and is known to live. May be asked from any thread. */
    public boolean isReaderKnownToLive() {
        long pid = HeaderBlock.readerPidAcquire(segment);
        return pid != 0 && lookAtReader(pid) == PeerState.ALIVE;
    }

    /**
     * Whether the reader has closed, died, or taken nothing for long while whether it lives cannot be told.
     *
     * @param now the time, in nanoseconds
     * @param patience how long it may take nothing of what there is, in nanoseconds
     */
    public boolean isReaderGone(long now, long patience) {
        long pid = HeaderBlock.readerPidAcquire(segment);
        readerState = pid == 0 ? PeerState.DEAD : lookAtReader(pid);
        return switch (readerState) {
            case ALIVE -> false;
            case DEAD -> true;
            case UNKNOWN -> isReaderSilent(now, patience);
        };
    }

    private boolean isReaderSilent(long now, long patience) {
        if (ring.freeBytes() == layout.payloadSize()) {
            // There is nothing for it to take.
            readerSilence.restart();
        }
        return readerSilence.lasts(HeaderBlock.payloadReadPositionAcquire(segment), now, patience);
    }

    /** What to report of a reader that is gone. */
    public ReaderDeadException readerGone(long patience) {
        long pid = readerPid();
        return pid != 0 && readerState == PeerState.UNKNOWN
                ? ReaderDeadException.silent(name.value(), pid, Duration.ofNanos(patience))
                : new ReaderDeadException(name.value(), pid, pid == 0);
    }

    private PeerState lookAtReader(long pid) {
        return readerWatch.look(pid, HeaderBlock.rangedReaderAcquire(segment) == pid);
    }

    /** Whether the reader has not closed, and nobody has taken this writer's place. */
    public boolean isUndisturbed() {
        return isWriterPidOwn() && readerPid() != 0;
    }

    public boolean isWriterPidOwn() {
        return ringMemory.writerPid() == ownPid;
    }

    /**
     * Puts back this writer's process id, which a writer that was refused set to 0.
     *
     * @throws WriterAlreadyConnectedException if another writer has taken the place meanwhile, although this one
     *     holds it
     */
    public void requireOwnWriterPid() {
        long present = HeaderBlock.writerPidAcquire(segment);
        if (present == 0 && HeaderBlock.compareAndSetWriterPid(segment, 0, ownPid)) {
            LOG.log(Level.DEBUG, "buffer {0}: another writer, which was refused, set writer_pid to 0", name.value());
            return;
        }
        present = HeaderBlock.writerPidAcquire(segment);
        if (present != ownPid) {
            throw WriterAlreadyConnectedException.intruder(name.value(), present);
        }
    }

    /**
     * Ends the access of this side, then says good-bye: who comes next must not meet a thread of this process that is
     * late.
     */
    public void close() {
        mapping.close(this::sayGoodbye);
    }

    private void sayGoodbye() {
        Failures.tolerating(() -> {
            // Before writer_pid: with that at 0 and this not closed, a reader puts the process id back.
            long connection = HeaderBlock.writerConnectionAcquire(farewellBlock);
            HeaderBlock.writerConnectionRelease(farewellBlock, WriterConnection.closed(connection));
            if (HeaderBlock.writerPidAcquire(farewellBlock) == ownPid) {
                HeaderBlock.writerPidRelease(farewellBlock, 0);
            }
        });
        Failures.tolerating(this::postGoodbye);
        memory.close();
        LOG.log(Level.DEBUG, "disconnected from buffer {0}", name.value());
    }

    /**
     * Wakes a waiting reader. One that goes by payload_free_bytes without holding its range takes a token for a frame
     * if anything is unread, and space that a dead writer left missing looks unread to it: so it gets one only where
     * nothing can be missing.
     */
    private void postGoodbye() {
        boolean isDrained = ring.freeBytes(farewellBlock) == layout.payloadSize();
        if (isDrained || ring.readerGoesByTokens() || readerWatch.holdsRange()) {
            farewellSemaphore.post();
        }
    }

    private static AttachedBuffer attempt(BufferName name, OperatingSystem os, Attempts attempts) {
        peek(name, os, attempts);
        AttachedBuffer buffer = new AttachedBuffer(name, os);
        boolean claimed = false;
        boolean attached = false;
        try {
            buffer.open(attempts);
            buffer.claim(attempts);
            claimed = true;
            buffer.mapping.cutOffAtClose(buffer.memory);
            buffer.memory.populate(Mapping.POPULATED_BYTES);
            attached = true;
            LOG.log(Level.DEBUG, "connected to buffer {0}: {1}", name.value(), buffer.layout);
            return buffer;
        } catch (OsException failure) {
            throw Failures.ofAttaching(name, failure);
        } catch (InternalError fault) {
            throw Failures.of(name, fault, buffer.segment.byteSize());
        } finally {
            if (claimed && !attached) {
                buffer.close();
            } else if (!attached) {
                buffer.giveUp();
            }
        }
    }

    /**
     * Refuses what a look through a mapping of this thread's own shows not to be ready. Whoever waits for a buffer
     * looks 200 times a second, and to close a shared arena stops every thread of the JVM each time.
     */
    private static void peek(BufferName name, OperatingSystem os, Attempts attempts) {
        try (Arena look = Arena.ofConfined()) {
            SharedMemory present = os.openSharedMemory(name.value(), HeaderBlock.SIZE, look);
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
        long readerPid = HeaderBlock.readerPidAcquire(memory.segment());
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
            throw new ReaderDeadException(name.value(), readerPid, false);
        }
        return readerPid;
    }

    private void open(Attempts attempts) throws OsException {
        memory = os.openSharedMemory(name.value(), HeaderBlock.SIZE, mapping.arena());
        if (memory == null) {
            throw new BufferNotFoundException(name.value(), "its shared memory");
        }
        requireTrusted(memory.owner(), memory.path(), attempts.wanted.trusting());
        segment = mapping.accessible(memory.segment());
        long readerPid = requireReady(name, memory, attempts);
        layout = SegmentLayout.read(name.value(), segment);
        writeSemaphore = openSemaphore(name.writeSemaphore(), mapping.access(), attempts.wanted.trusting());
        readSemaphore = openSemaphore(name.readSemaphore(), mapping.access(), attempts.wanted.trusting());
        farewellSemaphore = openSemaphore(name.writeSemaphore(), mapping.arena(), attempts.wanted.trusting());
        farewellBlock = memory.mapAgain(HeaderBlock.SIZE, mapping.arena());
        if (!memory.isLinked()) {
            throw new BufferNotFoundException(name.value(), "its shared memory, which was replaced meanwhile");
        }
        readerWatch = new PeerWatch(
                memory, HeaderBlock.READER_PID_OFFSET, os.processes(), memory.changedAt(), this::ownerLock);
        if (isReaderDead(readerPid)) {
            attempts.knownDead.add(memory.identity());
            throw new ReaderDeadException(name.value(), readerPid, false);
        }
    }

    /**
     * A successor takes the lock of a dead reader before it removes the segment: where the lock is all there is to go
     * by, it gets that time.
     */
    private boolean isReaderDead(long readerPid) {
        PeerState state = lookAtReader(readerPid);
        long start = System.nanoTime();
        while (state == PeerState.ALIVE
                && readerWatch.goesByLock()
                && Timeouts.remaining(start, SUCCESSION_NANOS) > 0) {
            pause(name);
            state = memory.isLinked() ? state : PeerState.DEAD;
        }
        return state == PeerState.DEAD;
    }

    /** Whoever made an object of that name first reads what is written, or keeps others from reading it. */
    private void requireTrusted(Owner owner, String path, Access trusting) {
        boolean trusted = trusting == Access.EVERYONE
                || owner != null && (owner.user() == ROOT || os.isOwnUser(owner))
                || owner != null && trusting == Access.GROUP && os.isOwnGroup(owner);
        if (!trusted) {
            String found = owner == null
                    ? "whose it is cannot be told"
                    : "it belongs to uid " + owner.user() + ", gid " + owner.group();
            throw new NoPermissionException(
                    name.value(),
                    path,
                    "write for the owner of",
                    found,
                    "a writer connects to buffers of its own user and of root; if that user may have what is written,"
                            + " set WriterConfig.trusting (command line: --trust) to GROUP or EVERYONE");
        }
    }

    private NamedSemaphore openSemaphore(String semaphore, Arena arena, Access trusting) throws OsException {
        NamedSemaphore opened = os.openSemaphore(semaphore, arena);
        if (opened == null) {
            throw new BufferNotFoundException(
                    name.value(),
                    "its semaphore " + semaphore
                            + ", which somebody removed, or the other side runs on another C library");
        }
        requireTrusted(opened.owner(), opened.path(), trusting);
        return opened;
    }

    private void claim(Attempts attempts) throws OsException {
        long present = HeaderBlock.writerPidAcquire(segment);
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
            readerIsOurs = memory.isHeldByOther(HeaderBlock.READER_PID_OFFSET, Long.BYTES);
            if (predecessorDied && !readerIsOurs) {
                awaitQuietReader(attempts);
            }
            ringMemory = new RingMemory(name.value(), segment, memory.lasting(), layout);
            ring = new RingWriter(ringMemory, readerIsOurs);
            settleTokens(predecessorDied, attempts);
            claimed = true;
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
        if (!isStored && HeaderBlock.writerPidAcquire(segment) != ownPid) {
            throw new WriterAlreadyConnectedException(name.value(), HeaderBlock.writerPidAcquire(segment));
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
        switch (new ProcessWatch(os.processes(), memory, Instant.MAX).look(present)) {
            case DEAD -> {}
            case ALIVE -> throw new WriterAlreadyConnectedException(name.value(), present);
            case UNKNOWN -> {
                attempts.isUndecided = true;
                long sign = Objects.hash(
                        memory.identity(),
                        HeaderBlock.payloadWrittenCountAcquire(segment),
                        HeaderBlock.payloadWritePositionAcquire(segment));
                if (!attempts.predecessor.lasts(sign, System.nanoTime(), attempts.patience)) {
                    Duration patience = Duration.ofNanos(attempts.patience);
                    throw WriterAlreadyConnectedException.unknown(name.value(), present, patience);
                }
            }
        }
    }

    /**
     * Makes the tokens agree with the unread frames: a writer that closed left one too many, its good-bye, and one that
     * died may have published its last frame without posting. A reader that holds its range takes a surplus token for a
     * wake-up; any other would take it for a frame, so for those the two are compared when the reader has not moved for
     * a while.
     */
    private void settleTokens(boolean predecessorDied, Attempts attempts) {
        if (ring.isDrained()) {
            writeSemaphore.takeAll();
        } else if (!readerIsOurs) {
            settleTokensExactly(attempts);
        } else if (predecessorDied) {
            writeSemaphore.post();
        }
    }

    /**
     * A reader of other origin gives a marker's space back before it moves: what a dead writer left is judged when the
     * reader is not in between.
     */
    private void awaitQuietReader(Attempts attempts) {
        long readPosition;
        int looks = 0;
        do {
            readPosition = HeaderBlock.payloadReadPositionAcquire(segment);
            awaitRest(attempts, ++looks);
        } while (readPosition != HeaderBlock.payloadReadPositionAcquire(segment));
    }

    private void awaitRest(Attempts attempts, int looks) {
        if (looks > LEAST_LOOKS && attempts.isLate.getAsBoolean()) {
            throw new BufferNotFoundException(
                    name.value(), "a moment's rest of its reader, in which to put right what the writer before left");
        }
        pause(name);
    }

    private void settleTokensExactly(Attempts attempts) {
        long readPosition;
        long unread;
        long surplus;
        int looks = 0;
        do {
            readPosition = HeaderBlock.payloadReadPositionAcquire(segment);
            awaitRest(attempts, ++looks);
            unread = ring.unreadFrames();
            // Below 0 it counts more than a semaphore can hold: nonsense, as is far too much.
            surplus = Math.max(0, writeSemaphore.value()) - unread;
        } while (readPosition != HeaderBlock.payloadReadPositionAcquire(segment));
        if (surplus > MOST_GOODBYES) {
            LOG.log(Level.DEBUG, "buffer {0} had {1} tokens without a frame", name.value(), surplus);
            writeSemaphore.takeAll();
            surplus = -unread;
        }
        for (; surplus > 0 && writeSemaphore.tryTake(); surplus--) {
            LOG.log(Level.DEBUG, "buffer {0} had a token without a frame", name.value());
        }
        for (; surplus < 0; surplus++) {
            writeSemaphore.post();
        }
    }

    /** What the lock file tells of this segment's reader: without its name, the segment has none. */
    private LockState ownerLock() {
        return memory.isLinked() ? name.readerLock(os) : LockState.FREE;
    }

    /**
     * A reader that found no writer holds the range for a moment, to put right what a dead one left: so not only once.
     */
    private boolean holdWriterRange() throws OsException {
        for (int attempt = 1; !memory.tryHold(HeaderBlock.WRITER_PID_OFFSET, Long.BYTES); attempt++) {
            if (attempt == HOLD_ATTEMPTS) {
                return false;
            }
            pause(name);
        }
        return true;
    }

    private void giveUp() {
        if (memory != null) {
            memory.close();
            mapping.close();
        }
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
