package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_COUNT;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.SequenceGapException;
import io.zerobuffer.internal.wire.FrameHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RingReaderTest {
    private final TestRing ring = new TestRing(256);
    private final RingReader reader = ring.reader();
    private final RingWriter writer = ring.writer();

    @Test
    void shouldFindNothingInANewRingAndStoreNothing() {
        byte[] before = ring.bytes();
        assertEquals(RingReader.NOTHING, reader.take());
        assertArrayEquals(before, ring.bytes());
        assertEquals(0, reader.framesTaken());
    }

    @Test
    void shouldDescribeTheFrameItTook() {
        ring.write(writer, 1, 84);
        ring.take(reader, 1, 84);
        assertEquals(192 + 16, reader.frameOffset());
        assertEquals(84, reader.frameSize());
        assertEquals(1, reader.frameSequence());
        assertEquals(1, reader.framesTaken());
    }

    @Test
    void shouldMoveItsPositionAtOnceAndFreeTheSpaceOnRelease() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 20);
        long first = ring.take(reader, 1, 84);
        ring.assertFields(256 - 136, 136, 100, 2, 1);
        assertEquals(1, reader.release(first));
        ring.assertFields(256 - 36, 136, 100, 2, 1);
        ring.takeAndRelease(reader, 2, 20);
        ring.assertFields(256, 136, 136, 2, 2);
        assertEquals(RingReader.NOTHING, reader.take());
    }

    @Test
    void shouldStoreItsCountWhenItIsToldToAndAfterSixtyFourFrames() {
        for (int sequence = 1; sequence <= 130; sequence++) {
            ring.write(writer, sequence, 20);
            ring.takeAndRelease(reader, sequence, 20);
            long counted = ring.get(TestRing.WRITTEN_COUNT);
            assertTrue(
                    ring.get(READ_COUNT) <= counted && ring.get(READ_COUNT) > counted - 64,
                    () -> ring.get(READ_COUNT) + " of " + counted);
        }
        reader.publishCount();
        assertEquals(ring.get(TestRing.WRITTEN_COUNT), ring.get(READ_COUNT));
    }

    @Test
    void shouldStayAtTheEndAfterAFrameThatEndsWithTheRing() {
        ring.write(writer, 1, 240);
        ring.takeAndRelease(reader, 1, 240);
        ring.assertFields(256, 256, 256, 1, 1);
        assertEquals(RingReader.NOTHING, reader.take());
        ring.write(writer, 2, 20);
        ring.takeAndRelease(reader, 2, 20);
        ring.assertFields(256, 36, 36, 2, 2);
    }

    @Test
    void shouldCountTheMarkerAndFreeWhatItWastesTogetherWithTheFrameBehindIt() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.takeAndRelease(reader, 1, 84);
        ring.write(writer, 3, 84);
        long second = ring.take(reader, 2, 100);
        long third = ring.take(reader, 3, 84);
        ring.assertFields(0, 100, 100, 4, 4);
        // The 40 bytes behind frame 2 are not free while it is held: the writer would go on from its position, into
        // frame 2.
        assertEquals(0, reader.release(third));
        assertEquals(0, ring.get(FREE));
        assertEquals(2, reader.release(second));
        assertEquals(256, ring.get(FREE));
    }

    @Test
    void shouldNotFreeTheWasteOfAWrapBeforeTheFrameBehindItIsReleased() {
        ring.write(writer, 1, 200);
        ring.takeAndRelease(reader, 1, 200);
        assertEquals(0, ring.write(writer, 2, 100));
        long held = ring.take(reader, 2, 100);
        ring.assertFields(256 - 40 - 116, 116, 116, 3, 3);
        assertEquals(1, reader.release(held));
        assertEquals(256, ring.get(FREE));
    }

    @Test
    void shouldGiveBackOnlyTheReleasedPrefix() {
        long[] tickets = new long[5];
        for (int i = 0; i < 5; i++) {
            ring.write(writer, i + 1, 10 + i);
        }
        for (int i = 0; i < 5; i++) {
            tickets[i] = ring.take(reader, i + 1, 10 + i);
        }
        long used = 5 * 16 + 60;
        assertEquals(0, reader.release(tickets[1]));
        assertEquals(0, reader.release(tickets[3]));
        assertEquals(256 - used, ring.get(FREE));
        assertEquals(2, reader.release(tickets[0]));
        assertEquals(256 - used + 26 + 27, ring.get(FREE));
        assertEquals(0, reader.release(tickets[4]));
        assertEquals(3, reader.release(tickets[2]));
        assertEquals(256, ring.get(FREE));
        ring.assertFields(256, used, used, 5, 5);
    }

    @Test
    void shouldHoldAnyNumberOfFramesInAnyOrderOfRelease() {
        Random random = new Random(4711);
        TestRing large = new TestRing(1 << 16);
        RingReader holder = large.reader();
        RingWriter filler = large.writer();
        long sequence = 0;
        for (int round = 0; round < 20; round++) {
            int frames = 1 + random.nextInt(1500);
            List<Long> tickets = new ArrayList<>();
            long first = sequence;
            for (int i = 0; i < frames; i++) {
                large.write(filler, ++sequence, 1 + sequence % 20);
            }
            for (long taken = first + 1; taken <= sequence; taken++) {
                tickets.add(large.take(holder, taken, 1 + taken % 20));
            }
            assertEquals(RingReader.NOTHING, holder.take());
            Collections.shuffle(tickets, random);
            int given = 0;
            for (long ticket : tickets) {
                given += holder.release(ticket);
            }
            assertEquals(frames, given);
            assertEquals(1 << 16, large.get(FREE));
        }
        assertEquals(sequence, holder.framesTaken());
    }

    /** A slot that a frame released out of turn has left must not tell of the frame that is not taken yet. */
    @Test
    void shouldGiveBackNoFrameThatWasNotTaken() {
        long sequence = 0;
        for (int round = 0; round < 40; round++) {
            long[] tickets = new long[1 + round % 3];
            for (int i = 0; i < tickets.length; i++) {
                ring.write(writer, ++sequence, 4);
                tickets[i] = ring.take(reader, sequence, 4);
            }
            int given = 0;
            for (int i = tickets.length - 1; i >= 0; i--) {
                given += reader.release(tickets[i]);
            }
            assertEquals(tickets.length, given);
            assertEquals(256, ring.get(FREE));
        }
    }

    @Test
    void shouldFindNothingWhenEverythingUnreadIsHeld() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 140);
        long first = ring.take(reader, 1, 84);
        long second = ring.take(reader, 2, 140);
        assertEquals(0, ring.get(FREE));
        assertEquals(RingReader.NOTHING, reader.take());
        reader.release(second);
        assertEquals(RingReader.NOTHING, reader.take());
        reader.release(first);
        assertEquals(RingReader.NOTHING, reader.take());
    }

    @Test
    void shouldFindTheFrameBehindAMarkerThatItSawBeforeTheFrameWasThere() {
        ForeignWriter foreign = new ForeignWriter(ring, false, false);
        foreign.write(100);
        foreign.wrap();
        reader.release(ring.take(reader, 1, 100));
        assertTrue(reader.hasSeen(), "the marker");
        foreign.write(50);
        ring.takeAndRelease(reader, 2, 50);
        assertEquals(256, ring.get(FREE));
    }

    @ParameterizedTest
    @ValueSource(longs = {51, 60, 100, 142})
    void shouldRefuseAFrameThatIsLargerThanWhatWasUnreadWhenItWasSeen(long size) {
        ring.write(writer, 1, 200);
        ring.takeAndRelease(reader, 1, 200);
        ring.write(writer, 2, 50);
        ring.write(writer, 3, 50);
        ring.take(reader, 2, 50);
        ring.header(66, size, 3);
        CorruptBufferException refusal = assertThrows(CorruptBufferException.class, reader::take);
        assertEquals("frame size", refusal.field());
        assertTrue(refusal.rule().contains("1 to 50"), refusal.rule());
        ring.header(66, 50, 3);
        ring.take(reader, 3, 50);
    }

    @Test
    void shouldTakeTheLastSixteenBytesForAHeaderAndFewerForAWrap() {
        ring.drainedAt(240);
        ring.frame(0, 40, 1);
        ring.header(240, 5, 1);
        ring.add(FREE, -72);
        CorruptBufferException refusal = assertThrows(CorruptBufferException.class, reader::take);
        assertEquals(5, refusal.value());
        ring.header(240, 0, 0);
        ring.takeAndRelease(reader, 1, 40);
        ring.drainedAt(241);
        ring.frame(0, 40, 2);
        ring.fillRing(241, 15, 5);
        ring.add(FREE, -71);
        ring.takeAndRelease(reader, 2, 40);
    }

    @Test
    void shouldNotMistakeOldBytesForAFrame() {
        ring.write(writer, 1, 84);
        ring.takeAndRelease(reader, 1, 84);
        ring.frame(100, 20, 2);
        byte[] before = ring.bytes();
        assertEquals(RingReader.NOTHING, reader.take());
        assertArrayEquals(before, ring.bytes());
    }

    @Test
    void shouldReadItsPositionAgainFromSharedMemory() {
        ring.write(writer, 1, 84);
        ring.takeAndRelease(reader, 1, 84);
        ring.set(READ_POS, 0);
        ring.frame(0, 200, 2);
        ring.add(FREE, -216);
        ring.takeAndRelease(reader, 2, 200);
        ring.assertFields(256, 216, 216, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 4, 0, -1, 1L << 32 | 2, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldReportASequenceGapAndLeaveTheFrame(long found) {
        ring.write(writer, 1, 84);
        ring.takeAndRelease(reader, 1, 84);
        ring.write(writer, 2, 20);
        ring.header(100, 20, found);
        byte[] before = ring.bytes();
        for (int attempt = 0; attempt < 3; attempt++) {
            SequenceGapException gap = assertThrows(SequenceGapException.class, reader::take);
            assertEquals(2, gap.expected());
            assertEquals(found, gap.actual());
            assertEquals(TestRing.NAME, gap.bufferName());
            assertArrayEquals(before, ring.bytes());
            assertEquals(1, reader.framesTaken());
        }
        ring.header(100, 20, 2);
        ring.takeAndRelease(reader, 2, 20);
    }

    @Test
    void shouldReportAGapBehindAMarkerWithoutCrossingIt() {
        ring.write(writer, 1, 200);
        ring.takeAndRelease(reader, 1, 200);
        ring.write(writer, 2, 100);
        ring.header(0, 100, 7);
        byte[] before = ring.bytes();
        assertEquals(7, assertThrows(SequenceGapException.class, reader::take).actual());
        assertArrayEquals(before, ring.bytes());
        ring.header(0, 100, 2);
        ring.takeAndRelease(reader, 2, 100);
        ring.assertFields(256, 116, 116, 3, 3);
    }

    @Test
    void shouldReportAGapAtTheFirstFrame() {
        ring.write(writer, 1, 84);
        ring.header(0, 84, 2);
        SequenceGapException gap = assertThrows(SequenceGapException.class, reader::take);
        assertEquals(1, gap.expected());
        assertEquals(2, gap.actual());
    }

    @Test
    void shouldSayThatAWriterStartsAgainAtOneAndNotThatOneGoesOn() {
        AtomicInteger restarts = new AtomicInteger();
        reader.onRestart(restarts::incrementAndGet);
        ring.write(writer, 1, 20);
        ring.takeAndRelease(reader, 1, 20);
        ring.write(writer, 2, 20);
        ring.takeAndRelease(reader, 2, 20);
        assertEquals(0, restarts.get());
        ring.frame(72, 8, 1);
        ring.add(FREE, -24);
        ring.takeAndRelease(reader, 1, 8);
        assertEquals(1, restarts.get());
    }

    @Test
    void shouldAcceptAWriterThatStartsAgainAtOne() {
        for (int i = 1; i <= 5; i++) {
            ring.write(writer, i, 20);
            ring.takeAndRelease(reader, i, 20);
        }
        ring.frame(180, 8, 1);
        ring.add(FREE, -24);
        ring.takeAndRelease(reader, 1, 8);
        ring.frame(204, 8, 6);
        ring.add(FREE, -24);
        SequenceGapException gap = assertThrows(SequenceGapException.class, reader::take);
        assertEquals(2, gap.expected());
        ring.frame(204, 8, 2);
        ring.takeAndRelease(reader, 2, 8);
    }

    @Test
    void shouldWaitForAFrameWhoseCommitIsInProgress() {
        ring.write(writer, 1, 84);
        ring.takeAndRelease(reader, 1, 84);
        ring.frame(100, 20, 2);
        ring.header(100, 20 | Long.MIN_VALUE, 2);
        ring.add(FREE, -36);
        byte[] before = ring.bytes();
        assertEquals(RingReader.NOTHING, reader.take());
        assertArrayEquals(before, ring.bytes());
        ring.header(100, 20, 2);
        ring.takeAndRelease(reader, 2, 20);
    }

    @Test
    void shouldSkipAFrameThatADeadWriterMovedOverButDidNotPublish() {
        ring.write(writer, 1, 84);
        long held = ring.take(reader, 1, 84);
        ring.frame(100, 20, 2);
        ring.set(WRITE_POS, 136);
        reader.freeUncommitted(() -> true);
        ring.assertFields(156, 136, 136, 1, 1);
        reader.release(held);
        ring.frame(136, 20, 2);
        ring.add(FREE, -36);
        ring.takeAndRelease(reader, 2, 20);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 257, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldSkipNothingThatIsUnreadNorToAnImpossiblePosition(long position) {
        ring.write(writer, 1, 84);
        reader.freeUncommitted(() -> true);
        assertEquals(0, ring.get(READ_POS));
        ring.takeAndRelease(reader, 1, 84);
        ring.set(WRITE_POS, position);
        reader.freeUncommitted(() -> true);
        assertEquals(100, ring.get(READ_POS));
    }

    @Test
    void shouldCountForItselfWhateverOthersCounted() {
        ring.write(writer, 1, 20);
        ring.set(TestRing.WRITTEN_COUNT, Long.MAX_VALUE);
        ring.set(READ_COUNT, 1L << 32);
        ring.takeAndRelease(reader, 1, 20);
        reader.publishCount();
        assertEquals(1, ring.get(READ_COUNT));
        ring.set(TestRing.WRITTEN_COUNT, 0);
        ring.write(writer, 2, 20);
        ring.takeAndRelease(reader, 2, 20);
        reader.publishCount();
        assertEquals(2, ring.get(READ_COUNT));
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "0, 256", "256, 0", "0, 0", "256, 256"})
    void shouldFindNothingWhereThePositionsMeetAndBytesAreFree(long readPosition, long writePosition) {
        ring.frame(readPosition % 256, 40, 1);
        ring.set(READ_POS, readPosition);
        ring.set(WRITE_POS, writePosition);
        ring.add(FREE, readPosition == 256 ? -56 : -100);
        assertEquals(RingReader.NOTHING, reader.take());
    }

    @ParameterizedTest
    @CsvSource({"100, 156", "0, 56", "0, 100", "256, 56", "256, 100", "100, 256", "100, 0"})
    void shouldFindTheFrameWhereThePositionsDoNotMeet(long readPosition, long writePosition) {
        ring.frame(readPosition % 256, 40, 1);
        ring.set(READ_POS, readPosition);
        ring.set(WRITE_POS, writePosition);
        ring.add(FREE, -56);
        ring.takeAndRelease(reader, 1, 40);
    }

    @Test
    void shouldNotBlameAFullRingWhereADeadWritersSpaceLooksTheSame() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 140);
        ring.header(0, 84, 7);
        assertEquals(RingReader.NOTHING, reader.take());
        ring.header(0, 241, 1);
        assertEquals(RingReader.NOTHING, reader.take());
        ring.header(0, 84, 1);
        ring.takeAndRelease(reader, 1, 84);
    }

    @Test
    void shouldTakeOnlyWhatAWriterCanHaveLeftForAFrameInTheMaking() {
        ring.set(WRITE_POS, 100);
        ring.add(FREE, -56);
        FrameHeader.writePending(ring.segment, 192, 240, 1);
        assertEquals(RingReader.NOTHING, reader.take());
        FrameHeader.writeNote(ring.segment, 192, 256, 1);
        assertEquals(RingReader.NOTHING, reader.take());
        FrameHeader.writeNote(ring.segment, 192, 0, 1);
        assertEquals(RingReader.NOTHING, reader.take());
        FrameHeader.writePending(ring.segment, 192, 241, 1);
        assertThrows(CorruptBufferException.class, reader::take);
        FrameHeader.writePending(ring.segment, 192, 0, 1);
        assertThrows(CorruptBufferException.class, reader::take);
        FrameHeader.writeNote(ring.segment, 192, 257, 1);
        assertThrows(CorruptBufferException.class, reader::take);
    }

    @Test
    void shouldSayHowManyBytesCanBeFree() {
        ring.write(writer, 1, 84);
        reader.take();
        ring.set(FREE, 200);
        CorruptBufferException refusal = assertThrows(CorruptBufferException.class, reader::take);
        assertTrue(refusal.rule().contains("between 0 and 156 is"), refusal.rule());
    }
}
