package io.zerobuffer.cli;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.WaitInterruptedException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The wish of SIGINT, SIGTERM or a parent process that a run should end; the run then closes its buffers and prints its
 * result.
 */
final class StopRequest implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Runnable onSignal;
    private volatile boolean requested;
    private volatile boolean goalReached;
    private volatile int status;

    private StopRequest(@Nullable Runnable onSignal) {
        this.onSignal = onSignal == null ? this::request : onSignal;
        // The library would close the run's buffers at the same time, and the run take that for a failure.
        System.setProperty("io.zerobuffer.closeAtExit", "false");
        Runtime.getRuntime().addShutdownHook(new Thread(this::awaitFinish, "stop"));
    }

    /** A signal asks the calling thread to stop. */
    static StopRequest onSignal() {
        return new StopRequest(null);
    }

    /** A signal runs {@code action}, and the process stays until the run has finished by itself. */
    static StopRequest onSignal(Runnable action) {
        return new StopRequest(action);
    }

    boolean requested() {
        return requested;
    }

    void request() {
        requested = true;
        worker.interrupt();
    }

    /** True if {@code failure} is only how a wait ended because of this request. */
    boolean explains(Exception failure) {
        return requested
                && (failure instanceof WaitInterruptedException
                        || failure instanceof BufferClosedException
                        || failure instanceof ClosedByInterruptException);
    }

    /**
     * The run has closed everything and printed its result.
     *
     * @param goalReached whether a run ended by a signal has done what it was asked to, so that its own status counts
     */
    void finished(int status, boolean goalReached) {
        this.status = status;
        this.goalReached = goalReached;
        finished.countDown();
    }

    /** Nothing is left to wait for, whether the run has finished or never began. */
    @Override
    public void close() {
        finished.countDown();
    }

    private void awaitFinish() {
        if (finished.getCount() == 0) {
            return;
        }
        onSignal.run();
        try {
            if (finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && (goalReached || status != ExitStatus.DONE)) {
                // Without this the status would be 128 + the signal's number.
                Runtime.getRuntime().halt(status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
