package io.zerobuffer.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the next frame goes, told by numbers alone. */
final class PlacementTest {
    private static final long CAPACITY = 1000;

    private final Placement placement = new Placement(CAPACITY);

    @ParameterizedTest
    @CsvSource({
        "0, 100, 1000, 0, 0, false", // in line
        "500, 100, 100, 500, 0, false", // in line, with just enough free
        "900, 100, 100, 900, 0, false", // up to the very end
        "884, 100, 100, 884, 0, false", // leaving room for a marker
        "885, 100, 215, 0, 115, false", // leaving 15 bytes: wraps one frame earlier
        "950, 100, 150, 0, 50, false", // wraps
        "984, 100, 116, 0, 16, false", // wraps behind a marker that just fits
        "1000, 100, 100, 0, 0, false", // the end is the start
        "500, 600, 1000, 0, 0, true", // fits neither before the end nor behind a marker
        "990, 100, 1000, 0, 0, true", // a tail without room for a marker is never crossed
    })
    void shouldPlaceAFrame(long from, long total, long free, long position, long waste, boolean rewinds) {
        assertTrue(placement.place(total, from, free));
        assertEquals(position, placement.position());
        assertEquals(waste, placement.waste());
        assertEquals(rewinds, placement.rewinds());
    }

    @ParameterizedTest
    @CsvSource({
        "500, 100, 99, 100", // in line
        "950, 100, 149, 150", // with what the wrap skips
        "500, 600, 999, 1000", // until the ring is drained
        "990, 100, 999, 1000"
    })
    void shouldFindNoPlaceAndSayHowMuchMustBeFree(long from, long total, long free, long required) {
        assertFalse(placement.place(total, from, free));
        assertEquals(required, placement.required(total, from));
    }

    @Test
    void shouldLetFramesFollowUntilTheFreeBytesOrTheEndAreReached() {
        placement.place(100, 0, CAPACITY);
        assertEquals(CAPACITY - 100 - 16, placement.published(placement.position() + 100, 100, 0, CAPACITY - 100, 1));
        placement.place(100, 100, 300);
        assertEquals(200, placement.published(200, 100, 0, 200, 1));
        assertEquals(200, placement.position());
    }

    @Test
    void shouldLetNoFrameFollowOnAnImpossibleSum() {
        placement.place(100, 0, CAPACITY);
        assertEquals(0, placement.published(100, 100, 0, CAPACITY + 1, 1));
    }

    @Test
    void shouldWrapEarlyBehindTheWindowWhileTheReaderIsNear() {
        placement.wrapEarly(300);
        assertTrue(placement.place(100, 299, CAPACITY));
        assertEquals(299, placement.position());
        assertTrue(placement.place(100, 300, CAPACITY - 150));
        assertEquals(0, placement.position());
        assertEquals(700, placement.waste());
        assertTrue(placement.place(100, 300, CAPACITY - 151));
        assertEquals(300, placement.position());
        placement.useWholeRing();
        assertTrue(placement.place(100, 300, CAPACITY));
        assertEquals(300, placement.position());
    }

    @Test
    void shouldNotCountWhatAWrapSkippedAsSomethingTheReaderIsBehind() {
        placement.wrapEarly(300);
        placement.place(100, 300, CAPACITY);
        placement.published(100, 800, 700, CAPACITY - 800, 1);
        assertTrue(placement.isReaderNear(100, CAPACITY - 800));
        assertFalse(placement.isReaderNear(100, CAPACITY - 951));
        assertTrue(placement.isReaderNear(100, CAPACITY - 150));
        assertFalse(placement.isReaderNear(100, CAPACITY - 151 - 700));
    }

    @Test
    void shouldAskForTheReadersStepOnceAfterFourFramesThatFoundAllReleased() {
        placement.stayInStep();
        for (long from = 0; from < 400; from += 100) {
            assertFalse(placement.asksForStep());
            placement.place(100, from, CAPACITY);
            long limit = placement.published(placement.position() + 100, 100, 0, CAPACITY - 100, 1);
            assertEquals(from == 300, limit == 0);
        }
        assertTrue(placement.asksForStep());
        assertFalse(placement.asksForStep());
    }
}
