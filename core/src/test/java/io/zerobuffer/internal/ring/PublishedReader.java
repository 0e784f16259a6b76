package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A reader as published before February 2026, in raw loads and stores: it takes a frame per token, never looks at
 * payload_free_bytes, and adds to it in two steps, between which a writer may do anything.
 */
final class PublishedReader {
    private final TestRing ring;
    private long sequence;
    private long position;
    private long size;
    private long content;

    PublishedReader(TestRing ring) {
        this.ring = ring;
    }

    /**
     * Takes the frame that a token announced: intact, and the next one. What a marker skips becomes free at once, in
     * two steps.
     */
    void take(long expectedSize, Runnable betweenTheSteps) {
        take(expectedSize, sequence + 1, betweenTheSteps);
    }

    /** @param expectedContent what the frame holds, by the number of {@link TestRing#content} */
    void take(long expectedSize, long expectedContent, Runnable betweenTheSteps) {
        position = ring.get(READ_POS);
        if (ring.sizeAt(position) == 0) {
            free(ring.capacity - position, betweenTheSteps);
            ring.set(READ_POS, 0);
            position = 0;
        }
        size = ring.sizeAt(position);
        assertEquals(expectedSize, size);
        assertEquals(++sequence, ring.sequenceAt(position));
        content = expectedContent;
        ring.assertIntact(position + 16, size, content);
        long end = position + 16 + size;
        assertTrue(end <= ring.capacity);
        ring.set(READ_POS, end == ring.capacity ? 0 : end);
    }

    /** Releases the frame taken last, which must be as it was. */
    void release(Runnable betweenTheSteps) {
        ring.assertIntact(position + 16, size, content);
        free(16 + size, betweenTheSteps);
    }

    private void free(long bytes, Runnable betweenTheSteps) {
        long sum = ring.get(FREE) + bytes;
        betweenTheSteps.run();
        ring.set(FREE, sum);
    }
}
