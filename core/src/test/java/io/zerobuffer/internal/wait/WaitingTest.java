package io.zerobuffer.internal.wait;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.WaitInterruptedException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a side looks, looks around and sleeps, by a clock that only what it does moves on. */
final class WaitingTest {
    private static final long LOOK_NANOS = 10;
    private static final long FOUND = 7;
    private static final long LONG = 10 * Waiting.SLICE_NANOS;

    private long now = 1_000;
    private final List<String> done = new ArrayList<>();
    private final List<Long> sleeps = new ArrayList<>();
    private final List<Long> toldOfSleep = new ArrayList<>();
    private long looks;

    /** The look, and the look around, that finds something; and how many looks the strategy allows. */
    private long foundAtLook = Long.MAX_VALUE;

    private long foundAtLookAround = Long.MAX_VALUE;
    private int mostLooks = Integer.MAX_VALUE;
    private long slice = Waiting.SLICE_NANOS;
    private boolean isWoken;
    private boolean isClosed;
    private long lookedAround;

    private final Waiting waiting = new Waiting(
            "wait",
            new Waiting.Side() {
                @Override
                public long poll() {
                    now += LOOK_NANOS;
                    looks++;
                    return looks >= foundAtLook ? FOUND : Waiting.NOTHING;
                }

                @Override
                public long check(long time, long timeout) {
                    assertEquals(now, time, "the time");
                    lookedAround++;
                    done.add("around");
                    return lookedAround >= foundAtLookAround ? FOUND : Waiting.NOTHING;
                }

                @Override
                public long slice(long waited) {
                    return slice;
                }

                @Override
                public boolean sleep(long nanos) {
                    done.add("sleep");
                    sleeps.add(nanos);
                    now += nanos;
                    return isWoken;
                }

                @Override
                public boolean isClosed() {
                    return isClosed;
                }

                @Override
                public void timedOut(long timeout) {
                    done.add("timed out");
                }
            },
            (number, waited) -> number <= mostLooks,
            toldOfSleep::add,
            () -> now);

    @Test
    void shouldLookAtTheRingAloneForSomeTimeAtFirst() {
        foundAtLook = 40;
        assertEquals(FOUND, waiting.spin());
        assertEquals(40, looks);
        assertEquals(List.of(), done);
    }

    @Test
    void shouldGiveUpLookingAtTheRingAloneWhenTheStrategyOrTheCloseSaysSo() {
        mostLooks = 5;
        assertEquals(Waiting.NOTHING, waiting.spin());
        assertEquals(5, looks);
        mostLooks = Integer.MAX_VALUE;
        isClosed = true;
        assertEquals(Waiting.NOTHING, waiting.spin());
        assertTrue(looks < 40, "looks: " + looks);
    }

    @Test
    void shouldLookAroundOnceWhereThereIsNoTime() {
        assertEquals(Waiting.NOTHING, waiting.await(0));
        assertEquals(List.of("around", "timed out"), done);
        assertEquals(0, looks);
    }

    @Test
    void shouldSleepUntilTheNextLookAroundAndNoLongerThanTheTimeout() {
        mostLooks = 0;
        assertEquals(Waiting.NOTHING, waiting.await(2 * Waiting.SLICE_NANOS + 5));
        assertEquals(List.of(Waiting.SLICE_NANOS, Waiting.SLICE_NANOS, 5L), sleeps);
        assertEquals(List.of("around", "sleep", "around", "sleep", "around", "sleep", "around", "timed out"), done);
        assertEquals(List.of(), toldOfSleep, "a sleep that found nothing");
    }

    @Test
    void shouldLookAroundBeforeItSleepsSoThatWhatComesAfterwardsWakesIt() {
        foundAtLookAround = 1;
        assertEquals(FOUND, waiting.await(LONG));
        assertEquals(List.of("around"), done);
    }

    @Test
    void shouldTellTheStrategyOfASleepThatEndedWithSomething() {
        mostLooks = 0;
        isWoken = true;
        foundAtLook = 1;
        assertEquals(FOUND, waiting.await(LONG));
        assertEquals(List.of(Waiting.SLICE_NANOS + LOOK_NANOS), toldOfSleep);
    }

    @Test
    void shouldGoOnWhenItWasWokenForNothing() {
        mostLooks = 0;
        isWoken = true;
        foundAtLook = 3;
        assertEquals(FOUND, waiting.await(LONG));
        assertEquals(3, sleeps.size());
        assertEquals(1, toldOfSleep.size());
    }

    @Test
    void shouldLookAroundAgainAtOnceWhereTheSideAsksForNoSlice() {
        slice = 0;
        foundAtLookAround = 3;
        assertEquals(FOUND, waiting.await(LONG));
        assertEquals(List.of("around", "around", "around"), done);
    }

    @Test
    void shouldSleepInShorterSlicesWhereTheSideAsksForThat() {
        mostLooks = 0;
        slice = 1_000;
        foundAtLookAround = 3;
        assertEquals(FOUND, waiting.await(LONG));
        assertEquals(List.of(1_000L, 1_000L), sleeps);
    }

    @Test
    void shouldLookAsLongAsTheStrategySaysBeforeItSleeps() {
        foundAtLook = 100_000;
        assertEquals(FOUND, waiting.await(LONG));
        assertEquals(List.of("around"), done);
    }

    @Test
    void shouldEndWhereTheThreadIsInterrupted() {
        Thread.currentThread().interrupt();
        try {
            assertThrows(WaitInterruptedException.class, () -> waiting.await(LONG));
            assertEquals(List.of("around"), done);
        } finally {
            assertTrue(Thread.interrupted(), "the interrupt is not taken away");
        }
    }

    @Test
    void shouldLetTimePassUntilSomethingIsSo() {
        long end = now + 5_000;
        waiting.spinUntil(() -> (now += 100) >= end, LONG);
        assertEquals(end, now);
        waiting.spinUntil(() -> (now += 100) < 0, 1_000);
        assertEquals(end + 1_000, now);
        mostLooks = 3;
        waiting.spinUntil(() -> (now += 100) < 0, LONG);
        assertEquals(end + 1_300, now);
    }
}
