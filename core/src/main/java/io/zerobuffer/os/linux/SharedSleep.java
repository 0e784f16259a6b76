package io.zerobuffer.os.linux;

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

/**
 * A platform thread that sleeps on the semaphores of many virtual threads at once (futex_waitv, since Linux 5.16), and unparks those whose semaphore got a token. It is a daemon, is started
 * when a virtual thread sleeps, and stays; for more semaphores than one such thread can watch there is another.
 *
 * <p>A semaphore stays watched after a sleep that ended without a token, so that the next one does not wake this thread. A token ends it.
 *
 * <p>The kernel gets mere addresses. One that is not mapped any more makes its call fail and no more than that; the look afterwards tells which.
 */
final class SharedSleep {
    /** FUTEX_WAITV_MAX, linux/futex.h, less the bell. */
    static final int MOST_SEMAPHORES = 127;

    // struct futex_waitv, linux/futex.h: value, address, flags, reserved
    private static final long WAITER_SIZE = 24;
    private static final long ADDRESS = 8;
    private static final long FLAGS = 16;

    /** After a call that failed and whose reason is gone. */
    private static final long PAUSE_NANOS = 50_000;

    private static final VarHandle BELL = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();

    private static final ReentrantLock REGISTRY = new ReentrantLock();

    /** Each with a running thread; guarded by the registry's lock, as are their places. */
    private static final List<SharedSleep> ALL = new ArrayList<>();

    private final MemorySegment waiters = Arena.global().allocate(WAITER_SIZE * (1 + MOST_SEMAPHORES), Long.BYTES);

    /** Counts arrivals: a sleep that does not know of the latest one does not begin. */
    private final MemorySegment bell = Arena.global().allocate(ValueLayout.JAVA_INT);

    private final Queue<Place> arrivals = new ConcurrentLinkedQueue<>();
    private final List<Place> watched = new ArrayList<>();

    /** How many semaphores are watched or arriving. */
    private int places;

    private SharedSleep() {}

    /** Asked of the kernel once, when a virtual thread sleeps. */
    static boolean isUsable() {
        return Kernel.HAS_FUTEX_WAITV;
    }

    private static final class Kernel {
        static final boolean HAS_FUTEX_WAITV = Libc.hasFutexWaitv();
    }

    /** Who sleeps on a semaphore: one virtual thread at a time. */
    static final class Place {
        private final GlibcSemaphore semaphore;
        private volatile Thread sleeper;
        private volatile boolean isWatched;

        Place(GlibcSemaphore semaphore) {
            this.semaphore = semaphore;
        }

        /** Parks the calling virtual thread, which is counted in the semaphore, until there may be a token, at most for a time. */
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

        /** Wakes the sleeper if there is something to see for it. */
        private boolean isOver() {
            try {
                if (semaphore.value() == 0) {
                    return false;
                }
            } catch (IllegalStateException | InternalError closedOrTruncated) {
                // The sleeper finds the same.
            }
            wake();
            return true;
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
        Libc.futexWake(sleep.bell);
    }

    private static SharedSleep admit(Place place) {
        REGISTRY.lock();
        try {
            SharedSleep sleep = ALL.stream().filter(one -> one.places < MOST_SEMAPHORES).findFirst().orElseGet(SharedSleep::start);
            sleep.places++;
            place.isWatched = true;
            sleep.arrivals.add(place);
            return sleep;
        } finally {
            REGISTRY.unlock();
        }
    }

    private static SharedSleep start() {
        SharedSleep sleep = new SharedSleep();
        Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("zerobuffer-sleep-" + (1 + ALL.size())).start(sleep::run);
        ALL.add(sleep);
        return sleep;
    }

    private void run() {
        while (true) {
            try {
                int rung = (int) BELL.getVolatile(bell, 0L);
                for (Place place = arrivals.poll(); place != null; place = arrivals.poll()) {
                    watched.add(place);
                }
                boolean slept = sleep(rung);
                List<Place> over = watched.stream().filter(Place::isOver).toList();
                forget(over);
                if (!slept && over.isEmpty() && arrivals.isEmpty()) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (InternalError truncated) {
                // The JVM may report it late, so it may be any of them.
                watched.forEach(Place::wake);
                forget(List.copyOf(watched));
            }
        }
    }

    /** Until a semaphore has a token, somebody arrives, or something is wrong. */
    private boolean sleep(int rung) {
        expect(0, rung, bell.address());
        int count = 1;
        for (Place place : watched) {
            expect(count++, 0, place.semaphore.address());
        }
        return Libc.futexWaitAny(waiters, count);
    }

    private void expect(int index, int value, long address) {
        long waiter = index * WAITER_SIZE;
        waiters.set(ValueLayout.JAVA_LONG, waiter, Integer.toUnsignedLong(value));
        waiters.set(ValueLayout.JAVA_LONG, waiter + ADDRESS, address);
        waiters.set(ValueLayout.JAVA_INT, waiter + FLAGS, Libc.FUTEX2_SIZE_U32);
    }

    private void forget(List<Place> gone) {
        if (gone.isEmpty()) {
            return;
        }
        watched.removeAll(gone);
        REGISTRY.lock();
        try {
            places -= gone.size();
        } finally {
            REGISTRY.unlock();
        }
    }
}
