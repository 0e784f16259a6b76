package io.zerobuffer.interop;

/** A run of frames as the requests read-many and write-many take it. */
record Run(int count, int min, int max, long first, int holdOrBurst, int delayMicros, int timeoutMillis) {
    private static final int PATIENT = 60_000;
    private static final long SEED = 0x2545F4914F6CDD1DL;

    /** That many frames of pseudo-random sizes. */
    static Run of(int count, int min, int max) {
        return new Run(count, min, max, 0, 0, 0, PATIENT);
    }

    /** The same, its first frame carrying this pattern. */
    Run from(long index) {
        return new Run(count, min, max, index, holdOrBurst, delayMicros, timeoutMillis);
    }

    /** The reader holds up to this many frames besides the current one. */
    Run holding(int frames) {
        return new Run(count, min, max, first, frames, delayMicros, timeoutMillis);
    }

    /** The reader pauses after each frame. */
    Run pausing(int micros) {
        return new Run(count, min, max, first, holdOrBurst, micros, timeoutMillis);
    }

    /** The writer pauses after this many frames. */
    Run inBursts(int frames, int micros) {
        return new Run(count, min, max, first, frames, micros, timeoutMillis);
    }

    /** Where it is known that a frame may not come, or that there may be no room for one. */
    Run waitingAtMost(int millis) {
        return new Run(count, min, max, first, holdOrBurst, delayMicros, millis);
    }

    Sizes sizes() {
        return new Sizes(min, max, SEED);
    }

    @Override
    public String toString() {
        return count + " " + timeoutMillis + " " + min + " " + max + " " + SEED + " " + first + " " + holdOrBurst + " "
                + delayMicros;
    }
}
