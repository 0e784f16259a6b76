package io.zerobuffer.interop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The Java peer on a thread of the test's own process. */
final class ThreadPeer implements Peer {
    private final JavaPeer peer = new JavaPeer();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("peer").daemon().factory());

    @Override
    public PeerKind kind() {
        return PeerKind.JAVA_THREAD;
    }

    @Override
    public long pid() {
        return ProcessHandle.current().pid();
    }

    @Override
    public Pending begin(String request) {
        unanswered.incrementAndGet();
        return new Pending(
                this,
                request,
                CompletableFuture.supplyAsync(() -> peer.execute(request), thread)
                        .whenComplete((_, _) -> unanswered.decrementAndGet()));
    }

    @Override
    public boolean isIdle() {
        return unanswered.get() == 0 && !thread.isShutdown();
    }

    @Override
    public void kill() {
        throw new UnsupportedOperationException("a thread cannot be killed");
    }

    /** Interrupts what it waits for; close may come from any thread. */
    @Override
    public void end() {
        thread.shutdownNow();
        peer.close();
    }
}
