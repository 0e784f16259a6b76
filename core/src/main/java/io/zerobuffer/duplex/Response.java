package io.zerobuffer.duplex;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.FrameSink;
import io.zerobuffer.Writer;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the answer to a request is written: exactly one frame. A second one is refused with
 * {@link IllegalStateException}.
 *
 * <p><b>Threads.</b> For the handler, on whichever thread, until it returns. The object is used again: what answers
 * later may answer another request.
 *
 * <p>Of requests that are handled in parallel, the oldest is answered in the ring, the others in memory of their own,
 * of which their answers are copied when it is their turn. So no method waits for another request.
 */
public final class Response implements FrameSink {
    private final BooleanSupplier isItsTurn;
    /** Null until the first request. */
    private @Nullable Writer writer;

    /** Where the answer goes before its turn; null as long as none did. */
    private @Nullable PreparedResponse prepared;

    /** Which of the two this answer goes to; null until the first call that needs to know. */
    private @Nullable FrameSink target;

    private long before;
    private @Nullable Claim claim;

    /**
     * @param isItsTurn whether the calling thread, a handler's, may use the writer: then it may until its answer was
     * written
     */
    Response(BooleanSupplier isItsTurn) {
        this.isItsTurn = isItsTurn;
    }

    void begin(Writer to) {
        writer = to;
        target = null;
        claim = null;
    }

    /** Whether there is an answer; a claim that is still open is aborted. */
    boolean end() {
        if (claim != null) {
            claim.abort();
            claim = null;
        }
        return isAnswered();
    }

    /** Writes an answer that was prepared before its turn. */
    void send() {
        if (prepared != null && target == prepared) {
            prepared.send();
        }
    }

    /** Frees what was needed for answers before their turn. */
    void free() {
        if (prepared != null) {
            prepared.close();
        }
    }

    @Override
    public long write(byte[] data, int offset, int length) {
        return target().write(data, offset, length);
    }

    @Override
    public long write(MemorySegment data) {
        return target().write(data);
    }

    /** Answers with a copy of a frame, such as the request. */
    @Override
    public long write(Frame data) {
        return target().write(data);
    }

    /** Answers with a frame that is filled in place, without allocation. */
    @Override
    public long write(long size, Consumer<? super Claim> filler) {
        return target().write(size, filler);
    }

    @Override
    public Claim claim(long size) {
        claim = target().claim(size);
        return claim;
    }

    @Override
    public @Nullable Claim tryClaim(long size) {
        claim = target().tryClaim(size);
        return claim;
    }

    private FrameSink target() {
        Writer ring = Objects.requireNonNull(writer);
        if (isAnswered()) {
            throw new IllegalStateException("buffer '" + ring.name() + "': the request was answered already");
        }
        if (target == null) {
            target = decide(ring);
        }
        return target;
    }

    private FrameSink decide(Writer ring) {
        if (isItsTurn.getAsBoolean()) {
            before = ring.framesWritten();
            return ring;
        }
        if (prepared == null) {
            prepared = new PreparedResponse(ring);
        }
        return prepared;
    }

    private boolean isAnswered() {
        if (prepared != null && target == prepared) {
            return prepared.isCommitted();
        }
        return writer != null && target == writer && writer.framesWritten() > before;
    }
}
