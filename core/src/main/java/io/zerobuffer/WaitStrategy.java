package io.zerobuffer;

/**
 * How a reader waits for a frame, and a writer for space, before it sleeps on the buffer's semaphore: looking again and
 * again finds what the peer did within a fraction of a microsecond, being woken takes tens of them, and looking costs a
 * processor.
 *
 * <p>Whatever the strategy, a wait ends at its timeout, when the peer leaves or dies, when the thread is interrupted,
 * and when its reader or writer is closed.
 *
 * <p><b>Threads.</b> Called by the waiting thread. An instance may serve several readers and writers; those of this
 * interface do.
 */
public interface WaitStrategy {
    /**
     * Lets a moment pass between two looks at a ring that has nothing to do.
     *
     * @param looks how often this wait has looked so far, 1 or more
     * @param waitedNanos how long it has lasted, in nanoseconds, as of the last time the clock was read: every 16 looks
     * @return whether to look again; false to sleep until the peer does something
     */
    boolean lookAgain(int looks, long waitedNanos);

    /**
     * A wait that slept has found something to do.
     *
     * @param waitedNanos how long it lasted, in nanoseconds, the looks before included
     */
    default void slept(long waitedNanos) {}

    /** Sleeps at once: the least processor time, and the longest way to wake up. */
    static WaitStrategy blocking() {
        return (looks, waitedNanos) -> false;
    }

    /** Never sleeps: the shortest wait, for a processor of its own. A virtual thread keeps its carrier with it. */
    static WaitStrategy spinning() {
        return (looks, waitedNanos) -> {
            Thread.onSpinWait();
            return true;
        };
    }

    /**
     * Looks as long as that tends to pay: for about 2 µs, then lets other threads run between the looks, up to 50 µs,
     * then sleeps. The more often waits turn out longer than that, the sooner it sleeps. The default; a new instance
     * each time.
     */
    static WaitStrategy adaptive() {
        return new AdaptiveWait();
    }
}
