package io.zerobuffer.benchmarks;

import io.zerobuffer.benchmarks.transport.ChannelSettings.Waiting;
import io.zerobuffer.benchmarks.transport.Payload;
import io.zerobuffer.benchmarks.transport.Receiver;
import io.zerobuffer.benchmarks.transport.Sender;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** The side that sends first, and decides when a measurement begins and ends. */
final class NearSide {
    static final int CHECKED_FRAMES = 20;
    static final long LONGEST = TimeUnit.MINUTES.toNanos(1);
    static final int DIGITS = 3;

    /** The clock is looked at once in about so many bytes, so that it costs nothing. */
    private static final int BYTES_PER_LOOK = 16 << 10;

    private static final long PAUSE_BEFORE_WAKE_UP = TimeUnit.MILLISECONDS.toNanos(10);
    /** More than a receiver looks before it sleeps: sleeping and being woken is what is to be compiled. */
    private static final long PAUSE_WHILE_WARMING_UP = TimeUnit.MICROSECONDS.toNanos(300);
    /**
     * So often a pause is as long as when it counts, and a frame bears the mark: what compiled code has never met, it
     * leaves to the interpreter.
     */
    private static final int FRAMES_PER_LONG_PAUSE = 64;

    private static final int FRAMES_PER_MARK = 100;
    /** A sleeping thread may be late by so much: the rest of a wait is spent looking at the clock. */
    private static final long SLEEP_ERROR = TimeUnit.MICROSECONDS.toNanos(100);

    private final Job job;
    private final Sender sender;
    private final Receiver receiver;
    private final Payload payload;
    private final FrameCheck replies;
    private final Histogram histogram = new Histogram(LONGEST, DIGITS);
    private final Meter meter = new Meter();
    private long number;

    /**
     * @param receiver of the replies, or null where there are none
     */
    NearSide(Job job, Sender sender, Receiver receiver) {
        this.job = job;
        this.sender = sender;
        this.receiver = receiver;
        payload = new Payload(job.size());
        replies = new FrameCheck(payload, true, job.kind() == Kind.CHECK);
    }

    Outcome run() {
        warmUp();
        mark(Stamp.FIRST);
        histogram.reset();
        long before = number;
        long changesBefore = sender.routeChanges();
        meter.start();
        work(job.millis());
        meter.stop();
        Outcome outcome = new Outcome()
                .of(meter, number - before)
                .of(Outcome.ROUTE_CHANGES, sender.routeChanges() - changesBefore);
        mark(Stamp.LAST);
        return histogram.getTotalCount() > 0 ? outcome.of(histogram) : outcome;
    }

    private void warmUp() {
        if (job.kind().waiting() == Waiting.IDLE) {
            warmUpWithPauses();
        }
        work(job.warmUpMillis());
    }

    /**
     * What waits most of the time is not compiled for long: some thousand frames make it as fast as in a program that
     * has run for a while.
     */
    private void warmUpWithPauses() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(job.warmUpMillis());
        for (int frame = 1; System.nanoTime() - end < 0; frame++) {
            waitUntil(System.nanoTime()
                    + (frame % FRAMES_PER_LONG_PAUSE == 0 ? PAUSE_BEFORE_WAKE_UP : PAUSE_WHILE_WARMING_UP));
            if (frame % FRAMES_PER_MARK == 0) {
                mark(Stamp.FIRST);
            } else if (job.kind() == Kind.WAKE_UP) {
                wake();
            } else if (job.kind().replies()) {
                exchange(0);
            } else {
                send(0);
            }
        }
    }

    private void work(int millis) {
        long start = System.nanoTime();
        long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
        switch (job.kind()) {
            case ROUND_TRIP -> exchangeUntil(end);
            case STREAM -> streamUntil(end);
            case FIXED_RATE -> exchangeAtFixedRate(start, end);
            case WAKE_UP -> wakeUntil(end);
            case IDLE -> waitUntil(end);
            case CHECK -> exchangeAFew();
            default -> throw new AssertionError(job.kind());
        }
    }

    /** A reading of the clock both ends one round trip and begins the next. */
    private void exchangeUntil(long end) {
        long before = System.nanoTime();
        while (before - end < 0) {
            exchange(0);
            long after = System.nanoTime();
            record(after - before);
            before = after;
        }
    }

    private void streamUntil(long end) {
        int framesPerLook = Math.max(1, BYTES_PER_LOOK / job.size());
        while (System.nanoTime() - end < 0) {
            for (int i = 0; i < framesPerLook; i++) {
                send(0);
            }
            sender.flush();
        }
    }

    /**
     * Measured from the instant a frame was due: one that is late because of the one before it counts as late. Frames
     * still to be sent when the time is over are not sent any more; each counts as late as it is by then.
     */
    private void exchangeAtFixedRate(long start, long end) {
        long due = start;
        for (long i = 1; due - end < 0; i++) {
            waitUntil(due);
            if (System.nanoTime() - end < 0) {
                exchange(0);
            }
            record(System.nanoTime() - due);
            due = start + i * TimeUnit.SECONDS.toNanos(1) / job.rate();
        }
    }

    private void wakeUntil(long end) {
        for (long due = System.nanoTime() + PAUSE_BEFORE_WAKE_UP;
                due - end < 0;
                due = System.nanoTime() + PAUSE_BEFORE_WAKE_UP) {
            waitUntil(due);
            wake();
        }
    }

    /** Apart from its loop, which runs too seldom to be compiled: what is measured is not to be interpreted. */
    private void wake() {
        number++;
        payload.stamp(System.nanoTime());
        sender.send(payload);
    }

    private void exchangeAFew() {
        for (int i = 0; i < CHECKED_FRAMES; i++) {
            exchange(0);
        }
    }

    private void mark(long mark) {
        if (job.kind().replies()) {
            exchange(mark);
        } else {
            send(mark);
            sender.flush();
        }
    }

    private void exchange(long mark) {
        send(mark);
        sender.flush();
        while (replies.frames() < number) {
            receiver.receive(replies);
        }
    }

    private void send(long mark) {
        payload.stamp(++number | mark);
        sender.send(payload);
    }

    private void record(long nanos) {
        histogram.recordValue(Math.min(LONGEST, nanos));
    }

    private static void waitUntil(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            if (left > SLEEP_ERROR) {
                LockSupport.parkNanos(left - SLEEP_ERROR);
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
