package io.zerobuffer.internal.ring;

import io.zerobuffer.internal.wire.FrameHeader;

/**
 * Where the next frame goes: right behind the one before, at the start behind a wrap, or at the start of a ring that is
 * rewound.
 *
 * <p>A frame leaves no 1 to 15 bytes at the end of the ring to be crossed, because no marker fits there. One that fits
 * neither in front of the end nor behind a marker waits until the ring is drained, then <em>rewinds</em> it: both
 * positions become 0, which no reader can notice because each re-reads its position and waits.
 *
 * <p>A ring that is larger than what is in flight <em>wraps early</em>, as soon as a window of it was written and the
 * reader is near behind: what is written and read again and again stays in the processor's cache. A reader that falls
 * behind gets the whole ring. A reader that <em>keeps step</em>, and so has released all before the next frame is
 * published, lets the ring be rewound every few small frames (docs/decisions/0007 and 0010).
 *
 * <p>Knows numbers only: no memory, no peer. Positions and sizes are in bytes, a frame's <em>total</em> is its size and
 * header.
 */
final class Placement {
    /**
     * The window has room for this many frames of the size at hand: one to write and one to read. More of 6 MB do not
     * stay in the cache (docs/decisions/0007).
     */
    private static final long WINDOW_FRAMES = 2;

    /**
     * Whether to wrap early or to wait for the reader is decided after this part of the window: each time costs a look
     * at the reader, too much for every small frame.
     */
    private static final long DECISIONS_PER_WINDOW = 64;

    /**
     * A ring whose reader keeps step is rewound after this many small frames: of more in a row a processor learns to
     * fetch the next one's place ahead, while it is being filled; larger ones move faster from the shared cache than
     * from the other processor's own (docs/decisions/0010).
     */
    private static final long FRAMES_IN_STEP = 4;

    private static final long LARGEST_IN_STEP = 2 << 10;

    private final long capacity;
    private long smallestWindow = Long.MAX_VALUE;
    private boolean staysInStep;

    private long position;
    private long waste;
    private boolean rewinds;

    /** Set when a reader that fell behind found the window too small: the lap goes on to the end of the ring. */
    private boolean needsWholeRing;

    /** What {@link #takenTotal} was when it was decided last whether to wrap early or to wait. */
    private long decidedAt;

    /**
     * Whether the reader had released all before the frame published last, and what {@link #takenTotal} was when it was
     * asked last if it has that one, too.
     */
    private boolean keepsStep;

    private long steppedAt;

    /**
     * All bytes ever taken, wraps included, and how many of them were when the last wrap was complete: until they are
     * released, what it wasted is not free.
     */
    private long takenTotal;

    private long wrappedTotal;
    private long wastedBytes;

    Placement(long capacity) {
        this.capacity = capacity;
    }

    /** Lets the ring wrap early once this many bytes of it are written; it does not otherwise. */
    void wrapEarly(long window) {
        smallestWindow = window;
    }

    /** Lets the ring be rewound every few frames while they are small and each finds all before it released. */
    void stayInStep() {
        staysInStep = true;
    }

    /** Lets this lap go on to the end of the ring: the window was too small for what the reader is behind. */
    void useWholeRing() {
        needsWholeRing = true;
    }

    /** Where the frame was placed. */
    long position() {
        return position;
    }

    /** Bytes skipped at the end of the ring in front of it. */
    long waste() {
        return waste;
    }

    /** Whether both positions go back to 0 for it. */
    boolean rewinds() {
        return rewinds;
    }

    /**
     * Finds the place of a frame.
     *
     * @param from where the frame before ended
     * @param free bytes that are free
     * @return whether there is one
     */
    boolean place(long total, long from, long free) {
        return place(total, from, free, 0, 0);
    }

    /**
     * Finds the place of a frame that is claimed behind others, or of which less may be committed than is claimed.
     *
     * @param from where the claim before ends
     * @param claimed of the free bytes, those from the end of the last frame up to there
     * @param leastTail what must be left in front of the end of the ring
     * @return whether there is one
     */
    boolean place(long total, long from, long free, long claimed, long leastTail) {
        long toEnd = capacity - from;
        long unclaimed = free - claimed;
        if (leavesUsableTail(toEnd - total) && toEnd - total >= leastTail) {
            // With claims in between, a reader that is near does not say that there is room in front of them.
            if (wrapsEarly(total, from, free) && unclaimed >= toEnd + total) {
                placeAt(0, toEnd, false);
                return true;
            }
            if (unclaimed >= total) {
                placeAt(from, 0, false);
                return true;
            }
        } else if ((toEnd == 0 || toEnd >= FrameHeader.SIZE) && unclaimed >= toEnd + total) {
            needsWholeRing = false;
            placeAt(0, toEnd, false);
            return true;
        }
        boolean isDrained = unclaimed == capacity;
        if (isDrained) {
            placeAt(0, 0, true);
        }
        return isDrained;
    }

    /**
     * Whether to begin again at 0 with much of the ring still ahead: the reader must be near, because the rest of the
     * ring is out of use until it follows.
     */
    private boolean wrapsEarly(long total, long from, long free) {
        long window = windowFor(total);
        return !needsWholeRing && from >= window && capacity - free <= window / 2;
    }

    /** Places it at a position, as given. */
    void placeAt(long at, long skipped, boolean rewindsRing) {
        position = at;
        waste = skipped;
        rewinds = rewindsRing;
    }

    /** Whether to ask if the ring is drained, so that it can be rewound for a reader that keeps step. Asked once. */
    boolean asksForStep() {
        boolean asks = keepsStep;
        if (asks) {
            keepsStep = false;
            steppedAt = takenTotal;
        }
        return asks;
    }

    /** Notes that whether to wrap early, or to wait, is decided now. */
    void decide() {
        decidedAt = takenTotal;
    }

    /**
     * Notes what was taken, and that the next frame begins where these end if that is all there is to decide.
     *
     * @param end of the last of these
     * @param taken bytes, what was skipped included
     * @param skipped of these
     * @param free what is free then, possible or not
     * @return how many bytes may follow until something has to be decided: about the reader, the end or the window
     */
    long published(long end, long taken, long skipped, long free, int frames) {
        long largest = capacity;
        long window = smallestWindow;
        long total = takenTotal + taken;
        takenTotal = total;
        if (skipped > 0) {
            wrappedTotal = total;
            wastedBytes = skipped;
        }
        placeAt(end, 0, false);
        long known = free <= largest ? free : 0;
        long limit = Math.min(known, largest - end - FrameHeader.SIZE);
        if (window < largest && (end >= window || unreleased(known) > window / 2)) {
            limit = Math.min(limit, decidedAt + decisionInterval() - total);
        }
        keepsStep = staysInStep
                && free == largest - taken
                && frames == 1
                && taken <= LARGEST_IN_STEP
                && end >= FRAMES_IN_STEP * taken
                && end < largest
                && total - steppedAt >= FRAMES_IN_STEP * taken;
        return keepsStep ? 0 : limit;
    }

    /** Whether the ring wraps early, and so the reader should be near. */
    boolean hasWindow(long total) {
        return windowFor(total) < capacity;
    }

    /** Whether the reader is no further behind than half of the window that frames of this size go through. */
    boolean isReaderNear(long total, long free) {
        return unreleased(free) <= windowFor(total) / 2;
    }

    /**
     * Bytes that are written between two decisions whether to wrap early or to wait for the reader, if no frame is
     * larger.
     */
    long decisionInterval() {
        return smallestWindow / DECISIONS_PER_WINDOW;
    }

    private long windowFor(long total) {
        return Math.max(smallestWindow, WINDOW_FRAMES * total);
    }

    /** Bytes of the frames that are not released, without what the last wrap wasted. */
    private long unreleased(long free) {
        long used = capacity - free;
        return takenTotal - used < wrappedTotal ? used - wastedBytes : used;
    }

    /**
     * Bytes that must be free for a frame behind this position, wrap included; never more than the ring.
     */
    long required(long total, long from) {
        long toEnd = capacity - from;
        if (leavesUsableTail(toEnd - total)) {
            return total;
        }
        boolean canWrap = (toEnd == 0 || toEnd >= FrameHeader.SIZE) && toEnd + total <= capacity;
        return canWrap ? toEnd + total : capacity;
    }

    /** Behind a frame, the end of the ring or room for a marker. */
    static boolean leavesUsableTail(long tail) {
        return tail == 0 || tail >= FrameHeader.SIZE;
    }
}
