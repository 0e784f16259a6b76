package io.zerobuffer;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The frames of one reader, as {@link Reader#frames} hands them out. */
final class FrameIteration implements Iterable<Frame> {
    private final Reader reader;

    /** Handed out last, and to be released; null for none. */
    private @Nullable Frame current;

    /** Taken, and not handed out yet. */
    private @Nullable Frame next;

    FrameIteration(Reader reader) {
        this.reader = reader;
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
                next = reader.readToTheEnd();
                ended = next == null;
            }
            return next != null;
        }

        @Override
        public Frame next() {
            Frame frame = hasNext() ? next : null;
            if (frame == null) {
                throw new NoSuchElementException(
                        "buffer '" + reader.name() + "': the writer closed, and its last frame was read");
            }
            current = frame;
            next = null;
            return frame;
        }
    }

    private void releaseCurrent() {
        if (current != null) {
            current.release();
            current = null;
        }
    }
}
