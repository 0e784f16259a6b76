package io.zerobuffer.stream;

import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.internal.friends.Friends;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the frames of a buffer to one subscriber at a time, by the rules of Reactive Streams.
 *
 * <p>A frame is taken from the ring when it was requested, and not before: a subscriber that requests nothing leaves
 * the frames in the ring, until the writer finds it full and waits.
 *
 * <p>onComplete comes when the writer closed and its last frame was taken; onError with {@link PeerGoneException}
 * when the writer died, with {@link io.zerobuffer.errors.BufferClosedException} when the reader was closed, or whatever
 * else {@link Reader#read(java.time.Duration)} throws. All but the one after a close come when a frame was requested
 * that there is not any more. After the end, or after it cancelled, another subscriber gets the frames from there on;
 * until then a second one gets onError with IllegalStateException.
 *
 * <p>A subscription that is cancelled ends within 50 ms; a frame that was taken from the ring meanwhile is released
 * unseen.
 *
 * <p><b>Threads.</b> Each subscriber gets all its signals from a platform thread, named after the buffer, that is no
 * daemon and ends with the subscription. It waits for the thread of the subscriber before. An exception out of the
 * subscriber ends the subscription, and the thread, whose uncaught exception handler gets it. An interrupt that onNext
 * leaves behind ends with it; any other ends the subscription. Each frame allocates its object, 64 bytes.
 */
public final class FramePublisher implements Flow.Publisher<Frame> {
    private final Reader reader;
    private final boolean releasing;

    /** The latest one; guarded by this. */
    private @Nullable FrameSubscription latest;

    private FramePublisher(Reader reader, boolean releasing) {
        this.reader = reader;
        this.releasing = releasing;
    }

    /** A publisher that releases each frame when onNext has returned. */
    public static FramePublisher of(Reader reader) {
        return new FramePublisher(Objects.requireNonNull(reader, "reader"), true);
    }

    /**
     * A publisher whose subscriber releases the frames, in any order and on any thread: every frame that onNext got,
     * even if it threw. Another thread may have the frame by then, and two must not release it.
     *
     * @throws IllegalArgumentException if the reader was not created with
     *     {@link ReaderConfig.Builder#releaseFromAnyThread}
     */
    public static FramePublisher handingOver(Reader reader) {
        return new FramePublisher(releasingFromAnyThread(reader), false);
    }

    static Reader releasingFromAnyThread(Reader reader) {
        if (!Friends.ofTheApi().releasesFromAnyThread(reader)) {
            throw new IllegalArgumentException("buffer '" + reader.name()
                    + "': only the reading thread may release this reader's frames; create it with"
                    + " ReaderConfig.Builder.releaseFromAnyThread(true)");
        }
        return reader;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Frame> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        if (!begin(subscriber)) {
            subscriber.onSubscribe(new Refused());
            subscriber.onError(new IllegalStateException(
                    "buffer '" + reader.name() + "' has a subscriber; cancel that one, or use a FanOut for several"));
        }
    }

    private synchronized boolean begin(Flow.Subscriber<? super Frame> subscriber) {
        if (latest != null && !latest.ended) {
            return false;
        }
        FrameSubscription next = new FrameSubscription(subscriber, latest == null ? null : latest.thread);
        next.thread.start();
        latest = next;
        return true;
    }

    private final class FrameSubscription implements Flow.Subscription {
        private final AtomicLong demand = new AtomicLong();
        private final Thread thread = new Thread(this::run, "zerobuffer-publisher-" + reader.name());
        private Flow.@Nullable Subscriber<? super Frame> subscriber;
        private @Nullable Thread predecessor;
        private volatile @Nullable IllegalArgumentException badRequest;
        private volatile boolean ended;

        FrameSubscription(Flow.Subscriber<? super Frame> subscriber, @Nullable Thread predecessor) {
            this.subscriber = subscriber;
            this.predecessor = predecessor;
        }

        @Override
        public void request(long frames) {
            if (frames <= 0) {
                badRequest = new IllegalArgumentException("buffer '" + reader.name() + "': " + frames
                        + " frames were requested; request 1 or more (Reactive Streams, rule 3.9)");
            } else {
                demand.updateAndGet(
                        demanded -> demanded > Long.MAX_VALUE - frames ? Long.MAX_VALUE : demanded + frames);
            }
            LockSupport.unpark(thread);
        }

        @Override
        public void cancel() {
            ended = true;
            LockSupport.unpark(thread);
        }

        private void run() {
            try {
                subscriber().onSubscribe(this);
                awaitPredecessor();
                publish();
            } finally {
                ended = true;
                // Rule 3.13: whoever keeps the publisher does not keep the subscriber.
                subscriber = null;
            }
        }

        /** For its thread alone, until that ends. */
        private Flow.Subscriber<? super Frame> subscriber() {
            return Objects.requireNonNull(subscriber);
        }

        private void awaitPredecessor() {
            if (predecessor != null) {
                FrameLoop.join(predecessor);
                predecessor = null;
            }
        }

        private void publish() {
            while (!ended) {
                if (badRequest != null) {
                    fail(badRequest);
                } else if (Thread.currentThread().isInterrupted()) {
                    fail(new WaitInterruptedException(reader.name()));
                } else if (demand.get() == 0) {
                    awaitDemand();
                } else {
                    publishNext();
                }
            }
        }

        /** A reader may be closed while nothing is requested: the thread must not outlive it. */
        private void awaitDemand() {
            try {
                Friends.ofTheApi().writerPid(reader);
            } catch (RuntimeException | InternalError closed) {
                fail(closed);
                return;
            }
            LockSupport.parkNanos(this, FrameLoop.LOOK_INTERVAL.toNanos());
        }

        private void publishNext() {
            Frame frame;
            try {
                frame = reader.read(FrameLoop.LOOK_INTERVAL);
            } catch (PeerGoneException gone) {
                if (gone.isEndOf(reader.name())) {
                    complete();
                } else {
                    fail(gone);
                }
                return;
            } catch (RuntimeException | InternalError failure) {
                fail(failure);
                return;
            }
            if (frame != null) {
                hand(frame);
            }
        }

        private void hand(Frame frame) {
            if (ended) {
                frame.release();
                return;
            }
            // A demand of Long.MAX_VALUE is without end, rule 3.17.
            demand.updateAndGet(demanded -> demanded == Long.MAX_VALUE ? demanded : demanded - 1);
            if (releasing) {
                frame.bindToThread();
            }
            try {
                subscriber().onNext(frame);
            } finally {
                // A leftover interrupt of the subscriber's is not for the next wait.
                Thread.interrupted();
                if (releasing) {
                    frame.release();
                }
            }
        }

        private void complete() {
            if (!ended) {
                ended = true;
                subscriber().onComplete();
            }
        }

        private void fail(Throwable cause) {
            if (!ended) {
                ended = true;
                subscriber().onError(cause);
            }
        }
    }

    /** Of a subscriber that gets onError at once. */
    private record Refused() implements Flow.Subscription {
        @Override
        public void request(long frames) {}

        @Override
        public void cancel() {}
    }
}
