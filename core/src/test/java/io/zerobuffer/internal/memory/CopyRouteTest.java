package io.zerobuffer.internal.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Times are told to it, as if copies had taken them. */
final class CopyRouteTest {
    private static final long SIZE = 3_110_416;
    private static final long FAST = 70_000;
    private static final long COLD = 290_000;
    private static final long SLOW = 1_200_000;
    private static final long PAST = 200_000;

    private final CopyRoute route = new CopyRoute();

    @Test
    void shouldCopyThroughTheCacheWhileThatIsFast() {
        for (int i = 0; i < 10_000; i++) {
            assertFalse(route.isPastCache());
            route.took(SIZE, i % 2 == 0 ? FAST : COLD);
        }
    }

    @Test
    void shouldNotMindOneSlowCopy() {
        for (int i = 0; i < 100; i++) {
            route.took(SIZE, SLOW);
            assertFalse(route.isPastCache());
            route.took(SIZE, FAST);
        }
    }

    @Test
    void shouldCopyPastTheCacheAfterTwoSlowCopies() {
        route.took(SIZE, SLOW);
        route.took(SIZE, SLOW);
        assertTrue(route.isPastCache());
        assertEquals(CopyRoute.SHORTEST_STAY, framesPast(PAST));
    }

    @Test
    void shouldComeBackAtOnceIfThatGainsNothing() {
        route.took(SIZE, SLOW);
        route.took(SIZE, SLOW);
        route.took(SIZE, SLOW);
        for (int i = 0; i < 2 * CopyRoute.SHORTEST_STAY - 1; i++) {
            assertFalse(route.isPastCache());
            route.took(SIZE, SLOW);
        }
        route.took(SIZE, SLOW);
        assertTrue(route.isPastCache());
    }

    @Test
    void shouldStayLongerEachTimeTheCacheIsStillSlow() {
        for (int stay = CopyRoute.SHORTEST_STAY; stay < CopyRoute.LONGEST_STAY; stay *= 2) {
            assertEquals(stay, stayPast());
        }
        assertEquals(CopyRoute.LONGEST_STAY, stayPast());
        assertEquals(CopyRoute.LONGEST_STAY, stayPast());
    }

    @Test
    void shouldForgetHowLongItStayedOnceTheCacheWasFastForAWhile() {
        stayPast();
        stayPast();
        for (int i = 0; i < CopyRoute.SHORTEST_STAY; i++) {
            route.took(SIZE, FAST);
        }
        assertEquals(CopyRoute.SHORTEST_STAY, stayPast());
    }

    @Test
    void shouldCopyEveryByteOnEitherRoute() {
        byte[] bytes = new byte[(int) SIZE];
        new Random(1).nextBytes(bytes);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(SIZE + 64);
            for (boolean past : new boolean[] {false, true}) {
                CopyRoute one = new CopyRoute(() -> 0);
                one.took(SIZE, past ? SLOW : FAST);
                one.took(SIZE, past ? SLOW : FAST);
                assertEquals(past, one.isPastCache());
                to.fill((byte) 0);
                one.copy(bytes, 0, to, 16, bytes.length);
                assertArrayEquals(bytes, to.asSlice(16, SIZE).toArray(ValueLayout.JAVA_BYTE));
                assertEquals(0, to.get(ValueLayout.JAVA_BYTE, 15));
                assertEquals(0, to.get(ValueLayout.JAVA_BYTE, 16 + SIZE));
            }
        }
    }

    @Test
    void shouldTimeEachLargeCopyAndNoSmallOneByItsClock() {
        long[] now = {Long.MAX_VALUE - SLOW};
        CopyRoute timed = new CopyRoute(() -> now[0] += SLOW);
        MemorySegment from = MemorySegment.ofArray(new byte[(int) CopyRoute.SMALLEST]);
        MemorySegment to = MemorySegment.ofArray(new byte[(int) CopyRoute.SMALLEST]);
        for (int i = 0; i < 3; i++) {
            timed.copy(from, 0, to, 0, CopyRoute.SMALLEST - 1);
        }
        assertEquals(0, timed.changes());
        timed.copy(from, 0, to, 0, CopyRoute.SMALLEST);
        timed.copy(from, 0, to, 0, CopyRoute.SMALLEST);
        assertTrue(timed.isPastCache());
        timed.copy(from, 0, to, 0, CopyRoute.SMALLEST);
        assertFalse(timed.isPastCache());
        assertEquals(2, timed.changes());
    }

    /**
     * As where the two sides share no cache: the first copies after a stay find nothing in any, then each line is in
     * the other side's.
     */
    private int stayPast() {
        route.took(SIZE, COLD);
        route.took(SIZE, COLD);
        route.took(SIZE, SLOW);
        assertFalse(route.isPastCache());
        route.took(SIZE, SLOW);
        return framesPast(PAST);
    }

    private int framesPast(long nanos) {
        int frames = 0;
        while (route.isPastCache()) {
            route.took(SIZE, nanos);
            frames++;
        }
        return frames;
    }
}
