package io.zerobuffer.internal.os.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread that sleeps on the semaphores of many virtual threads at once (futex_waitv, since Linux 5.16), and
 * unparks those whose semaphore got a token. It is a daemon, is started when a virtual thread sleeps, and stays; for
 * more semaphores than one such thread can watch there is another.
 *
 * <p>A semaphore stays watched after a sleep that ended without a token, so that the next one does not wake this
 * thread. A token ends it.
 *
 * <p>The kernel gets mere addresses. One that is not mapped any more makes its call fail and no more than that; the
 * look afterwards tells which.
 */
final class SharedSleep {
    /** FUTEX_WAITV_MAX, linux/futex.h, less the bell. */
    static final int MOST_SEMAPHORES = 127;

    // struct futex_waitv, linux/futex.h: value, address, flags, reserved
    private static final long WAITER_SIZE = 24;
    private static final long ADDRESS = 8;
    private static final long FLAGS = 16;

    /** After a call that failed and whose reason is gone, or anything else that failed. */
    private static final long PAUSE_NANOS = 50_000;

    private static final VarHandle BELL = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();

    private static final ReentrantLock REGISTRY = new ReentrantLock();

    /** Each with a running thread; guarded by the registry's lock, as are their places. */
    private static final List<SharedSleep> ALL = new ArrayList<>();

    private final MemorySegment waiters = Arena.global().allocate(WAITER_SIZE * (1 + MOST_SEMAPHORES), Long.BYTES);

    /** Counts arrivals: a sleep that does not know of the latest one does not begin. */
    private final MemorySegment bell = Arena.global().allocate(ValueLayout.JAVA_INT);

    private final Queue<Place> arrivals = new ConcurrentLinkedQueue<>();
    /** Never grows: a place that has arrived must not get lost for want of memory. */
    private final List<Place> watched = new ArrayList<>(MOST_SEMAPHORES);

    /** How many semaphores are watched or arriving. */
    private int places;

    private SharedSleep() {}

    /** Asked of the kernel once, when a virtual thread sleeps. */
    static boolean isUsable() {
        return Kernel.HAS_FUTEX_WAITV;
    }

    private static final class Kernel {
        static final boolean HAS_FUTEX_WAITV = Linux.hasFutexWaitv();
    }

    /** Who sleeps on a semaphore: one virtual thread at a time. */
    static final class Place {
        private final GlibcSemaphore semaphore;
        private volatile @Nullable Thread sleeper;
        private volatile boolean isWatched;

        Place(GlibcSemaphore semaphore) {
            this.semaphore = semaphore;
        }

        /**
         * Parks the calling virtual thread, which is counted in the semaphore, until there may be a token, at most for
         * a time.
         */
        void sleep(long nanos) {
            sleeper = Thread.currentThread();
            try {
                if (!isWatched) {
                    watch(this);
                }
                // Whoever posted before this thread was counted woke nobody.
                if (semaphore.value() == 0) {
                    LockSupport.parkNanos(this, nanos);
                }
            } finally {
                sleeper = null;
            }
        }

        /** Whether there is something to see for the sleeper. */
        private boolean isOver() {
            try {
                return semaphore.value() != 0;
            } catch (IllegalStateException | InternalError closedOrTruncated) {
                // The sleeper finds the same.
                return true;
            }
        }

        private void wake() {
            // In this order: a sleeper that comes between the two is woken, or has itself watched again.
            isWatched = false;
            Thread thread = sleeper;
            if (thread != null) {
                LockSupport.unpark(thread);
            } else {
                // A platform thread may sleep on it by now, and its wake-up have come here.
                semaphore.wakeSleeper();
            }
        }
    }

    private static void watch(Place place) {
        SharedSleep sleep = admit(place);
        int ignored = (int) BELL.getAndAdd(sleep.bell, 0L, 1);
        Linux.futexWake(sleep.bell);
    }

    private static SharedSleep admit(Place place) {
        REGISTRY.lock();
        try {
            SharedSleep sleep = ALL.stream()
                    .filter(one -> one.places < MOST_SEMAPHORES)
                    .findFirst()
                    .orElseGet(SharedSleep::start);
            // First, as this may fail for want of memory; what is seen of it before the rest ends in forget, which
            // waits.
            sleep.arrivals.add(place);
            sleep.places++;
            place.isWatched = true;
            return sleep;
        } finally {
            REGISTRY.unlock();
        }
    }

    private static SharedSleep start() {
        SharedSleep sleep = new SharedSleep();
        Thread.ofPlatform()
                .daemon()
                .inheritInheritableThreadLocals(false)
                .name("zerobuffer-sleep-" + (1 + ALL.size()))
                .start(sleep::run);
        ALL.add(sleep);
        return sleep;
    }

    /** Goes on whatever happens, as nobody else would wake those who sleep. */
    private void run() {
        boolean failed = false;
        while (true) {
            try {
                if (failed) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                    wake(true);
                    failed = false;
                }
                watchOnce();
            } catch (Throwable failure) {
                // A page that is gone, which the JVM may report late, or no memory: it may be any of them. They look
                // for themselves, and come again.
                failed = true;
            }
        }
    }

    private void watchOnce() {
        int rung = (int) BELL.getVolatile(bell, 0L);
        for (Place place = arrivals.poll(); place != null; place = arrivals.poll()) {
            watched.add(place);
        }
        boolean slept = sleep(rung);
        boolean woke = wake(false);
        if (!slept && !woke && arrivals.isEmpty()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Until a semaphore has a token, somebody arrives, or something is wrong. */
    private boolean sleep(int rung) {
        expect(0, rung, bell.address());
        int count = 1;
        for (Place place : watched) {
            expect(count++, 0, place.semaphore.address());
        }
        return Linux.futexWaitAny(waiters, count);
    }

    private void expect(int index, int value, long address) {
        long waiter = index * WAITER_SIZE;
        waiters.set(ValueLayout.JAVA_LONG, waiter, Integer.toUnsignedLong(value));
        waiters.set(ValueLayout.JAVA_LONG, waiter + ADDRESS, address);
        waiters.set(ValueLayout.JAVA_INT, waiter + FLAGS, Linux.FUTEX2_SIZE_U32);
    }

    /** Wakes those who sleep and for whom it is over, or all; they are watched no more. Allocates nothing. */
    private boolean wake(boolean all) {
        boolean woke = false;
        for (int i = watched.size() - 1; i >= 0; i--) {
            Place place = watched.get(i);
            if (all || place.isOver()) {
                forget(i);
                place.wake();
                woke = true;
            }
        }
        return woke;
    }

    /** Before the wake-up, after which it may arrive again. */
    private void forget(int index) {
        watched.remove(index);
        REGISTRY.lock();
        try {
            places--;
        } finally {
            REGISTRY.unlock();
        }
    }
}
