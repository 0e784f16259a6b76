package io.zerobuffer.jcstress;

import java.util.concurrent.ThreadLocalRandom;

/** Brings two actors together where one of them takes its time, or makes a mistake easy to see. */
final class Pause {
    /** Twice as long as a semaphore's taker spins before it sleeps. */
    private static final long LONGEST_NANOS = 100_000;

    private Pause() {}

    static void aWhile() {
        long nanos = ThreadLocalRandom.current().nextLong(LONGEST_NANOS);
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
    }
}
