package io.zerobuffer;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** The frames of one reader, as {@link Reader#frames} hands them out. */
final class FrameIteration implements Iterable<Frame> {
    private final Reader reader;

    /** Handed out last, and to be released; null for none. */
    private Frame current;

    /** Taken, and not handed out yet. */
    private Frame next;

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
}
