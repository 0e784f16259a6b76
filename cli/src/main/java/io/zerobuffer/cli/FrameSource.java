package io.zerobuffer.cli;

import io.zerobuffer.Writer;
import java.io.IOException;

/** Where the frames of a writer come from; they are made in place, in the ring. */
interface FrameSource extends AutoCloseable {
    /**
     * Writes the next frame.
     *
     * @return its size, or 0 when there are no more
     */
    long writeNext(Writer writer) throws IOException;

    @Override
    void close() throws IOException;
}
