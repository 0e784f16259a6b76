package io.zerobuffer.internal.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongSupplier;

/**
 * How large copies of one writer get into the ring, or into the memory of an answer that is prepared: through the
 * cache, or past it.
 *
 * <p>Through the cache is faster where both sides share one, up to threefold. Where they do not, each line must first
 * be taken back from the other side's cache, and past it is faster, six times where it was measured
 * (docs/decisions/0012). Where the two run is the scheduler's business and changes, so each copy is timed: slow ones
 * are tried past the cache, and later through it again.
 *
 * <p>Not thread-safe, as its writer. Sizes are in bytes.
 */
public final class CopyRoute {
    /**
     * What HotSpot copies past the cache at once on processors with AVX-512 (stubGenerator_x86_64_arraycopy.cpp); where
     * it does not, a trial gains nothing.
     */
    public static final long SMALLEST = 5 << 19;

    /**
     * Bytes per nanosecond. Where the cache is shared 40 are usual, and 9 to 12 when nothing is in it; 2 to 4 where it
     * is not.
     */
    private static final long SLOW = 5;

    /** One may have been interrupted. */
    private static final int SLOW_IN_A_ROW = 2;

    /** Past the cache the reader, too, has to fetch everything from memory. */
    private static final int LEAST_GAIN = 2;

    /** Frames until the other route is tried again: twice as many each time the answer is the same. */
    static final int SHORTEST_STAY = 64;

    static final int LONGEST_STAY = 1024;

    private final LongSupplier clock;
    private boolean isPast;
    private long startedAt;
    private long changes;
    private int stay = SHORTEST_STAY;
    /** Before the other route may be tried. */
    private int framesLeft;

    private int slowInARow;
    private int fastInARow;
    /** What a copy past the cache has to beat: the last slow one through it; 0 when one has. */
    private double slowNanosPerByte;

    public CopyRoute() {
        this(System::nanoTime);
    }

    /** @param clock tells the time in nanoseconds, before and after each large copy */
    public CopyRoute(LongSupplier clock) {
        this.clock = clock;
    }

    public void copy(byte[] from, int fromOffset, MemorySegment to, long toOffset, int size) {
        if (size <= Copies.PIECE) {
            MemorySegment.copy(from, fromOffset, to, ValueLayout.JAVA_BYTE, toOffset, size);
        } else {
            copyLarge(MemorySegment.ofArray(from), fromOffset, to, toOffset, size);
        }
    }

    public void copy(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long size) {
        if (size <= Copies.PIECE) {
            MemorySegment.copy(from, fromOffset, to, toOffset, size);
        } else {
            copyLarge(from, fromOffset, to, toOffset, size);
        }
    }

    /**
     * Begins a copy that the caller makes: answers how much to copy at once. Its {@link #end} tells how long it took.
     */
    public long begin(long size) {
        if (size < SMALLEST) {
            return Copies.PIECE;
        }
        startedAt = clock.getAsLong();
        return isPast ? Long.MAX_VALUE : Copies.PIECE;
    }

    public void end(long size) {
        if (size >= SMALLEST) {
            took(size, clock.getAsLong() - startedAt);
        }
    }

    /**
     * Apart, so that the rest is small enough to be inlined where a claim or a frame is used, and that object costs no
     * allocation.
     */
    private void copyLarge(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long size) {
        long piece = begin(size);
        Copies.copy(from, fromOffset, to, toOffset, size, piece);
        end(size);
    }

    public boolean isPastCache() {
        return isPast;
    }

    /** How often it has changed to the other route, there and back counted as two. */
    public long changes() {
        return changes;
    }

    /** Decides for the next large frame by what this one took. */
    public void took(long size, long nanos) {
        framesLeft = Math.max(0, framesLeft - 1);
        double nanosPerByte = (double) nanos / size;
        if (isPast) {
            tookPast(nanosPerByte);
        } else {
            tookThrough(nanosPerByte);
        }
    }

    private void tookThrough(double nanosPerByte) {
        if (nanosPerByte * SLOW < 1) {
            slowInARow = 0;
            fastInARow++;
            if (fastInARow == SHORTEST_STAY) {
                stay = SHORTEST_STAY;
            }
            return;
        }
        fastInARow = 0;
        slowInARow++;
        if (slowInARow >= SLOW_IN_A_ROW && framesLeft == 0) {
            slowNanosPerByte = nanosPerByte;
            changeTo(true);
        }
    }

    private void tookPast(double nanosPerByte) {
        boolean gains = slowNanosPerByte == 0 || nanosPerByte * LEAST_GAIN < slowNanosPerByte;
        if (gains && framesLeft > 0) {
            slowNanosPerByte = 0;
            return;
        }
        changeTo(false);
        if (gains) {
            framesLeft = 0;
        }
    }

    private void changeTo(boolean past) {
        isPast = past;
        changes++;
        slowInARow = 0;
        fastInARow = 0;
        framesLeft = stay;
        if (past) {
            stay = Math.min(LONGEST_STAY, 2 * stay);
        }
    }
}
