package io.zerobuffer.duplex;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.Writer;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * The answer to a request: written by copy, or claimed and filled in place. The methods throw what those of {@link Writer} do, and {@link IllegalStateException} for a second answer.
 */
public final class Response {
    private Writer writer;
    private long before;
    private Claim claim;

    Response() {}

    void begin(Writer to) {
        writer = to;
        before = to.framesWritten();
    }

    /** Whether the answer was written; a claim that is still open is aborted. */
    boolean end() {
        if (claim != null) {
            claim.abort();
            claim = null;
        }
        return isWritten();
    }

    /** Answers with a copy of an array. */
    public void write(byte[] data) {
        unanswered().write(data);
    }

    /** Answers with a copy of a segment. */
    public void write(MemorySegment data) {
        unanswered().write(data);
    }

    /** Answers with a copy of a frame, such as the request. */
    public void write(Frame data) {
        unanswered().write(data);
    }

    /** Answers with a frame that is filled in place, without allocation; see {@link Writer#write(long, Consumer)}. */
    public void write(long size, Consumer<? super Claim> filler) {
        unanswered().write(size, filler);
    }

    /** Claims space for the answer, to be filled and committed; see {@link Writer#claim}. */
    public Claim claim(long size) {
        claim = unanswered().claim(size);
        return claim;
    }

    private Writer unanswered() {
        if (isWritten()) {
            throw new IllegalStateException("buffer '" + writer.name() + "': the request was answered already");
        }
        return writer;
    }

    private boolean isWritten() {
        return writer.framesWritten() > before;
    }
}
