package io.zerobuffer.stream;

import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.errors.PeerGoneException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands every frame to a listener, on a platform thread of its own.
 *
 * {@snippet :
 * try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64 << 20));
 *         FrameLoop loop = FrameLoop.start(reader, frame -> show(frame.buffer()))) {
 *     waitUntilTheUserHasEnough();
 * }
 * }
 *
 * <p>Allocates nothing per frame: the listener gets the same object each time, so what it wants to keep it has to copy,
 * or to {@link Frame#share}.
 *
 * <p><b>Threads.</b> The thread is named after the buffer and is no daemon. All methods may be called from any thread.
 */
public final class FrameLoop implements AutoCloseable {
    /** How often to look whether the stream is still wanted. */
    static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

    private final Reader reader;
    private final FrameListener listener;
    /** Returns when a frame may be taken. */
    private final Runnable gate;

    private final Thread thread;
    private volatile boolean closed;

    /** What the listener threw. */
    private @Nullable Throwable failure;

    private FrameLoop(Reader reader, FrameListener listener, Runnable gate, String threadName) {
        this.reader = Objects.requireNonNull(reader, "reader");
        this.listener = Objects.requireNonNull(listener, "listener");
        this.gate = gate;
        this.thread = new Thread(this::run, threadName);
    }

    /** Begins to hand out frames; until the writer leaves, the listener throws, or this is closed. */
    public static FrameLoop start(Reader reader, FrameListener listener) {
        return start(reader, listener, () -> {}, "zerobuffer-loop-" + reader.name());
    }

    /** @param gate waits before each frame is taken, as long as it shall stay in the ring */
    static FrameLoop start(Reader reader, FrameListener listener, Runnable gate, String threadName) {
        FrameLoop loop = new FrameLoop(reader, listener, gate, threadName);
        loop.thread.start();
        return loop;
    }

    /** Whether {@link FrameListener#onEnd} was not called yet, or has not returned. */
    public boolean isRunning() {
        return thread.isAlive();
    }

    /**
     * Hands out no more frames, and waits until the listener has returned from its last call, unless the listener
     * itself calls this. Takes up to 50 ms and as long as the listener takes. Closing again does nothing.
     */
    @Override
    public void close() {
        requestStop();
        join(thread);
    }

    /** Takes no more frames. */
    void requestStop() {
        closed = true;
    }

    /** Waits for the end of a thread other than this one, even if this one is interrupted meanwhile. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread != Thread.currentThread() && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Throwable cause = null;
        Consumer<Frame> handler = this::hand;
        try {
            while (isWanted()) {
                reader.drain(handler, 1, LOOK_INTERVAL);
            }
        } catch (PeerGoneException gone) {
            cause = gone.isEndOf(reader.name()) ? null : gone;
        } catch (RuntimeException | Error failed) {
            cause = failed;
        }
        listener.onEnd(Optional.ofNullable(failure != null ? failure : cause));
    }

    private boolean isWanted() {
        gate.run();
        return !closed && failure == null;
    }

    /** What the listener throws must not look like what the reader throws. */
    private void hand(Frame frame) {
        try {
            listener.onFrame(frame);
        } catch (Throwable thrown) {
            failure = thrown;
        } finally {
            // A leftover interrupt of the listener's is not for the next wait.
            Thread.interrupted();
        }
    }
}
