package io.zerobuffer.duplex;

import io.zerobuffer.Frame;
import io.zerobuffer.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Requests that are handled at the same time, and answered in their order: whoever finishes the oldest one writes its
 * answer and those behind it that wait. So one thread at a time uses the writer, and none waits for another's request.
 */
final class Pipeline {
    private enum State {
        /** Finished, or never used. */
        FREE,
        /** Given to the executor. */
        WAITING,
        RUNNING,
        /** Answered by its handler, but its turn may not have come. */
        ANSWERED,
        /** Its client has to be given up when its turn comes. */
        FAILED
    }

    private final Session session;
    private final Answering answering;
    private final Executor executor;
    private final Slot[] slots;

    /** The threads that run handlers or write answers. */
    private final List<Thread> atWork = new ArrayList<>();

    private long taken;
    private boolean closed;
    private boolean failed;

    /** Number of the oldest request whose answer was not written. Set while this is held. */
    private volatile long next;

    Pipeline(Session session, Answering answering, Executor executor, int limit) {
        this.session = session;
        this.answering = answering;
        this.executor = executor;
        this.slots = new Slot[limit];
        for (int i = 0; i < limit; i++) {
            slots[i] = new Slot();
        }
    }

    /** A place for one request after the other. */
    private final class Slot implements Runnable {
        private long number = -1;
        private final Response response = new Response(() -> number == next);
        private @Nullable Frame request;
        private State state = State.FREE;

        @Override
        public void run() {
            Frame begun = begin(this);
            if (begun == null) {
                return;
            }
            boolean answered = false;
            try {
                answered = answering.handle(begun, response);
            } finally {
                finish(this, answered);
            }
        }
    }

    /** Waits for a place; false when there is none in time, or the pipeline was closed. */
    synchronized boolean awaitPlace(long millis) {
        long start = System.nanoTime();
        long left = millis;
        while (taken - next == slots.length && left > 0 && !closed && !failed) {
            try {
                wait(left);
            } catch (InterruptedException notForThisThread) {
                // Whoever interrupts the server's thread means a handler that is not there any more.
            }
            left = millis - (System.nanoTime() - start) / 1_000_000;
        }
        return taken - next < slots.length && !closed && !failed;
    }

    /** Has a request handled, which gets the place that there is. */
    void handle(Frame request, Writer responses) {
        Slot slot = place(request, responses);
        try {
            executor.execute(slot);
        } catch (RuntimeException | Error refused) {
            if (begin(slot) != null) {
                finish(slot, answering.refuse(request, slot.response, refused));
            }
        }
    }

    /** No handler begins any more. Answers how many are at work. */
    synchronized int stop() {
        closed = true;
        notifyAll();
        return atWork.size();
    }

    /** Waits until no handler is at work, and frees what they used. */
    void close() {
        awaitHandlers();
        for (Slot slot : slots) {
            slot.response.free();
        }
    }

    /** Whether this thread runs a handler, or writes answers. */
    synchronized boolean isRunning(Thread thread) {
        return atWork.contains(thread);
    }

    private synchronized void awaitHandlers() {
        closed = true;
        boolean interrupted = false;
        while (!atWork.isEmpty()) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Slot place(Frame request, Writer responses) {
        Slot slot = slots[(int) (taken % slots.length)];
        slot.request = request;
        slot.number = taken++;
        slot.state = State.WAITING;
        slot.response.begin(responses);
        return slot;
    }

    /** The slot's request if it is to be handled; otherwise null. */
    private synchronized @Nullable Frame begin(Slot slot) {
        if (closed || failed || slot.state != State.WAITING) {
            return null;
        }
        slot.state = State.RUNNING;
        atWork.add(Thread.currentThread());
        return slot.request;
    }

    private void finish(Slot slot, boolean answered) {
        // A handler's leftover interrupt is not for the wait for space.
        boolean interrupted = Thread.interrupted();
        try {
            writeFrom(done(slot, answered));
        } finally {
            leave();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The slot if its turn has come; otherwise null. */
    private synchronized @Nullable Slot done(Slot slot, boolean answered) {
        slot.state = answered ? State.ANSWERED : State.FAILED;
        return slot.number == next && !failed ? slot : null;
    }

    private void writeFrom(@Nullable Slot first) {
        for (Slot slot = first; slot != null; slot = following(slot)) {
            if (slot.state == State.FAILED || !answering.send(slot.response)) {
                giveUp();
                return;
            }
        }
    }

    private synchronized @Nullable Slot following(Slot written) {
        written.state = State.FREE;
        next++;
        notifyAll();
        Slot slot = slots[(int) (next % slots.length)];
        boolean isDone = slot.state == State.ANSWERED || slot.state == State.FAILED;
        return slot.number == next && isDone ? slot : null;
    }

    private void giveUp() {
        synchronized (this) {
            failed = true;
            notifyAll();
        }
        session.giveUp();
    }

    private synchronized void leave() {
        atWork.remove(Thread.currentThread());
        notifyAll();
    }
}
