package io.zerobuffer.stream;

import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands the frames of one ring to several listeners, without copying them, and releases each when the last listener is
 * done with it.
 *
 * {@snippet :
 * ReaderConfig config = ReaderConfig.builder().payloadSize(64 << 20).releaseFromAnyThread(true).build();
 * try (Reader reader = Reader.create(name, config);
 *         FanOut fanOut = FanOut.start(reader)) {
 *     fanOut.subscribe(FanOut.Delivery.EVERY_FRAME, frame -> record(frame.segment()));
 *     fanOut.subscribe(FanOut.Delivery.LATEST, frame -> show(frame.segment()));
 *     waitUntilTheUserHasEnough();
 * }
 * }
 *
 * <p>Listeners may come and go. While there is none, frames stay in the ring. A listener that throws is removed, and
 * its {@link FrameListener#onEnd} gets what it threw; the others go on.
 *
 * <p><b>Who slows whom.</b> The ring takes space back in the order of its frames: while a frame is held, nothing behind
 * it becomes free. So the writer runs on, and every other listener gets its frames in time, for as long as the writer
 * takes to fill what is left of the ring; the ring has to hold what is written while the slowest listener has one
 * frame, {@link Delivery#LATEST} or not. A listener that takes longer than that, and shall not slow the others, copies
 * what it needs and calls {@link Frame#release} before it goes on.
 *
 * <p><b>Threads.</b> One platform thread takes frames from the ring, one more per listener calls it; they are named
 * after the buffer and no daemons. All methods may be called from any thread. Each frame allocates 16 bytes and 64 per
 * listener; a thread that waits for another, some bytes more.
 */
public final class FanOut implements AutoCloseable {
    /** How many frames an {@link Delivery#EVERY_FRAME} listener may be behind before the others wait for it. */
    private static final int MOST_BEHIND = 256;

    /** Which frames a listener gets. */
    public enum Delivery {
        /**
         * All, in order. The writer, and with it every other listener, goes no faster than this one, once the ring is
         * full or it is 256 frames behind.
         */
        EVERY_FRAME,

        /** The newest there is whenever the listener is done with the one before; those between are skipped. */
        LATEST
    }

    private final Reader reader;
    private final FrameLoop loop;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /** Guards what a listener that comes has to know. */
    private final ReentrantLock membership = new ReentrantLock();

    private final Condition changed = membership.newCondition();
    private boolean ended;
    private int threadsStarted;

    private FanOut(Reader reader) {
        this.reader = FramePublisher.releasingFromAnyThread(reader);
        this.loop =
                FrameLoop.start(reader, new Distributor(), this::awaitListener, "zerobuffer-fanout-" + reader.name());
    }

    /**
     * Begins to hand out frames as soon as somebody subscribes.
     *
     * @throws IllegalArgumentException if the reader was not created with
     *     {@link ReaderConfig.Builder#releaseFromAnyThread}
     */
    public static FanOut start(Reader reader) {
        return new FanOut(reader);
    }

    /**
     * Adds a listener, which gets the frames that are taken from the ring from now on.
     *
     * @throws IllegalStateException if this was closed, or the writer left while somebody listened
     */
    public Subscription subscribe(Delivery delivery, FrameListener listener) {
        Objects.requireNonNull(delivery, "delivery");
        Objects.requireNonNull(listener, "listener");
        membership.lock();
        try {
            if (ended) {
                throw new IllegalStateException("buffer '" + reader.name()
                        + "': the fan-out has ended, because the writer left or it was closed; start another one");
            }
            Subscription subscription =
                    new Subscription(delivery, listener, "zerobuffer-fanout-" + reader.name() + "-" + ++threadsStarted);
            subscription.start();
            subscriptions.add(subscription);
            changed.signalAll();
            return subscription;
        } finally {
            membership.unlock();
        }
    }

    /**
     * Removes every listener, frames they have not got yet are released unseen, and waits until they have returned from
     * their last calls, unless one of them calls this. Frames that were not taken from the ring stay in it. Takes up to
     * 50 ms and as long as they take. Closing again does nothing.
     */
    @Override
    public void close() {
        // Before anybody leaves: what is taken from then on nobody would get.
        loop.requestStop();
        end(null);
        subscriptions.forEach(Subscription::leave);
        loop.close();
        threads.forEach(this::await);
    }

    /** Two listeners that close each other must not wait for each other. */
    private void await(Thread thread) {
        if (!threads.contains(Thread.currentThread())) {
            FrameLoop.join(thread);
        }
    }

    private void end(@Nullable Throwable cause) {
        membership.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            membership.unlock();
        }
        subscriptions.forEach(subscription -> subscription.end(cause));
    }

    private void awaitListener() {
        membership.lock();
        try {
            while (subscriptions.isEmpty() && !ended) {
                changed.awaitUninterruptibly();
            }
        } finally {
            membership.unlock();
        }
    }

    private final class Distributor implements FrameListener {
        @Override
        public void onFrame(Frame frame) {
            awaitListener();
            for (Subscription subscription : subscriptions) {
                subscription.offer(frame);
            }
        }

        @Override
        public void onEnd(Optional<Throwable> cause) {
            end(cause.orElse(null));
        }
    }

    /** A listener's part in a {@link FanOut}. */
    public final class Subscription implements AutoCloseable {
        private final Delivery delivery;
        private final FrameListener listener;
        private final Thread thread;

        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final Deque<Frame> waiting = new ArrayDeque<>();
        private boolean left;
        private boolean ended;
        private @Nullable Throwable cause;
        private long skipped;

        private Subscription(Delivery delivery, FrameListener listener, String threadName) {
            this.delivery = delivery;
            this.listener = listener;
            this.thread = new Thread(this::run, threadName);
        }

        private void start() {
            threads.add(thread);
            try {
                thread.start();
            } catch (RuntimeException | Error noThread) {
                threads.remove(thread);
                throw noThread;
            }
        }

        /** Frames a {@link Delivery#LATEST} listener did not get because there was a newer one. */
        public long skipped() {
            lock.lock();
            try {
                return skipped;
            } finally {
                lock.unlock();
            }
        }

        /** Whether the listener may still get frames. */
        public boolean isActive() {
            lock.lock();
            try {
                return !left;
            } finally {
                lock.unlock();
            }
        }

        /**
         * Removes the listener, frames it has not got yet are released unseen, and waits until it has returned from its
         * last call, unless a listener of this fan-out calls this. Closing again does nothing.
         */
        @Override
        public void close() {
            leave();
            await(thread);
        }

        /** Waits while an {@link Delivery#EVERY_FRAME} listener is too far behind. */
        private void offer(Frame frame) {
            lock.lock();
            try {
                while (delivery == Delivery.EVERY_FRAME && waiting.size() == MOST_BEHIND) {
                    changed.awaitUninterruptibly();
                }
                if (left) {
                    return;
                }
                if (delivery == Delivery.LATEST && !waiting.isEmpty()) {
                    waiting.remove().release();
                    skipped++;
                }
                waiting.add(frame.share());
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** Nothing comes after what is waiting. */
        private void end(@Nullable Throwable reason) {
            lock.lock();
            try {
                if (!ended) {
                    ended = true;
                    cause = reason;
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        private void leave() {
            subscriptions.remove(this);
            lock.lock();
            try {
                left = true;
                waiting.forEach(Frame::release);
                waiting.clear();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private void run() {
            Throwable failure = null;
            try {
                boolean more = true;
                while (more) {
                    more = handNext();
                }
                failure = reason();
            } catch (Throwable thrown) {
                failure = thrown;
            }
            leave();
            try {
                listener.onEnd(Optional.ofNullable(failure));
            } finally {
                threads.remove(thread);
            }
        }

        private boolean handNext() throws Exception {
            try (Frame frame = next()) {
                if (frame != null) {
                    frame.bindToThread();
                    listener.onFrame(frame);
                }
                return frame != null;
            } finally {
                // A leftover interrupt is not for the next frame.
                Thread.interrupted();
            }
        }

        private @Nullable Throwable reason() {
            lock.lock();
            try {
                return left ? null : cause;
            } finally {
                lock.unlock();
            }
        }

        /** The next frame to hand out, waiting for it; null when there will be none. */
        private @Nullable Frame next() {
            lock.lock();
            try {
                while (waiting.isEmpty() && !left && !ended) {
                    changed.awaitUninterruptibly();
                }
                Frame next = waiting.poll();
                changed.signalAll();
                return next;
            } finally {
                lock.unlock();
            }
        }
    }
}
