package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What other implementations' writers do to a ring, and our reader has to cope with. */
final class ForeignWriterTest {
    private final TestRing ring = new TestRing(256);
    private final RingReader reader = ring.reader();

    static long[][] shortTails() {
        long[][] cases = new long[15 * 4][];
        for (int i = 0; i < cases.length; i++) {
            // A tail of nothing, of ones, of small numbers, and one that begins like a header of a frame.
            cases[i] = new long[] {1 + i / 4, new long[] {0, 0xff, 0x01, 0x10}[i % 4]};
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("shortTails")
    void shouldTakeAShortTailForAWrapWhateverItHolds(long[] tailAndGarbage) {
        long tail = tailAndGarbage[0];
        ring.fillRing(0, 256, (int) tailAndGarbage[1]);
        ring.frame(0, 240 - tail, 1);
        ring.add(FREE, -(256 - tail));
        ring.takeAndRelease(reader, 1, 240 - tail);
        assertEquals(256 - tail, ring.get(READ_POS));
        ring.frame(0, 100, 2);
        ring.add(FREE, -(tail + 116));
        long second = ring.take(reader, 2, 100);
        ring.assertFields(140 - tail, 116, 116, 0, 2);
        assertEquals(1, reader.release(second));
        assertEquals(256, ring.get(FREE));
    }

    @ParameterizedTest
    @MethodSource("shortTails")
    void shouldWaitForTheFrameWhenAShortTailWasGivenUpBeforeIt(long[] tailAndGarbage) {
        long tail = tailAndGarbage[0];
        ring.fillRing(0, 256, (int) tailAndGarbage[1]);
        ring.frame(0, 240 - tail, 1);
        ring.add(FREE, -(256 - tail));
        ring.takeAndRelease(reader, 1, 240 - tail);
        ring.add(FREE, -tail);
        assertNothingHappens();
        ring.frame(0, 100, 2);
        assertNothingHappens();
        ring.add(FREE, -116);
        ring.takeAndRelease(reader, 2, 100);
        assertEquals(256, ring.get(FREE));
    }

    @Test
    void shouldWaitForTheFrameBehindAMarkerThatWasPublishedBeforeIt() {
        ForeignWriter writer = new ForeignWriter(ring, false, false);
        writer.write(100);
        writer.write(84);
        ring.takeAndRelease(reader, 1, 100);
        writer.wrap();
        ring.takeAndRelease(reader, 2, 84);
        assertNothingHappens();
        writer.write(60);
        ring.takeAndRelease(reader, 3, 60);
        ring.assertFields(256, 76, 76, 4, 4);
    }

    @Test
    void shouldWaitForTheFrameBehindAMarkerWhileEarlierFramesAreHeld() {
        ForeignWriter writer = new ForeignWriter(ring, false, false);
        writer.write(100);
        writer.write(84);
        ring.takeAndRelease(reader, 1, 100);
        long held = ring.take(reader, 2, 84);
        writer.wrap();
        assertNothingHappens();
        writer.write(60);
        assertEquals(0, reader.release(ring.take(reader, 3, 60)));
        assertEquals(2, reader.release(held));
        assertEquals(256, ring.get(FREE));
    }

    @Test
    void shouldAcceptARestartAtOneRightBehindAMarker() {
        ForeignWriter writer = new ForeignWriter(ring, false, false);
        writer.write(100);
        ring.takeAndRelease(reader, 1, 100);
        writer.write(84);
        ring.takeAndRelease(reader, 2, 84);
        writer.restart();
        writer.wrap();
        writer.write(60);
        ring.takeAndRelease(reader, 1, 60);
        writer.write(10);
        ring.takeAndRelease(reader, 2, 10);
    }

    @ParameterizedTest
    @CsvSource({
        "4096, 500, false, false", "4096, 500, false, true", "4096, 500, true, false", "4096, 500, true, true",
        "256, 100, false, false", "256, 100, true, true", "64, 15, false, false", "64, 15, true, true"
    })
    void shouldReadEveryFrameOfWritersWithTheirOwnIdeas(
            int capacity, int largest, boolean storesZeroForTheEnd, boolean countsMissingMarkers) {
        TestRing any = new TestRing(capacity);
        RingReader anyReader = any.reader();
        ForeignWriter writer = new ForeignWriter(any, storesZeroForTheEnd, countsMissingMarkers);
        Random random = new Random(capacity);
        ArrayDeque<long[]> unread = new ArrayDeque<>();
        int frames = 0;
        while (frames < 20_000) {
            long size = 1 + random.nextInt(largest);
            if (random.nextInt(3) > 0 && writer.hasRoomFor(size)) {
                if (writer.wrapsFor(size)) {
                    writer.wrap();
                    if (random.nextBoolean()) {
                        drain(any, anyReader, unread);
                    }
                }
                unread.add(new long[] {writer.write(size), size});
                frames++;
                if (random.nextInt(1000) == 0) {
                    writer.restart();
                }
            } else if (unread.isEmpty()) {
                assertEquals(RingReader.NOTHING, anyReader.take());
            } else {
                long[] frame = unread.remove();
                any.takeAndRelease(anyReader, frame[0], frame[1]);
            }
        }
        drain(any, anyReader, unread);
        assertEquals(capacity, any.get(FREE));
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void shouldTakeOverFromAWriterOfAnyOriginAtAnyMoment(boolean storesZeroForTheEnd, boolean countsMissingMarkers) {
        Random random = new Random(4711);
        for (int round = 0; round < 2_000; round++) {
            TestRing any = ring;
            any.segment.fill((byte) 0);
            any.set(0x08, 64);
            any.set(0x20, 256);
            any.set(FREE, 256);
            RingReader anyReader = any.reader();
            ForeignWriter before = new ForeignWriter(any, storesZeroForTheEnd, countsMissingMarkers);
            ArrayDeque<long[]> unread = new ArrayDeque<>();
            long last = 0;
            for (int steps = random.nextInt(30); steps > 0; steps--) {
                long size = 1 + random.nextInt(90);
                if (random.nextBoolean() && before.hasRoomFor(size)) {
                    if (before.wrapsFor(size)) {
                        before.wrap();
                    }
                    last = before.write(size);
                    unread.add(new long[] {last, size});
                } else if (!unread.isEmpty()) {
                    long[] frame = unread.remove();
                    any.takeAndRelease(anyReader, frame[0], frame[1]);
                }
            }
            RingWriter ours = any.writer();
            for (int i = 1; i <= 5; i++) {
                long size = 1 + random.nextInt(240);
                while (ours.claim(size) == RingWriter.NO_ROOM) {
                    long[] frame = unread.remove();
                    any.takeAndRelease(anyReader, frame[0], frame[1]);
                }
                ours.abort();
                any.write(ours, last + i, size);
                unread.add(new long[] {last + i, size});
            }
            drain(any, anyReader, unread);
            assertEquals(256, any.get(FREE));
        }
    }

    private static void drain(TestRing ring, RingReader reader, ArrayDeque<long[]> unread) {
        while (!unread.isEmpty()) {
            long[] frame = unread.remove();
            ring.takeAndRelease(reader, frame[0], frame[1]);
        }
        assertEquals(RingReader.NOTHING, reader.take());
    }

    private void assertNothingHappens() {
        byte[] before = ring.bytes();
        long taken = reader.framesTaken();
        assertEquals(RingReader.NOTHING, reader.take());
        assertArrayEquals(before, ring.bytes());
        assertEquals(taken, reader.framesTaken());
    }
}
