package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITTEN_COUNT;

/**
 * A writer as the other implementations have it, in raw stores: chapter 3 of the protocol page with the defects of
 * chapter 5. It crosses a tail of 1 to 15 bytes unmarked and never rewinds.
 */
final class ForeignWriter {
    private final TestRing ring;
    private final boolean storesZeroForTheEnd;
    private final boolean countsMissingMarkers;

    private long position;
    private long sequence;
    private long written;

    ForeignWriter(TestRing ring, boolean storesZeroForTheEnd, boolean countsMissingMarkers) {
        this.ring = ring;
        this.storesZeroForTheEnd = storesZeroForTheEnd;
        this.countsMissingMarkers = countsMissingMarkers;
    }

    boolean hasRoomFor(long size) {
        long total = 16 + size;
        long toEnd = ring.capacity - position;
        return ring.get(FREE) >= (toEnd >= total ? total : toEnd + total);
    }

    boolean wrapsFor(long size) {
        return ring.capacity - position < 16 + size;
    }

    /** Publishes the wrap, and not yet the frame behind it. */
    void wrap() {
        long toEnd = ring.capacity - position;
        if (toEnd >= 16) {
            ring.header(position, 0, 0);
        }
        if (toEnd >= 16 || countsMissingMarkers) {
            ring.set(WRITTEN_COUNT, ++written);
        }
        ring.add(FREE, -toEnd);
        position = 0;
        ring.set(WRITE_POS, 0);
    }

    /** Publishes a frame that fits in front of the end; answers its sequence number. */
    long write(long size) {
        ring.frame(position, size, ++sequence);
        position += 16 + size;
        ring.set(WRITE_POS, position == ring.capacity && storesZeroForTheEnd ? 0 : position);
        if (position == ring.capacity && storesZeroForTheEnd) {
            position = 0;
        }
        ring.set(WRITTEN_COUNT, ++written);
        ring.add(FREE, -16 - size);
        return sequence;
    }

    /** Reads its position again, as it does in each round of a wait. */
    void lookAgain() {
        position = ring.get(WRITE_POS);
    }

    void restart() {
        sequence = 0;
    }
}
