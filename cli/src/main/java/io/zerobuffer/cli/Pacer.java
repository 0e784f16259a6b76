package io.zerobuffer.cli;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Keeps the time between bursts of frames: none, a fixed pause after each, or a beat of so many frames a second. */
final class Pacer {
    private final long pauseNanos;
    private final double nanosPerFrame;
    private long next;

    private Pacer(long pauseNanos, double nanosPerFrame) {
        this.pauseNanos = pauseNanos;
        this.nanosPerFrame = nanosPerFrame;
        this.next = System.nanoTime();
    }

    static Pacer pausing(Duration pause) {
        return new Pacer(pause.toNanos(), 0);
    }

    static Pacer beating(double framesPerSecond) {
        return new Pacer(0, 1e9 / framesPerSecond);
    }

    /** Waits until the burst after one of {@code frames} frames is due, or until the run is to stop. */
    void await(int frames, StopRequest stop) {
        if (pauseNanos == 0 && nanosPerFrame == 0) {
            return;
        }
        long now = System.nanoTime();
        if (pauseNanos > 0) {
            next = now + pauseNanos;
        } else {
            long period = (long) (frames * nanosPerFrame);
            // A beat missed by more than a period starts anew, instead of a rush to catch up.
            next = now - next > 2 * period ? now : next + period;
        }
        while (next - System.nanoTime() > 0 && !stop.requested()) {
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }
}
