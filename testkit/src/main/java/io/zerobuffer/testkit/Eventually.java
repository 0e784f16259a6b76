package io.zerobuffer.testkit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A wait for what another thread or process brings about. */
public final class Eventually {
    /** Far beyond what anything takes that a test waits for, so that only a hang runs into it. */
    public static final Duration PATIENCE = Duration.ofMinutes(5);

    private Eventually() {}

    /**
     * Waits until something is so.
     *
     * @throws AssertionError if it has not become so within {@link #PATIENCE}, or the thread is interrupted
     */
    public static void await(String what, BooleanSupplier isSo) {
        long start = System.nanoTime();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for: " + what, e);
            }
        }
    }

    /**
     * The value of a future, or what {@link CompletableFuture#join} throws; a future that has neither within
     * {@link #PATIENCE} fails.
     */
    public static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
}
