package io.zerobuffer.stream;

import io.zerobuffer.Frame;
import java.util.Optional;

/** What a {@link FrameLoop} or {@link FanOut} hands frames to; called by one thread at a time, always the same. */
@FunctionalInterface
public interface FrameListener {
    /**
     * Handles a frame. It is released when this returns or throws; it may be released earlier, and be used no longer.
     * An interrupt that this leaves behind on its thread ends with it.
     *
     * @throws Exception ends this listener's stream: {@link #onEnd} gets it
     */
    void onFrame(Frame frame) throws Exception;

    /**
     * The last call. Unless overridden, logs the cause as a warning.
     *
     * @param cause empty when the writer closed, or when this stream was closed; otherwise what ended it: a writer that
     *     died, a reader that was closed, what {@link #onFrame} threw
     */
    default void onEnd(Optional<Throwable> cause) {
        cause.ifPresent(failure -> System.getLogger("io.zerobuffer.stream")
                .log(System.Logger.Level.WARNING, "a stream of frames failed", failure));
    }
}
