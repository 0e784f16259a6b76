package io.zerobuffer.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What the copies of three machines took, played to the route again: microseconds for 3,110,416 bytes. */
final class CopyRouteTimingsTest {
    private static final long SIZE = 3_110_416;

    /**
     * AMD EPYC with AVX-512, 1 MB of L2 each, 2026-11-26, the two sides far from each other: docs/decisions/0012 states
     * 0.8 to 1.2 ms for a relay's copy. Nobody kept the single figures; these span that range.
     */
    private static final long[] AMD_FAR_THROUGH = {800, 1200, 900, 1000, 1100};

    /**
     * The same, past the cache: decision 12 states streams of 4743 to 4991 frames per second, so this is the whole of a
     * frame's time.
     */
    private static final long[] AMD_FAR_PAST = {211, 200, 205};

    /** The same machine, near, 1000 frames per second: 0.11 to 0.14 ms. */
    private static final long[] AMD_NEAR = {110, 140, 120, 130};

    /** The same, 240 frames per second, when nothing is in the cache any more: 0.27 to 0.36 ms. */
    private static final long[] AMD_NEAR_COLD = {270, 360, 300, 330};

    /** Near and past the cache: 4229 to 5227 frames per second of Agrona, which copies so; docs/decisions/0012. */
    private static final long[] AMD_NEAR_PAST = {236, 191, 210};

    /**
     * Intel Xeon, Sapphire Rapids class, with AVX-512, 2026-11-30. Its copies were not recorded. Streams of 5400 frames
     * per second were, so a copy took 185 at most on average; and the first one into a fresh ring took more than 622 in
     * each of the runs in which a test that expected less failed.
     */
    private static final long INTEL_FIRST = 650;

    private static final long[] INTEL = {185};

    /**
     * AMD EPYC without AVX-512 (Zen 3), 2 virtual processors, JDK 25.0.3, 2026-11-30 20:22 UTC, other work at a load of
     * 1.2: the first twelve copies into a fresh ring, and 24 after some thousand, as fast as it goes.
     */
    private static final long[] ZEN3_FIRST = {848, 318, 364, 294, 304, 256, 384, 281, 260, 269, 310, 233};

    private static final long[] ZEN3 = {
        93, 147, 108, 106, 100, 113, 101, 105, 96, 110, 99, 277, 292, 151, 168, 117, 122, 115, 112, 149, 101, 108, 97,
        109
    };

    /**
     * The same machine and minute, in one piece, which is no way past its cache: the median of 2000 was 127, that of
     * pieces 96.
     */
    private static final long[] ZEN3_IN_ONE = {110, 121, 118, 128, 128, 126, 116, 126, 118, 131, 119, 127};

    /** The same machine and minute, 240 frames per second. */
    private static final long[] ZEN3_COLD_FIRST = {1089, 371, 376, 373, 348, 314, 357, 332, 466, 371, 317, 843};

    private static final long[] ZEN3_COLD = {
        384, 370, 405, 384, 373, 335, 399, 381, 375, 441, 478, 439, 466, 437, 431, 372, 368, 342, 405, 381, 354, 379
    };

    private static final int FRAMES = 10_000;

    private final CopyRoute route = new CopyRoute();
    private int framesPast;

    @Test
    void shouldGoPastTheCacheOnAmdWhereTheSidesShareNone() {
        play(AMD_FAR_THROUGH, AMD_FAR_PAST, 3);
        assertEquals(1, framesPast);
        play(AMD_FAR_THROUGH, AMD_FAR_PAST, FRAMES);
        assertTrue(framesPast > 0.99 * FRAMES, () -> framesPast + " of " + FRAMES);
        assertTrue(route.changes() < 40, () -> route.changes() + " changes");
    }

    @Test
    void shouldStayInTheCacheOnAmdWhereTheSidesShareOne() {
        play(AMD_NEAR, AMD_NEAR_PAST, FRAMES);
        play(AMD_NEAR_COLD, AMD_NEAR_PAST, FRAMES);
        assertEquals(0, route.changes());
    }

    @Test
    void shouldComeBackOnAmdWhenTheSidesHaveMovedTogether() {
        play(AMD_FAR_THROUGH, AMD_FAR_PAST, FRAMES);
        play(AMD_NEAR, AMD_NEAR_PAST, CopyRoute.LONGEST_STAY);
        long changes = route.changes();
        assertFalse(route.isPastCache());
        play(AMD_NEAR, AMD_NEAR_PAST, FRAMES);
        assertEquals(changes, route.changes());
    }

    @Test
    void shouldStayInTheCacheOnIntelThoughTheFirstCopyIsSlow() {
        route.took(SIZE, 1000 * INTEL_FIRST);
        play(INTEL, INTEL, FRAMES);
        assertEquals(0, route.changes());
    }

    @Test
    void shouldStayInTheCacheOnAmdWithoutAvx512ThoughTheFirstCopyIsSlow() {
        play(ZEN3_FIRST, ZEN3_IN_ONE, ZEN3_FIRST.length);
        play(ZEN3, ZEN3_IN_ONE, FRAMES);
        assertEquals(0, route.changes());
    }

    @Test
    void shouldStayInTheCacheOnAmdWithoutAvx512WhenNothingIsInIt() {
        play(ZEN3_COLD_FIRST, ZEN3_IN_ONE, ZEN3_COLD_FIRST.length);
        play(ZEN3_COLD, ZEN3_IN_ONE, FRAMES);
        assertEquals(0, route.changes());
    }

    /**
     * As on a processor without AVX-512 whose sides share no cache, which none of the three was: the same either way,
     * so one frame is a trial.
     */
    @Test
    void shouldTryButOneFrameAtATimeWhereThereIsNoWayPastTheCache() {
        play(AMD_FAR_THROUGH, AMD_FAR_THROUGH, FRAMES);
        assertEquals(route.changes() / 2, framesPast);
        assertTrue(framesPast < 0.002 * FRAMES, () -> framesPast + " of " + FRAMES);
    }

    private void play(long[] through, long[] past, int frames) {
        for (int i = 0; i < frames; i++) {
            long[] micros = route.isPastCache() ? past : through;
            framesPast += route.isPastCache() ? 1 : 0;
            route.took(SIZE, 1000 * micros[i % micros.length]);
        }
    }
}
