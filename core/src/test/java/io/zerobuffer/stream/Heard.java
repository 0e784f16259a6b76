package io.zerobuffer.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.zerobuffer.Frame;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A listener that notes what it hears: first values of 64 bits, and an Optional at the end; can be slow. */
final class Heard implements FrameListener {
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private final Semaphore permits;

    /** One that handles every frame at once. */
    Heard() {
        this(Integer.MAX_VALUE);
    }

    /** One that holds each frame until it is permitted to go on. */
    Heard(int permits) {
        this.permits = new Semaphore(permits);
    }

    void permit(int frames) {
        permits.release(frames);
    }

    @Override
    public void onFrame(Frame frame) throws InterruptedException {
        events.add(frame.getLong(0));
        if (!permits.tryAcquire(1, TimeUnit.MINUTES)) {
            throw new AssertionError("never permitted to go on");
        }
    }

    @Override
    public void onEnd(Optional<Throwable> cause) {
        events.add(cause);
    }

    /** This, with the thread interrupted after every frame. */
    FrameListener leavingInterrupts() {
        return new FrameListener() {
            @Override
            public void onFrame(Frame frame) throws InterruptedException {
                Heard.this.onFrame(frame);
                Thread.currentThread().interrupt();
            }

            @Override
            public void onEnd(Optional<Throwable> cause) {
                Heard.this.onEnd(cause);
            }
        };
    }

    Object next() throws InterruptedException {
        Object event = events.poll(1, TimeUnit.MINUTES);
        assertNotNull(event, "nothing was heard");
        return event;
    }

    void assertNext(long... values) throws InterruptedException {
        for (long value : values) {
            assertEquals(value, next());
        }
    }

    void assertEnded() throws InterruptedException {
        assertEquals(Optional.empty(), next());
        assertSilent();
    }

    <T extends Throwable> T assertFailed(Class<T> type) throws InterruptedException {
        Throwable cause = (Throwable) assertInstanceOf(Optional.class, next()).orElseThrow();
        assertSilent();
        return assertInstanceOf(type, cause);
    }

    /** What was heard, was asked for. */
    void assertSilent() {
        assertEquals(0, events.size(), events::toString);
    }
}
