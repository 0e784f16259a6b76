package io.zerobuffer.internal.peer;

import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.PeerGoneException.Role;
import io.zerobuffer.internal.wait.Timeouts;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.MetadataBlock;
import io.zerobuffer.internal.wire.WriterConnection;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The reader's end of its connections: it notices which writer comes and goes, says so once each, and puts right what a
 * writer left that died.
 */
public final class WriterLink {
    /** What a reader that outlives its writers hears. */
    public interface Listener {
        void connected(long pid);

        void disconnected(PeerGoneException gone);
    }

    private final BufferName name;
    private final OwnedBuffer buffer;
    private final MemorySegment segment;
    private final ReaderRing ring;
    private final PeerWatch watch;
    private final WriterPresence writer;
    private final @Nullable Listener listener;
    private final @Nullable Duration silenceTimeout;

    /** How the writer left, as of the last time that was asked; null for not at all. */
    private WriterPresence.@Nullable Departure departure;
    /**
     * Whether a frame may be the first of a connection: always where a listener is to be told, otherwise while no
     * writer is known.
     */
    private boolean noticesWriters = true;

    /**
     * @param listener is told of writers; null where a departure is thrown instead
     * @param askInterval how often to ask whether the writer lives, in nanoseconds
     * @param silenceTimeout how long a writer may be silent whose life cannot be told; null for the default
     */
    public WriterLink(
            BufferName name,
            OwnedBuffer buffer,
            ReaderRing ring,
            PeerWatch watch,
            @Nullable Listener listener,
            long askInterval,
            @Nullable Duration silenceTimeout) {
        this.name = name;
        this.buffer = buffer;
        this.segment = buffer.segment();
        this.ring = ring;
        this.watch = watch;
        this.writer = new WriterPresence(watch, askInterval);
        this.listener = listener;
        this.silenceTimeout = silenceTimeout;
    }

    /** Whether a frame that a poll finds may be the first of a connection. */
    public boolean noticesWriters() {
        return noticesWriters;
    }

    /** Whether a writer is there, or was and its departure has not been reported. */
    public boolean isThere() {
        return writer.isThere();
    }

    /** Whether a writer is there that lives, as far as can be told. May be asked from any thread. */
    public boolean isConnected() {
        long pid = HeaderBlock.writerPidAcquire(segment, 0);
        return writer.isConnected(pid, HeaderBlock.writerConnectionAcquire(segment));
    }

    /** Whether the writer that is connected holds its byte range. May be asked from any thread. */
    public boolean isOfThisLibrary() {
        return WriterConnection.isOpen(HeaderBlock.writerConnectionAcquire(segment)) && watch.holdsRange();
    }

    /**
     * Whether the writer is the one that was there before. Asked after a frame was seen: a writer connects before it
     * writes.
     */
    public boolean isKnownWriter() {
        return writer.isAsBefore(
                HeaderBlock.writerPidAcquire(segment, 0), HeaderBlock.writerConnectionAcquire(segment));
    }

    /**
     * Notices who is there, and tells the listener of a connection that has begun.
     *
     * @param hasFrame whether a frame was found, and so there is a writer, or was
     */
    public void notice(boolean hasFrame) {
        // In this order: a writer that closes stores them in the other.
        long pid = HeaderBlock.writerPidAcquire(segment, 0);
        long connection = HeaderBlock.writerConnectionAcquire(segment);
        boolean wasThere = writer.isThere();
        long formerPid = writer.pid();
        boolean isNew = writer.meet(pid, connection, ring.frames().framesTaken(), hasFrame);
        if (writer.isErased()) {
            restore(connection);
        }
        noticesWriters = listener != null || !writer.isThere();
        if (isNew) {
            ring.doubtWriter();
        }
        if (isNew && listener != null) {
            tell(listener, wasThere ? new PeerGoneException(name.value(), Role.WRITER, formerPid, true) : null);
        }
    }

    private void tell(Listener listener, @Nullable PeerGoneException former) {
        try {
            if (former != null) {
                listener.disconnected(former);
            }
        } finally {
            listener.connected(writer.pid());
        }
    }

    /** Puts back the id of a writer that lives, so that no other takes its place. */
    private void restore(long connection) {
        long pid = WriterConnection.pid(connection);
        boolean restored = HeaderBlock.compareAndSetWriterPid(segment, 0, pid);
        if (restored && HeaderBlock.writerConnectionAcquire(segment) != connection) {
            // It was closing meanwhile.
            HeaderBlock.compareAndSetWriterPid(segment, pid, 0);
        }
    }

    /**
     * A token without a frame and without a writer is how one of this library said good-bye, also one that came and
     * went unseen.
     */
    public void hearGoodbye() {
        long pid = HeaderBlock.writerPidAcquire(segment, 0);
        boolean isUnseen = writer.hearGoodbye(pid, HeaderBlock.writerConnectionAcquire(segment));
        if (isUnseen && listener != null) {
            listener.connected(writer.pid());
        }
    }

    /**
     * What to report when the writer that was here is gone; null while there is one, or none was seen since the last
     * report. It may have left frames.
     *
     * @param now the time, in nanoseconds
     * @param timeout how long the read may last, in nanoseconds
     */
    public @Nullable PeerGoneException departure(long now, long timeout) {
        notice(false);
        long patience = Timeouts.nanosOr(silenceTimeout, Math.max(timeout, Timeouts.LEAST_SILENCE_NANOS));
        WriterPresence.Departure how = writer.departure(ring.frames().framesTaken(), now, patience);
        departure = how;
        if (how == null || !isKnownWriter()) {
            // Or it was closing meanwhile.
            return null;
        }
        return switch (how) {
            case CLOSED -> new PeerGoneException(name.value(), Role.WRITER, writer.pid(), true);
            case DIED -> new PeerGoneException(name.value(), Role.WRITER, writer.pid(), false);
            case SILENT ->
                PeerGoneException.silent(name.value(), Role.WRITER, writer.pid(), Duration.ofNanos(patience));
        };
    }

    /** Whether the writer of the last {@link #departure} is gone for sure, and not only silent. */
    public boolean isGoneForSure() {
        return departure != WriterPresence.Departure.SILENT;
    }

    /** Tells of the last {@link #departure}, whose frames were all read: to the listener, or by throwing it. */
    public void report(PeerGoneException gone) {
        if (isGoneForSure()) {
            buffer.keepingWritersOut(() -> ring.freeUncommitted(this::isKnownWriter));
        }
        end(Objects.requireNonNull(departure));
        if (listener == null) {
            throw gone;
        }
        listener.disconnected(gone);
    }

    private void end(WriterPresence.Departure how) {
        writer.reported(how, ring.frames().framesTaken());
        noticesWriters = true;
        if (how != WriterPresence.Departure.SILENT) {
            ring.noteDeparted(writer.pid());
        }
        ring.endConnection();
    }

    /**
     * Makes the buffer what a new one would be to the next writer, if there is none now.
     *
     * @param gonePid a writer that is known to be gone: its process id is taken away, too; 0 for none
     * @return false, and nothing is done, if a writer is connected, just connecting or just leaving
     */
    public boolean forgetWriter(long gonePid) {
        boolean[] done = new boolean[1];
        buffer.keepingWritersOut(() -> done[0] = forgetAbsentWriter(gonePid));
        return done[0];
    }

    private boolean forgetAbsentWriter(long gonePid) {
        try {
            notice(false);
            // Before asking for a writer: what a foreign one writes that comes meanwhile stays.
            long metadata = HeaderBlock.metadataWrittenBytesAcquire(segment);
            long pid = HeaderBlock.writerPidAcquire(segment, 0);
            if (pid != 0 && pid != gonePid && writer.isConnected(pid, HeaderBlock.writerConnectionAcquire(segment))) {
                return false;
            }
            boolean isUnreported = writer.isThere();
            if (isUnreported) {
                ring.freeUncommitted(this::isKnownWriter);
            }
            MetadataBlock.forget(segment, buffer.layout(), metadata);
            HeaderBlock.payloadWrittenCountRelease(segment, 0, 0);
            if (pid != 0 && pid == gonePid) {
                HeaderBlock.compareAndSetWriterPid(segment, pid, 0);
                notice(false);
            }
            if (isUnreported) {
                end(pid == 0 ? WriterPresence.Departure.CLOSED : WriterPresence.Departure.DIED);
            }
            return true;
        } catch (IllegalStateException | InternalError failure) {
            throw ring.explained(failure);
        }
    }
}
