package io.zerobuffer.stream;

import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.errors.PeerGoneException;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * The frames of a writer, one after the other.
 *
 * {@snippet :
 * for (Frame frame : Frames.of(reader)) {
 *     process(frame.segment());
 * }
 * }
 *
 * <p>Each frame is released when the next one is asked for, and may be released earlier. So a loop that is left early
 * leaves its last frame to be released, by the program or by the next loop over the same object.
 *
 * <p>Asking waits for the next frame, however long. It ends the loop when the writer closed and its last frame was
 * read, and throws what {@link Reader#read(Duration)} throws otherwise: {@link PeerGoneException} when the writer
 * died. A further loop waits for the next writer.
 *
 * <p><b>Threads.</b> For the thread that reads, platform or virtual. Each frame allocates its object, 64 bytes.
 */
public final class Frames implements Iterable<Frame> {
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final Reader reader;

    /** Handed out last, and to be released; null for none. */
    private Frame current;

    /** Taken, and not handed out yet. */
    private Frame next;

    private Frames(Reader reader) {
        this.reader = Objects.requireNonNull(reader, "reader");
    }

    /** The frames that are and will be in this reader's buffer. */
    public static Frames of(Reader reader) {
        return new Frames(reader);
    }

    @Override
    public Iterator<Frame> iterator() {
        return new Cursor();
    }

    private final class Cursor implements Iterator<Frame> {
        private boolean ended;

        @Override
        public boolean hasNext() {
            if (next == null && !ended) {
                releaseCurrent();
                next = take();
                ended = next == null;
            }
            return next != null;
        }

        @Override
        public Frame next() {
            if (!hasNext()) {
                throw new NoSuchElementException(
                        "buffer '" + reader.name() + "': the writer closed, and its last frame was read");
            }
            current = next;
            next = null;
            return current;
        }
    }

    private void releaseCurrent() {
        if (current != null) {
            current.release();
            current = null;
        }
    }

    /** The next frame; null when the writer closed. */
    private Frame take() {
        try {
            return reader.read(FOREVER);
        } catch (PeerGoneException gone) {
            if (gone.closed()) {
                return null;
            }
            throw gone;
        }
    }
}
