package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITTEN_COUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.internal.wire.FrameHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LastSequenceTest {
    private final TestRing ring = new TestRing(256);
    private final RingReader reader = ring.reader();
    private final RingWriter writer = ring.writer();

    @Test
    void shouldKnowNoneInANewRing() {
        assertEquals(0, last());
    }

    @Test
    void shouldBelieveNothingWhenNothingWasEverWritten() {
        ring.frame(0, 100, 7);
        ring.set(WRITE_POS, 116);
        assertEquals(0, last());
    }

    @Test
    void shouldFindTheLastFrameInTheMiddleOfALap() {
        ring.write(writer, 1, 20);
        assertEquals(1, last());
        ring.write(writer, 2, 30);
        assertEquals(2, last());
        ring.takeAndRelease(reader, 1, 20);
        assertEquals(2, last());
        ring.write(writer, 3, 1);
        ring.takeAndRelease(reader, 2, 30);
        assertEquals(3, last());
        ring.takeAndRelease(reader, 3, 1);
        assertEquals(3, last());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 256", "256, 0", "256, 256", "0, 100", "256, 100"})
    void shouldFindALastFrameThatEndsWithTheRingWhicheverWayTheEndIsWritten(long writePosition, long readPosition) {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 140);
        ring.set(WRITE_POS, writePosition);
        ring.set(READ_POS, readPosition);
        assertEquals(2, last());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 256})
    void shouldFindTheOnlyFrameOfAWholeRing(long writePosition) {
        ring.write(writer, 1, 240);
        ring.set(WRITE_POS, writePosition);
        assertEquals(1, last());
        ring.takeAndRelease(reader, 1, 240);
        assertEquals(1, last());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void shouldGoByTheNoteOfAClaimThatAnEarlierWriterGaveUp(int framesSince) {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 30);
        ring.takeAndRelease(reader, 1, 84);
        ring.takeAndRelease(reader, 2, 30);
        assertEquals(0, ring.positionOf(writer.claim(120)) - 16);
        ring.fillRing(16, 120, 0x5a);
        writer.abort();
        for (int i = 0; i < framesSince; i++) {
            ring.write(ring.writer(), 3 + i, 10);
            ring.takeAndRelease(reader, 3 + i, 10);
        }
        assertEquals(2 + framesSince, last());
    }

    @Test
    void shouldNotTakeContentForTheLastHeaderWhereANoteTells() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.takeAndRelease(reader, 1, 84);
        ring.takeAndRelease(reader, 2, 100);
        assertEquals(0, ring.positionOf(writer.claim(60)) - 16);
        writer.abort();
        ring.header(150, 216 - 166, 1);
        assertEquals(2, last());
    }

    @Test
    void shouldGoByTheNoteRatherThanByContentThatLooksLikeAHeader() {
        ring.write(writer, 1, 84);
        ring.takeAndRelease(reader, 1, 84);
        assertEquals(0, ring.positionOf(writer.claim(150)) - 16);
        writer.abort();
        assertEquals(100, ring.write(writer, 2, 100));
        ring.takeAndRelease(reader, 2, 100);
        ring.header(150, 216 - 166, 1);
        assertEquals(2, last());
    }

    @Test
    void shouldNotGoByANoteOfANumberThatTheWriterCannotHaveReached() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.takeAndRelease(reader, 1, 84);
        FrameHeader.writeNote(ring.segment, 192, 216, 1000);
        assertEquals(2, last());
    }

    @Test
    void shouldGoByANoteAtTheEndAlsoWhenTheReaderWentBackToTheStart() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 140);
        ring.takeAndRelease(reader, 1, 84);
        ring.takeAndRelease(reader, 2, 140);
        assertEquals(0, ring.positionOf(writer.claim(240)) - 16);
        ring.fillRing(16, 240, 0x5a);
        ring.set(READ_POS, 0);
        ring.write(ring.writer(), 3, 20);
    }

    @Test
    void shouldNotTakeASizeForANote() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.header(84, 216 - 100, 1);
        assertEquals(2, last());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100, 216, 256})
    void shouldWalkAlongTheFramesRatherThanBelieveTheirContent(long readPosition) {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.header(150, 216 - 166, 1);
        ring.set(READ_POS, readPosition);
        assertEquals(2, last());
    }

    @Test
    void shouldWalkAlongTheUnreadFramesWhenTheFirstOnesAreDestroyed() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.header(150, 216 - 166, 1);
        ring.header(0, 5, 9);
        ring.set(READ_POS, 100);
        assertEquals(2, last());
    }

    @Test
    void shouldNotWalkOverAHeaderWithoutAFrame() {
        ring.write(writer, 1, 84);
        ring.header(100, 0, 2);
        ring.header(116, 84, 3);
        ring.header(180, 216 - 196, 1);
        ring.set(WRITE_POS, 216);
        ring.set(WRITTEN_COUNT, 3);
        assertEquals(1, last());
    }

    @Test
    void shouldNotWalkOverNumbersThatAreNotConsecutive() {
        ring.write(writer, 1, 84);
        ring.frame(100, 100, 3);
        ring.header(150, 216 - 166, 2);
        ring.set(WRITTEN_COUNT, 3);
        assertEquals(2, last());
    }

    @Test
    void shouldFindTheLastFrameBehindAMarker() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.takeAndRelease(reader, 1, 84);
        ring.write(writer, 3, 84);
        assertEquals(3, last());
        ring.takeAndRelease(reader, 2, 100);
        assertEquals(3, last());
        ring.takeAndRelease(reader, 3, 84);
        assertEquals(3, last());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100, 216, 256})
    void shouldFindTheFrameInFrontOfAMarkerThatNoFrameFollowedYet(long readPosition) {
        ForeignWriter foreign = new ForeignWriter(ring, false, false);
        foreign.write(84);
        foreign.write(100);
        foreign.wrap();
        ring.set(READ_POS, readPosition);
        assertEquals(2, last());
    }

    @Test
    void shouldFindTheLastFrameAfterARewind() {
        ring.write(writer, 1, 184);
        ring.takeAndRelease(reader, 1, 184);
        ring.write(writer, 2, 100);
        assertEquals(2, last());
        ring.takeAndRelease(reader, 2, 100);
        assertEquals(2, last());
    }

    @Test
    void shouldNotConfuseAnOldLapWithTheLast() {
        for (int i = 1; i <= 40; i++) {
            ring.write(writer, i, 16);
            ring.takeAndRelease(reader, i, 16);
            assertEquals(i, last());
        }
    }

    @Test
    void shouldFindTheLastFrameBackwardsWhenAnUncommittedClaimOverwroteTheFirstOnes() {
        for (int i = 1; i <= 4; i++) {
            ring.write(writer, i, 30);
            ring.takeAndRelease(reader, i, 30);
        }
        // Drained at 184 of 256: what a claim of 100 would have filled holds frames 1 to 3.
        for (int garbage : new int[] {0, 1, 0x5a, 0xff}) {
            ring.fillRing(16, 100, garbage);
            assertEquals(4, last());
        }
    }

    /** A writer that connects must not look through a ring of gigabytes byte by byte. */
    @Test
    void shouldSearchBackwardsNoFurtherThanAFrameIsLarge() {
        long largest = LastSequence.LONGEST_SEARCH - 16;
        TestRing large = new TestRing(2 * LastSequence.LONGEST_SEARCH);
        for (long size : new long[] {largest, largest + 1}) {
            long start = 1000;
            large.set(READ_POS, start + 16 + size);
            large.set(WRITE_POS, start + 16 + size);
            large.set(WRITTEN_COUNT, 2);
            large.set(large.layout.payloadOffset() + start, size);
            large.set(large.layout.payloadOffset() + start + 8, 2);
            assertEquals(size == largest ? 2 : 0, lastOf(large));
        }
    }

    @Test
    void shouldKnowNoneWhenAnUncommittedClaimOverwroteTheLastFrame() {
        ring.write(writer, 1, 30);
        ring.write(writer, 2, 100);
        ring.takeAndRelease(reader, 1, 30);
        ring.takeAndRelease(reader, 2, 100);
        for (int garbage : new int[] {0, 1, 0x5a, 0xff}) {
            ring.fillRing(16, 200, garbage);
            assertEquals(0, last());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 3, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldNotBelieveASequenceThatTheWriterCannotHaveReached(long sequence) {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 84);
        ring.header(100, 84, sequence);
        assertEquals(0, last());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 83, 85, 140, 1L << 32 | 84, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldNotBelieveAChainThatMissesTheWritePosition(long size) {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 84);
        ring.header(100, size, 2);
        assertEquals(0, last());
    }

    @Test
    void shouldAnswerTheSequenceRatherThanTheCount() {
        ring.write(writer, 1, 84);
        ring.set(WRITTEN_COUNT, 1000);
        assertEquals(1, last());
    }

    @Test
    void shouldAlwaysFindTheLastFrameOfARingInUse() {
        Random random = new Random(4711);
        for (int capacity : new int[] {64, 128, 256, 1000}) {
            TestRing any = new TestRing(capacity);
            RingReader anyReader = any.reader();
            RingWriter anyWriter = any.writer();
            ArrayDeque<Long> held = new ArrayDeque<>();
            long sequence = 0;
            for (int step = 0; step < 20_000; step++) {
                switch (random.nextInt(3)) {
                    case 0 -> {
                        long size = 1 + random.nextInt(capacity - 16);
                        if (anyWriter.claim(size) != RingWriter.NO_ROOM) {
                            anyWriter.abort();
                            any.write(anyWriter, ++sequence, size);
                        }
                    }
                    case 1 -> {
                        long ticket = anyReader.take();
                        if (ticket != RingReader.NOTHING) {
                            held.add(ticket);
                        }
                    }
                    default -> {
                        if (!held.isEmpty()) {
                            anyReader.release(random.nextBoolean() ? held.removeFirst() : held.removeLast());
                        }
                    }
                }
                assertEquals(sequence, lastOf(any));
            }
        }
    }

    @Test
    void shouldFindTheLastFrameAfterAnyUncommittedClaim() {
        Random random = new Random(4711);
        byte[] garbage = new byte[240];
        for (int round = 0; round < 5_000; round++) {
            TestRing any = new TestRing(256);
            RingReader anyReader = any.reader();
            RingWriter anyWriter = any.writer();
            long sequence = 0;
            for (int frames = 1 + random.nextInt(12); frames > 0; frames--) {
                long size = 1 + random.nextInt(random.nextBoolean() ? 40 : 240);
                any.write(anyWriter, ++sequence, size);
                any.takeAndRelease(anyReader, sequence, size);
            }
            long size = 1 + random.nextInt(240);
            long at = anyWriter.claim(size);
            random.nextBytes(garbage);
            MemorySegment.copy(garbage, 0, any.segment, ValueLayout.JAVA_BYTE, at, (int) size);
            long last = lastOf(any);
            assertEquals(sequence, last);
        }
    }

    /** As a writer of another implementation leaves it, which stores 0 for the end and makes no note. */
    @Test
    void shouldFindTheEndOfTheLapFromTheReaderOnWhenTheFirstFramesAreDestroyed() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 140);
        ring.set(WRITE_POS, 0);
        ring.set(READ_POS, 100);
        ring.header(0, -1, -1);
        assertEquals(2, last());
    }

    @Test
    void shouldNotTakeContentWithoutANumberForTheLastHeader() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 60);
        ring.fillRing(0, 100, 0xff);
        ring.set(READ_POS, 176);
        ring.header(130, 176 - 130 - 16, 0);
        assertEquals(2, last());
    }

    @Test
    void shouldStayInsideTheRingWhateverItHolds() {
        Random random = new Random(4711);
        for (int capacity : new int[] {16, 17, 33, 64, 256}) {
            // The segment ends with the ring: any access behind it throws.
            TestRing any = new TestRing(capacity);
            byte[] garbage = new byte[capacity];
            for (int round = 0; round < 20_000; round++) {
                random.nextBytes(garbage);
                for (int i = 0; i < capacity; i++) {
                    // Small numbers in sparse bytes: only they look like headers.
                    garbage[i] = random.nextInt(8) == 0 ? (byte) (garbage[i] & 0x3f) : 0;
                    if (round % 3 == 0 && random.nextInt(40) == 0) {
                        garbage[i] = (byte) 0xff;
                    }
                }
                MemorySegment.copy(garbage, 0, any.segment, ValueLayout.JAVA_BYTE, 192, capacity);
                any.set(FREE, random.nextInt(capacity + 1));
                long written =
                        switch (round % 4) {
                            case 0 -> Long.MAX_VALUE;
                            case 1 -> Long.MIN_VALUE;
                            case 2 -> 1 + random.nextInt(100);
                            default -> random.nextLong();
                        };
                any.set(READ_POS, random.nextInt(capacity + 1));
                any.set(WRITE_POS, random.nextInt(capacity + 1));
                any.set(WRITTEN_COUNT, written);
                long last = lastOf(any);
                assertTrue(last == 0 || last > 0 && last <= written, () -> last + " of " + written);
            }
        }
    }

    private long last() {
        return lastOf(ring);
    }

    private static long lastOf(TestRing ring) {
        return LastSequence.find(
                ring.memory(), ring.get(READ_POS), ring.get(WRITE_POS), ring.get(WRITTEN_COUNT));
    }
}
