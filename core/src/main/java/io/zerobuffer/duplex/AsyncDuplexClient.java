package io.zerobuffer.duplex;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.ServerGoneException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A future for each request, to any number of threads.
 *
 * {@snippet :
 * try (AsyncDuplexClient client = new AsyncDuplexClient(DuplexClient.connect("scaler", Duration.ofSeconds(10)))) {
 *     CompletableFuture<byte[]> scaled = client.call(picture);
 *     CompletableFuture<Integer> width = client.call(other, answer -> answer.getInt(0));   // without a copy
 *     ...
 * }
 * }
 *
 * <p>Futures are completed in the order of the requests, by the client's own thread, a daemon named after the channel:
 * what depends on a future without an executor runs on that thread and holds up the next answer, so slow work belongs
 * on another ({@code thenApplyAsync}). It may send requests, too: while such a call waits for space, it takes in the
 * answers that make the server go on, and completes them afterwards.
 *
 * <p>A request that was cancelled is answered all the same; the answer is dropped. When the server dies, stops or gives
 * this client up, every open future fails with {@link ServerGoneException} within 100 ms, and every later one at once.
 */
public final class AsyncDuplexClient implements AutoCloseable {
    private static final Duration LONG = Duration.ofHours(1);

    /** How long the receiver waits for an answer before it looks for space or the lock again. */
    private static final Duration HELP_INTERVAL = Duration.ofMillis(1);

    private final DuplexClient client;
    private final Thread receiver;

    /** Held while a request is sent, so that {@link #open} has the order of the ring. */
    private final ReentrantLock sending = new ReentrantLock();

    /** Requests without an answer, in their order. */
    private final Queue<Pending<?>> open = new ConcurrentLinkedQueue<>();

    /** Answers that were taken in but not told yet; the receiver's. */
    private final Queue<Pending<?>> received = new ArrayDeque<>();

    /** What the receiver met with, though it may have been in a call; the receiver's. Not every end is told twice. */
    private @Nullable Throwable failure;

    /** Why there will be no more answers; null while there will. Set before {@link #open} is emptied. */
    private volatile @Nullable Throwable end;

    /** A request under way, and what became of it. */
    private static final class Pending<T> {
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private final Function<? super Frame, ? extends T> reading;
        private @Nullable T value;
        private @Nullable Throwable failure;

        Pending(Function<? super Frame, ? extends T> reading) {
            this.reading = reading;
        }

        void read(Frame answer) {
            if (future.isDone()) {
                return;
            }
            try {
                value = reading.apply(answer);
            } catch (RuntimeException | Error thrown) {
                failure = thrown;
            }
        }

        void complete() {
            if (failure == null) {
                future.complete(value);
            } else {
                future.completeExceptionally(failure);
            }
        }
    }

    /**
     * Takes over a client that has no requests under way.
     *
     * @param client closed with this one, or if this one cannot be made; not to be used by others any more
     */
    public AsyncDuplexClient(DuplexClient client) {
        this.client = client;
        this.receiver = new Thread(this::receive, "zerobuffer-duplex-answers-" + client.channel());
        receiver.setDaemon(true);
        try {
            receiver.start();
        } catch (RuntimeException | Error noThread) {
            client.close();
            throw noThread;
        }
    }

    /**
     * Sends a request by copy. Waits for space in the request buffer, not for the answer.
     *
     * @return a copy of the answer; it fails with what {@link DuplexClient#write(byte[])} throws
     */
    public CompletableFuture<byte[]> call(byte[] request) {
        return call(request, Frame::toByteArray);
    }

    /**
     * Sends a request by copy, and has the answer read where it lies.
     *
     * @param reading makes the result of the answer, which is inaccessible afterwards; called by the client's own
     *     thread. What it throws the future fails with
     * @see #call(byte[])
     */
    public <T> CompletableFuture<T> call(byte[] request, Function<? super Frame, ? extends T> reading) {
        return call(request.length, claim -> claim.copyFrom(request), reading);
    }

    /**
     * Sends a request that is filled in place, and has the answer read where it lies.
     *
     * @param filler fills the claim, and neither commits nor aborts it, nor calls; called at once. What it throws the
     *     future fails with, and there is no request
     * @see #call(byte[], Function)
     */
    public <T> CompletableFuture<T> call(
            long size, Consumer<? super Claim> filler, Function<? super Frame, ? extends T> reading) {
        Pending<T> request = new Pending<>(reading);
        if (end != null) {
            request.future.completeExceptionally(end);
            return request.future;
        }
        try {
            lockSending();
            try {
                send(request, size, filler);
            } finally {
                sending.unlock();
            }
        } catch (RuntimeException | Error notSent) {
            request.future.completeExceptionally(notSent);
        }
        if (end != null) {
            failOpen();
        }
        return request.future;
    }

    /**
     * Leaves the channel; open futures fail with {@link BufferClosedException}. Waits for what depends on a future and
     * runs on the client's thread, unless that is what calls this.
     */
    @Override
    public void close() {
        client.close();
        boolean interrupted = false;
        while (receiver.isAlive() && !isReceiver()) {
            try {
                receiver.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Pending<?> request, long size, Consumer<? super Claim> filler) {
        try (Claim claim = isReceiver() ? claimReceiving(size) : client.claim(size)) {
            long before = client.sent();
            // Before it is filled: a filler that commits after all is answered, and nobody else shall get that answer.
            open.add(request);
            try {
                filler.accept(claim);
                if (client.sent() == before) {
                    claim.commit();
                }
            } finally {
                if (client.sent() == before) {
                    open.remove(request);
                }
            }
        }
    }

    /**
     * The receiver must not wait for anything without taking in answers: what it waits for may be waiting for space for
     * them.
     */
    private void lockSending() {
        if (!isReceiver()) {
            sending.lock();
            return;
        }
        while (!sending.tryLock()) {
            takeIn(HELP_INTERVAL);
        }
    }

    private Claim claimReceiving(long size) {
        Deadline deadline = new Deadline(client.sendTimeout());
        Claim claim = client.tryClaim(size);
        while (claim == null && !deadline.isOver()) {
            takeIn(HELP_INTERVAL);
            claim = client.tryClaim(size);
        }
        return claim != null ? claim : client.claim(size);
    }

    private boolean isReceiver() {
        return Thread.currentThread() == receiver;
    }

    private void receive() {
        try {
            while (failure == null) {
                takeIn(LONG);
                completeReceived();
            }
        } catch (RuntimeException | Error over) {
            failure = over;
        }
        end = failure;
        completeReceived();
        failOpen();
    }

    private void completeReceived() {
        for (Pending<?> next = received.poll(); next != null; next = received.poll()) {
            next.complete();
        }
    }

    private void takeIn(Duration timeout) {
        // What depends on an answer may leave one behind, which is not for this wait.
        Thread.interrupted();
        try (Frame answer = client.receive(timeout)) {
            if (answer == null) {
                return;
            }
            Pending<?> first = open.poll();
            if (first == null) {
                throw new IllegalStateException(
                        "channel '" + client.channel() + "': answer " + answer.sequence() + " came without a request");
            }
            // First in the queue, then read: reading may call, and so come here again.
            received.add(first);
            first.read(answer);
        } catch (RuntimeException | Error over) {
            failure = over;
            throw over;
        }
    }

    private void failOpen() {
        for (Pending<?> request = open.poll(); request != null; request = open.poll()) {
            request.future.completeExceptionally(end);
        }
    }
}
