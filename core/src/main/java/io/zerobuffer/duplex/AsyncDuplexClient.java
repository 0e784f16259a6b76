package io.zerobuffer.duplex;

import io.zerobuffer.Frame;
import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.ZeroBufferException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A future for each request, to any number of threads.
 *
 * <p>Futures are completed in the order of the requests, by the client's own thread, which is a daemon named after the channel: what depends on a future without an executor runs on that
 * thread and holds up the next answer. A request that was cancelled is answered all the same; the answer is dropped. When the server dies, every open future fails with {@link
 * io.zerobuffer.errors.ServerDeadException} within 100 ms, and every later call does at once.
 */
public final class AsyncDuplexClient implements AutoCloseable {
    private static final Duration LONG = Duration.ofHours(1);

    private final DuplexClient client;
    private final Queue<CompletableFuture<byte[]>> open = new ConcurrentLinkedQueue<>();
    private final Thread receiver;
    /** Why there will be no more answers. Guarded by this. */
    private ZeroBufferException end;

    /**
     * Takes over a client that is connected and has no requests under way.
     *
     * @param client closed with this one
     * @param channel for the name of the thread
     */
    public AsyncDuplexClient(DuplexClient client, String channel) {
        this.client = client;
        this.receiver = new Thread(this::receive, "zerobuffer-duplex-answers-" + channel);
        receiver.setDaemon(true);
        receiver.start();
    }

    /**
     * Sends a request by copy. Waits for space in the request buffer, not for the answer.
     *
     * @return a copy of the answer
     */
    public synchronized CompletableFuture<byte[]> call(byte[] request) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        if (end != null) {
            answer.completeExceptionally(end);
            return answer;
        }
        open.add(answer);
        try {
            client.send(request);
        } catch (RuntimeException notSent) {
            open.remove(answer);
            answer.completeExceptionally(notSent);
        }
        return answer;
    }

    /** Leaves the channel; open futures fail with {@link BufferClosedException}. */
    @Override
    public void close() {
        client.close();
        boolean interrupted = false;
        while (receiver.isAlive() && Thread.currentThread() != receiver) {
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

    private void receive() {
        while (true) {
            try (Frame answer = client.receive(LONG)) {
                if (answer != null) {
                    open.remove().complete(answer.toByteArray());
                }
            } catch (ZeroBufferException over) {
                fail(over);
                return;
            }
        }
    }

    private synchronized void fail(ZeroBufferException cause) {
        end = cause;
        for (CompletableFuture<byte[]> answer = open.poll(); answer != null; answer = open.poll()) {
            answer.completeExceptionally(cause);
        }
    }
}
