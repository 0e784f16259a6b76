package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A ring whose reader has released every frame before the next one is published: small frames go through its first few
 * places again and again.
 */
final class InStepTest {
    private static final long CAPACITY = 64 << 10;
    private static final int SIZE = 64;
    private static final int TOTAL = 80;

    private final TestRing ring = new TestRing(CAPACITY);
    private final RingReader reader = ring.reader();
    private final RingWriter writer = ring.writer();
    private long written;
    private long taken;

    @BeforeEach
    void stayInStep() {
        writer.stayInStep();
    }

    private long write(int size) {
        return ring.write(writer, ++written, size);
    }

    private void takeAndRelease(int size) {
        ring.takeAndRelease(reader, ++taken, size);
    }

    @Test
    void shouldBeginAgainAfterFourFramesAndHaveTheWholeRingFree() {
        for (int i = 0; i < 20; i++) {
            assertEquals(i % 4 * TOTAL, write(SIZE));
            assertEquals(CAPACITY - TOTAL, ring.get(FREE));
            takeAndRelease(SIZE);
        }
        ring.assertFields(CAPACITY, 4 * TOTAL, 4 * TOTAL, 20, 20);
    }

    @Test
    void shouldHaveRoomForABurstWhereverItBegins() {
        for (int before = 0; before < 8; before++) {
            int frames = (int) CAPACITY / TOTAL;
            for (int i = 0; i < frames; i++) {
                write(SIZE);
            }
            for (int i = 0; i < frames; i++) {
                takeAndRelease(SIZE);
            }
            for (int i = 0; i <= before; i++) {
                write(SIZE);
                takeAndRelease(SIZE);
            }
        }
    }

    @Test
    void shouldGoOnWhileTheReaderHasNotReleasedTheLastFrame() {
        for (int i = 0; i < 4; i++) {
            write(SIZE);
            if (i < 3) {
                takeAndRelease(SIZE);
            }
        }
        assertEquals(4 * TOTAL, write(SIZE));
        takeAndRelease(SIZE);
        takeAndRelease(SIZE);
        for (int i = 5; i < 20; i++) {
            long position = write(SIZE);
            takeAndRelease(SIZE);
            if (position == 0) {
                return;
            }
        }
        throw new AssertionError("the ring was not rewound when the reader had caught up");
    }

    @Test
    void shouldLookAtTheReaderOnceForFourFramesAtMost() {
        int looks = 0;
        long held = -1;
        for (int i = 0; i < 100; i++) {
            if (writer.claimPrepared(SIZE) == RingWriter.NO_ROOM) {
                looks++;
                assertNotEquals(RingWriter.NO_ROOM, writer.claim(SIZE));
            }
            ring.content(ring.get(WRITE_POS) + 16, SIZE, ++written);
            writer.commit();
            if (held >= 0) {
                reader.release(held);
            }
            held = ring.take(reader, ++taken, SIZE);
        }
        assertTrue(looks <= 1 + 100 / 4, looks + " looks");
    }

    @Test
    void shouldNotLookAtAReaderThatIsNotInStep() {
        write(SIZE);
        for (int i = 1; i < 100; i++) {
            assertNotEquals(RingWriter.NO_ROOM, writer.claimPrepared(SIZE), "behind frame " + i);
            writer.commit();
        }
    }

    /** Each frame finds all before it released, but the next one is always claimed before that. */
    @Test
    void shouldAskAReaderThatIsLateOnceForFourFramesAtMost() {
        int looks = 0;
        for (int i = 0; i < 100; i++) {
            if (writer.claimPrepared(SIZE) == RingWriter.NO_ROOM) {
                looks++;
                assertNotEquals(RingWriter.NO_ROOM, writer.claim(SIZE));
            }
            if (written > 0) {
                takeAndRelease(SIZE);
            }
            ring.content(ring.get(WRITE_POS) + 16, SIZE, ++written);
            writer.commit();
        }
        assertEquals(1 + 99 / 4, looks);
    }

    @Test
    void shouldRewindAfterFourFramesOfTwoKilobytes() {
        for (int i = 0; i < 12; i++) {
            assertEquals(i % 4 * 2048, write(2032));
            takeAndRelease(2032);
        }
    }

    @Test
    void shouldNotRewindBehindAFrameThatEndsWithTheRing() {
        TestRing small = new TestRing(4 * TOTAL);
        RingReader from = small.reader();
        RingWriter to = small.writer();
        to.stayInStep();
        for (int i = 1; i <= 5; i++) {
            small.write(to, i, SIZE);
            assertEquals((i - 1) * TOTAL, small.get(READ_POS), "the end is no position to be rewound from");
            small.takeAndRelease(from, i, SIZE);
        }
    }

    @Test
    void shouldWriteFourFramesFromTheStartBeforeItRewindsAlsoWhereTheRingWrapped() {
        TestRing small = new TestRing(10 * TOTAL + 40);
        RingReader from = small.reader();
        RingWriter to = small.writer();
        to.stayInStep();
        long held = -1;
        for (int i = 1; i <= 11; i++) {
            small.write(to, i, SIZE);
            if (held >= 0) {
                from.release(held);
            }
            held = small.take(from, i, SIZE);
        }
        assertEquals(TOTAL, small.get(WRITE_POS));
        from.release(held);
        for (int i = 1; i < 4; i++) {
            assertEquals(i * TOTAL, small.write(to, 11 + i, SIZE));
            small.takeAndRelease(from, 11 + i, SIZE);
        }
        assertEquals(0, small.write(to, 15, SIZE));
    }

    @ParameterizedTest
    @ValueSource(ints = {2033, 4096})
    void shouldGoThroughTheRingWithFramesOfMoreThanTwoKilobytes(int size) {
        for (int i = 0; i < 8; i++) {
            assertEquals(i * (16L + size), write(size));
            takeAndRelease(size);
        }
    }

    @Test
    void shouldGoThroughTheRingUnlessItIsTold() {
        RingWriter untold = ring.writer();
        for (int i = 0; i < 20; i++) {
            assertEquals(i * TOTAL, ring.write(untold, ++written, SIZE));
            takeAndRelease(SIZE);
        }
    }

    @Test
    void shouldNotBreakABatchInTwo() {
        for (int batch = 0; batch < 5; batch++) {
            for (int i = 0; i < 10; i++) {
                long at = writer.claim(SIZE);
                assertEquals((batch * 10 + i) * TOTAL, ring.positionOf(at) - 16);
                ring.content(ring.positionOf(at), SIZE, ++written);
                writer.stage();
            }
            assertEquals(10, writer.publish());
            for (int i = 0; i < 10; i++) {
                takeAndRelease(SIZE);
            }
        }
    }

    /**
     * Frames and batches, most of them small, some given up, to a reader that is in step most of the time and sometimes
     * holds what it took.
     */
    @ParameterizedTest
    @CsvSource({"4096, 100, 3", "4096, 2500, 2", "512, 120, 4", "65536, 700, 20", "101, 30, 2"})
    void shouldLoseNothingWhateverTheReaderHolds(int capacity, int largest, int mostHeld) {
        long seed = Long.getLong("zerobuffer.seed", System.nanoTime());
        System.out.println("InStepTest: capacity " + capacity + ", seed " + seed);
        Random random = new Random(seed + capacity + largest);
        TestRing some = new TestRing(capacity);
        RingReader from = some.reader();
        RingWriter to = some.writer();
        to.stayInStep();
        Deque<Long> sizes = new ArrayDeque<>();
        Deque<Long> held = new ArrayDeque<>();
        int rewinds = 0;
        for (int step = 0; step < 60_000; step++) {
            boolean inStep = step / 200 % 3 > 0;
            int frames = inStep ? 1 : 1 + random.nextInt(3);
            written = some.stage(
                    to,
                    random,
                    written,
                    frames,
                    () -> 1 + random.nextInt(random.nextInt(10) == 0 ? largest : largest / 5),
                    sizes);
            long before = some.get(WRITE_POS);
            to.publish();
            rewinds += before > 0 && some.get(READ_POS) == 0 && some.get(WRITE_POS) < before ? 1 : 0;
            while (!sizes.isEmpty() && (inStep || random.nextBoolean())) {
                held.add(some.take(from, ++taken, sizes.remove()));
                if (held.size() == mostHeld) {
                    releaseAll(from, held, random);
                }
            }
            if (inStep) {
                // Also where no frame came: the one that is held may be what leaves no room for it.
                releaseAll(from, held, random);
            }
        }
        while (!sizes.isEmpty()) {
            held.add(some.take(from, ++taken, sizes.remove()));
        }
        held.forEach(from::release);
        assertEquals(RingReader.NOTHING, from.take());
        assertEquals(capacity, some.get(FREE));
        assertNotEquals(0, rewinds);
    }

    private static void releaseAll(RingReader reader, Deque<Long> held, Random random) {
        while (!held.isEmpty()) {
            reader.release(random.nextBoolean() ? held.removeFirst() : held.removeLast());
        }
    }
}
