package io.zerobuffer.duplex;

import io.zerobuffer.Claim;
import io.zerobuffer.Draft;
import io.zerobuffer.Frame;
import io.zerobuffer.Writer;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The answer to a request: written by copy, or claimed and filled in place. The methods throw what those of
 * {@link Writer} do, and {@link IllegalStateException} for a second answer.
 *
 * <p><b>Threads.</b> For the handler, on whichever thread, until it returns. The object is used again: what answers
 * later may answer another request.
 *
 * <p>Of requests that are handled in parallel, the oldest is answered in the ring, the others in memory of their own,
 * of which their answers are copied when it is their turn. So no method waits for another request.
 */
public final class Response {
    private final BooleanSupplier isItsTurn;
    private Writer writer;

    /** Where the answer goes before its turn; null as long as none did. */
    private Draft draft;

    /** Where this answer goes, once that is decided, by the first call that needs to know. */
    private boolean inRing;

    private boolean inDraft;
    private long before;
    private Claim claim;

    /**
     * @param isItsTurn whether the calling thread, a handler's, may use the writer: then it may until its answer was
     * written
     */
    Response(BooleanSupplier isItsTurn) {
        this.isItsTurn = isItsTurn;
    }

    void begin(Writer to) {
        writer = to;
        inRing = false;
        inDraft = false;
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
        if (inDraft) {
            draft.write();
        }
    }

    /** Frees what was needed for answers before their turn. */
    void free() {
        if (draft != null) {
            draft.close();
        }
    }

    /** Answers with a copy of an array. */
    public void write(byte[] data) {
        if (goesToRing()) {
            writer.write(data);
        } else {
            draft.fill(data.length, copy -> copy.copyFrom(data));
        }
    }

    /** Answers with a copy of a segment. */
    public void write(MemorySegment data) {
        if (goesToRing()) {
            writer.write(data);
        } else {
            draft.fill(data.byteSize(), copy -> copy.copyFrom(0, data));
        }
    }

    /** Answers with a copy of a frame, such as the request. */
    public void write(Frame data) {
        if (goesToRing()) {
            writer.write(data);
        } else {
            draft.fill(data.size(), copy -> copy.copyFrom(0, data));
        }
    }

    /** Answers with a frame that is filled in place, without allocation; see {@link Writer#write(long, Consumer)}. */
    public void write(long size, Consumer<? super Claim> filler) {
        if (goesToRing()) {
            writer.write(size, filler);
        } else {
            draft.fill(size, filler);
        }
    }

    /** Claims space for the answer, to be filled and committed; see {@link Writer#claim}. */
    public Claim claim(long size) {
        claim = goesToRing() ? writer.claim(size) : draft.claim(size);
        return claim;
    }

    private boolean goesToRing() {
        if (isAnswered()) {
            throw new IllegalStateException("buffer '" + writer.name() + "': the request was answered already");
        }
        if (!inRing && !inDraft) {
            decide();
        }
        return inRing;
    }

    private void decide() {
        inRing = isItsTurn.getAsBoolean();
        inDraft = !inRing;
        if (inRing) {
            before = writer.framesWritten();
        } else if (draft == null) {
            draft = writer.draft();
        }
    }

    private boolean isAnswered() {
        return inRing && writer.framesWritten() > before || inDraft && draft.isCommitted();
    }
}
