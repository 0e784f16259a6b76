package io.zerobuffer.cli;

import io.zerobuffer.Claim;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where the frames of a writer come from; they are made in place, in the ring. */
@FunctionalInterface
interface FrameSource extends AutoCloseable {
    /**
     * Makes the next frame.
     *
     * @return the frame, to be committed; or null when there are no more
     */
    @Nullable
    Claim next(Space space) throws IOException;

    @Override
    default void close() throws IOException {
        // Most have nothing open.
    }

    /** The ring the frame is made in. */
    @FunctionalInterface
    interface Space {
        Claim claim(long size) throws IOException;
    }
}
