package io.zerobuffer.internal.os.posix;

import io.zerobuffer.internal.os.Signal;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread that sleeps on a semaphore in place of a virtual one, which is parked meanwhile: where the system
 * cannot let one thread sleep for many. There are as many such threads as virtual ones sleep at the same time; they
 * are daemons and end when they have had nothing to do for a while.
 */
public final class StandIn implements Runnable {
    private static final long IDLE_SECONDS = 10;

    private final Signal semaphore;
    private final long nanos;
    private final Thread sleeper = Thread.currentThread();
    private boolean taken;
    private @Nullable Throwable failure;
    private volatile boolean over;

    private StandIn(Signal semaphore, long nanos) {
        this.semaphore = semaphore;
        this.nanos = nanos;
    }

    /** What {@link Signal#take(long)} answers a platform thread. */
    public static boolean take(Signal semaphore, long nanos) {
        return new StandIn(semaphore, nanos).take();
    }

    /** An interrupt does not end it early: the token, if one is taken, must be counted. */
    private boolean take() {
        Pool.PLATFORM_THREADS.execute(this);
        boolean interrupted = false;
        while (!over) {
            LockSupport.park(this);
            // A thread with its interrupt status set does not park.
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return switch (failure) {
            case null -> taken;
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> throw new AssertionError("a semaphore throws nothing checked", failure);
        };
    }

    @Override
    public void run() {
        try {
            taken = semaphore.take(nanos);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        over = true;
        LockSupport.unpark(sleeper);
    }

    /** Made when the first virtual thread sleeps. */
    private static final class Pool {
        static final Executor PLATFORM_THREADS = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform()
                        .daemon()
                        .inheritInheritableThreadLocals(false)
                        .name("zerobuffer-stand-in-", 1)
                        .factory());
    }
}
