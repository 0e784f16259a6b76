package io.zerobuffer;

import io.zerobuffer.os.NamedSemaphore;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sleeping on a semaphore. A native call keeps a virtual thread on its carrier, so for one of those a platform thread sleeps, and the virtual thread is parked
 * meanwhile. There are as many such threads as virtual ones sleep at the same time; they are daemons and end when they have had nothing to do for a while.
 */
final class Sleep implements Runnable {
    private static final long IDLE_SECONDS = 10;

    private final NamedSemaphore semaphore;
    private final long nanos;
    private final Thread sleeper = Thread.currentThread();
    private boolean taken;
    private Throwable failure;
    private volatile boolean over;

    private Sleep(NamedSemaphore semaphore, long nanos) {
        this.semaphore = semaphore;
        this.nanos = nanos;
    }

    /** Does what {@link NamedSemaphore#take(long)} does. */
    static boolean take(NamedSemaphore semaphore, long nanos) {
        return Thread.currentThread().isVirtual() ? new Sleep(semaphore, nanos).takeElsewhere() : semaphore.take(nanos);
    }

    /** An interrupt does not end it early: the token, if one is taken, must be counted. */
    private boolean takeElsewhere() {
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
                Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("zerobuffer-sleep-", 1).factory());
    }
}
