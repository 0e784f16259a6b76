package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.internal.wire.FrameHeader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A ring that begins again at its start with much of it still ahead, because its reader is close. */
final class EarlyWrapTest {
    private static final long CAPACITY = 4096;
    private static final long WINDOW = 1000;
    private static final int SIZE = 84;
    private static final int TOTAL = 100;

    private final TestRing ring = new TestRing(CAPACITY);
    private final RingReader reader = ring.reader();
    private final RingWriter writer = ring.writer();
    private long written;
    private long taken;

    private long write() {
        return ring.write(writer, ++written, SIZE);
    }

    private void takeAndRelease() {
        ring.takeAndRelease(reader, ++taken, SIZE);
    }

    @Test
    void shouldBeginAgainWhenTheWindowIsWrittenAndTheReaderIsClose() {
        writer.wrapEarly(WINDOW);
        for (int lap = 0; lap < 5; lap++) {
            for (int i = 0; i < 10; i++) {
                assertEquals(i * TOTAL, write());
                takeAndRelease();
            }
        }
        assertEquals(CAPACITY, ring.get(FREE));
    }

    @Test
    void shouldGoOnWhileTheReaderIsMoreThanHalfAWindowBehind() {
        writer.wrapEarly(WINDOW);
        for (int i = 0; i < 12; i++) {
            assertEquals(i * TOTAL, write());
            if (i >= 6) {
                takeAndRelease();
            }
        }
        assertFalse(writer.isReaderNear(SIZE));
        takeAndRelease();
        assertTrue(writer.isReaderNear(SIZE));
        assertEquals(0, write());
        while (taken < written) {
            takeAndRelease();
        }
        assertEquals(CAPACITY, ring.get(FREE));
    }

    @Test
    void shouldNotCountWhatTheWrapWastesAsSomethingTheReaderIsBehind() {
        writer.wrapEarly(WINDOW);
        for (int i = 0; i < 10; i++) {
            write();
            takeAndRelease();
        }
        assertEquals(0, write());
        assertEquals(CAPACITY - TOTAL - (CAPACITY - 1000), ring.get(FREE));
        assertTrue(writer.isReaderNear(SIZE));
        for (int i = 0; i < 5; i++) {
            write();
        }
        assertFalse(writer.isReaderNear(SIZE));
    }

    @Test
    void shouldNotCountWhatTheWrapWastesAsLongAsTheFrameBehindItIsUnreleased() {
        writer.wrapEarly(WINDOW);
        for (int i = 0; i < 10; i++) {
            write();
            takeAndRelease();
        }
        for (int i = 0; i < 5; i++) {
            assertEquals(i * TOTAL, write());
            assertTrue(writer.isReaderNear(SIZE));
        }
        write();
        assertFalse(writer.isReaderNear(SIZE));
        takeAndRelease();
        assertTrue(writer.isReaderNear(SIZE), "what the wrap wasted is free together with the frame behind it");
        write();
        assertFalse(writer.isReaderNear(SIZE));
    }

    @Test
    void shouldCallTheReaderCloseWhoseUnreleasedFramesFillHalfTheWindow() {
        writer.wrapEarly(WINDOW);
        for (int i = 0; i < 5; i++) {
            write();
            assertTrue(writer.isReaderNear(SIZE));
        }
        write();
        assertFalse(writer.isReaderNear(SIZE));
        takeAndRelease();
        assertTrue(writer.isReaderNear(SIZE));
    }

    @Test
    void shouldCallTheReaderCloseThatIsOneFrameBehindWhereTheWindowHasRoomForTwo() {
        writer.wrapEarly(1);
        write();
        assertTrue(writer.isReaderNear(SIZE));
        assertFalse(writer.isReaderNear(SIZE - 1));
        write();
        assertFalse(writer.isReaderNear(SIZE));
    }

    @Test
    void shouldCallTheReaderCloseHoweverFarItIsBehindWhereTheRingCannotWrapEarly() {
        for (int i = 0; i < 30; i++) {
            write();
        }
        writer.wrapEarly(1);
        assertTrue(writer.isReaderNear(CAPACITY / 2 - 16), "two of these are the whole ring");
        assertFalse(writer.isReaderNear(CAPACITY / 2 - 17));
        writer.wrapEarly(CAPACITY);
        assertTrue(writer.isReaderNear(SIZE));
        writer.wrapEarly(CAPACITY - 1);
        assertFalse(writer.isReaderNear(SIZE));
    }

    @Test
    void shouldClaimWithoutALookUntilTheReaderIsMoreThanHalfAWindowBehind() {
        writer.wrapEarly(WINDOW);
        for (int i = 0; i < 5; i++) {
            write();
            assertNotEquals(RingWriter.NO_ROOM, writer.claimPrepared(SIZE), "behind frame " + i);
            writer.abort();
        }
        write();
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(SIZE));
    }

    @ParameterizedTest
    @ValueSource(longs = {CAPACITY, CAPACITY + 1, Long.MAX_VALUE})
    void shouldClaimWithoutALookHoweverFarTheReaderIsBehindInARingNoLargerThanTheWindow(long window) {
        writer.wrapEarly(window);
        write();
        for (int i = 1; i < 30; i++) {
            assertNotEquals(RingWriter.NO_ROOM, writer.claimPrepared(SIZE), "behind frame " + i);
            writer.commit();
        }
    }

    @Test
    void shouldGoThroughAWindowOfTwoFramesOfTheSizeAtHand() {
        writer.wrapEarly(1);
        assertEquals(0, ring.write(writer, 1, SIZE));
        long at = writer.claim(34);
        ring.takeAndRelease(reader, 1, SIZE);
        ring.content(ring.positionOf(at), 34, 2);
        writer.commit();
        assertEquals(150, ring.write(writer, 3, SIZE), "150 bytes are no window for frames of 100");
    }

    @Test
    void shouldDecideOncePerPartOfTheWindowWhetherToWrap() {
        TestRing large = new TestRing(1 << 20);
        RingReader follower = large.reader();
        RingWriter ahead = large.writer();
        ahead.wrapEarly(64 << 10);
        long sequence = 0;
        boolean isDue = true;
        while (!isDue || large.get(WRITE_POS) <= 64 << 10) {
            if (isDue) {
                ahead.claim(SIZE);
            }
            large.content(large.get(WRITE_POS) + 16, SIZE, ++sequence);
            ahead.commit();
            isDue = ahead.claimPrepared(SIZE) == RingWriter.NO_ROOM;
        }
        // The decision finds the reader far behind; then it catches up.
        large.write(ahead, ++sequence, SIZE);
        for (long released = 1; released <= sequence; released++) {
            large.takeAndRelease(follower, released, SIZE);
        }
        int inLine = 1;
        while (large.write(ahead, ++sequence, SIZE) != 0) {
            large.takeAndRelease(follower, sequence, SIZE);
            inLine++;
        }
        assertEquals(10, inLine, "frames of 100 in 1024 bytes, a part of the window of 64");
    }

    @Test
    void shouldUseTheRingToItsEndOnceTheWindowWasTooSmall() {
        writer.wrapEarly(WINDOW);
        for (int i = 0; i < 10; i++) {
            write();
            takeAndRelease();
        }
        for (int i = 0; i < 10; i++) {
            write();
        }
        assertEquals(RingWriter.NO_ROOM, writer.claim(SIZE));
        writer.useWholeRing();
        while (taken < written) {
            takeAndRelease();
        }
        for (long position = 1000; position + TOTAL + FrameHeader.SIZE <= CAPACITY; position += TOTAL) {
            assertEquals(position, write());
            takeAndRelease();
        }
        for (int lap = 0; lap < 2; lap++) {
            for (int i = 0; i < 10; i++) {
                assertEquals(i * TOTAL, write());
                takeAndRelease();
            }
        }
    }

    @Test
    void shouldHaveRoomForTwoFramesInTheWindow() {
        writer.wrapEarly(1);
        for (int i = 0; i < 9; i++) {
            assertEquals(i % 2 * TOTAL, write());
            takeAndRelease();
        }
    }

    @Test
    void shouldLookAtAReaderThatIsBehindOncePerPartOfTheWindowNotForEveryFrame() {
        RingWriter farAhead = new TestRing(1 << 20).writer();
        farAhead.wrapEarly(64 << 10);
        int frames = 1000;
        int looks = 0;
        for (int i = 0; i < frames; i++) {
            if (farAhead.claimPrepared(SIZE) == RingWriter.NO_ROOM) {
                looks++;
                farAhead.claim(SIZE);
            }
            farAhead.commit();
        }
        assertFalse(farAhead.isReaderNear(SIZE));
        long framesBehind = frames - (32 << 10) / TOTAL;
        long framesPerLook = farAhead.decisionInterval() / TOTAL;
        assertTrue(
                looks >= framesBehind / framesPerLook && looks <= framesBehind / framesPerLook + 3,
                looks + " looks for " + framesBehind + " frames");
    }

    @Test
    void shouldNotWrapEarlyUnlessItIsTold() {
        for (int i = 0; i < 40; i++) {
            assertEquals(i * TOTAL, write());
            takeAndRelease();
        }
        assertTrue(writer.isReaderNear(SIZE));
    }

    /**
     * Frames and batches of every size, held and released in any order, by a reader that is now close and now far
     * behind.
     */
    @ParameterizedTest
    @CsvSource({
        "4096, 300, 500, 40",
        "4096, 1000, 100, 5",
        "4096, 64, 1500, 3",
        "512, 100, 120, 6",
        "65536, 4096, 700, 60"
    })
    void shouldLoseNothingWhateverTheWindow(int capacity, int window, int largest, int mostHeld) {
        long seed = Long.getLong("zerobuffer.seed", System.nanoTime());
        System.out.println("EarlyWrapTest: capacity " + capacity + ", window " + window + ", seed " + seed);
        Random random = new Random(seed + capacity + window);
        TestRing some = new TestRing(capacity);
        RingReader from = some.reader();
        RingWriter to = some.writer();
        to.wrapEarly(window);
        Deque<Long> sizes = new ArrayDeque<>();
        Deque<Long> held = new ArrayDeque<>();
        int wraps = 0;
        for (int step = 0; step < 60_000; step++) {
            if (random.nextInt(3000) == 0) {
                to.useWholeRing();
            }
            boolean readerLags = step / 500 % 3 == 2;
            if (random.nextInt(readerLags ? 3 : 2) > 0) {
                written = some.stage(
                        to, random, written, 1 + random.nextInt(4), () -> 1 + random.nextInt(largest), sizes);
                long before = some.get(WRITE_POS);
                to.publish();
                wraps += some.get(WRITE_POS) < before ? 1 : 0;
            } else if (!sizes.isEmpty() && held.size() < mostHeld) {
                held.add(some.take(from, ++taken, sizes.remove()));
            }
            while (!held.isEmpty() && (held.size() == mostHeld || random.nextInt(3) == 0)) {
                from.release(random.nextBoolean() ? held.removeFirst() : held.removeLast());
            }
        }
        while (!sizes.isEmpty()) {
            held.add(some.take(from, ++taken, sizes.remove()));
        }
        held.forEach(from::release);
        assertEquals(RingReader.NOTHING, from.take());
        assertEquals(capacity, some.get(FREE));
        assertNotEquals(0, wraps);
    }
}
