package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.SequenceGapException;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A reader in front of a writer whose changes to payload_free_bytes lose what the reader adds, and which may go by
 * payload_read_pos.
 */
final class AnnouncedFramesTest {
    private final TestRing ring = new TestRing(256);
    private final RingReader reader = ring.reader();
    private final ForeignWriter writer = new ForeignWriter(ring, false, false);

    @BeforeEach
    void followReleases() {
        reader.followReleases(true);
    }

    @ParameterizedTest
    @CsvSource({"4096, 500", "256, 100", "256, 224", "64, 15"})
    void shouldTakeEveryAnnouncedFrameWhateverIsLostFromTheSum(int capacity, int largest) {
        TestRing any = new TestRing(capacity);
        RingReader anyReader = any.reader();
        anyReader.followReleases(true);
        ForeignWriter anyWriter = new ForeignWriter(any, false, false);
        Random random = new Random(capacity + largest);
        ArrayDeque<long[]> unread = new ArrayDeque<>();
        ArrayDeque<long[]> held = new ArrayDeque<>();
        long free = capacity;
        long frames = 0;
        long lost = 0;
        while (frames < 20_000) {
            long size = 1 + random.nextInt(largest);
            long toEnd = capacity - any.get(WRITE_POS);
            long needed = toEnd >= 16 + size ? 16 + size : toEnd + 16 + size;
            if (random.nextInt(3) > 0 && free >= needed) {
                if (anyWriter.wrapsFor(size)) {
                    anyWriter.wrap();
                }
                unread.add(new long[] {anyWriter.write(size), size, needed});
                free -= needed;
                frames++;
            } else if (held.size() < 3 && !unread.isEmpty()) {
                long[] frame = unread.remove();
                held.add(new long[] {announced(any, anyReader, frame[0], frame[1]), frame[2]});
            } else if (!held.isEmpty()) {
                long[] frame = held.remove();
                long before = any.get(FREE);
                assertEquals(1, anyReader.release(frame[0]));
                free += frame[1];
                if (random.nextInt(8) == 0 && before > frame[1]) {
                    // The writer loaded the sum before this addition, and stores what it makes of it behind.
                    any.set(FREE, before);
                    lost += frame[1];
                }
            } else {
                assertTrue(anyReader.helpStuckWriter(() -> true) || any.get(FREE) == capacity);
                anyWriter.lookAgain();
                free = capacity;
            }
        }
        assertTrue(lost > 0);
    }

    @Test
    void shouldKeepItsPositionAtTheEndOfTheReleasedFront() {
        long[] tickets = new long[3];
        for (int i = 0; i < 3; i++) {
            tickets[i] = announced(ring, reader, writer.write(40), 40);
        }
        assertEquals(0, ring.get(READ_POS));
        assertEquals(0, reader.release(tickets[1]));
        assertEquals(0, ring.get(READ_POS));
        assertEquals(2, reader.release(tickets[0]));
        assertEquals(112, ring.get(READ_POS));
        writer.write(60);
        long fourth = announced(ring, reader, 4, 60);
        writer.wrap();
        writer.write(30);
        long fifth = announced(ring, reader, 5, 30);
        assertEquals(1, reader.release(tickets[2]));
        assertEquals(168, ring.get(READ_POS));
        assertEquals(1, reader.release(fourth));
        assertEquals(244, ring.get(READ_POS));
        assertEquals(1, reader.release(fifth));
        assertEquals(46, ring.get(READ_POS));
        assertEquals(256, ring.get(FREE));
    }

    @Test
    void shouldStayAtTheEndBehindAFrameThatEndsWithTheRing() {
        writer.write(240);
        assertEquals(1, reader.release(announced(ring, reader, 1, 240)));
        assertEquals(256, ring.get(READ_POS));
    }

    @Test
    void shouldCallTheStartTheEndBehindAReleasedFrameThatEndsWithTheRing() {
        writer.write(100);
        reader.release(announced(ring, reader, 1, 100));
        writer.write(124);
        writer.wrap();
        writer.write(60);
        long second = announced(ring, reader, 2, 124);
        announced(ring, reader, 3, 60);
        assertEquals(1, reader.release(second));
        assertEquals(256, ring.get(READ_POS), "a writer that stopped at the end waits for the reader to be there");
    }

    @Test
    void shouldChangeWhatItsPositionMeansWhileFramesAreHeld() {
        writer.write(40);
        writer.write(50);
        long first = announced(ring, reader, 1, 40);
        long second = announced(ring, reader, 2, 50);
        reader.followReleases(false);
        assertEquals(122, ring.get(READ_POS));
        reader.followReleases(true);
        assertEquals(0, ring.get(READ_POS) % 256);
        reader.release(first);
        assertEquals(56, ring.get(READ_POS));
        reader.followReleases(false);
        assertEquals(122, ring.get(READ_POS));
        reader.release(second);
        assertEquals(122, ring.get(READ_POS));
        assertEquals(RingReader.NOTHING, reader.take());
    }

    @Test
    void shouldTakeATokenWithoutAFrameForNothing() {
        assertNothing();
        writer.write(100);
        announced(ring, reader, 1, 100);
        assertNothing();
        ring.set(FREE, 17);
        assertNothing();
    }

    @Test
    void shouldTakeATokenWithoutAFrameForNothingThoughMoreIsFreeThanTheRingHas() {
        writer.write(100);
        reader.release(announced(ring, reader, 1, 100));
        ring.set(FREE, 300);
        assertNothing();
    }

    @Test
    void shouldTakeATokenForNothingWhileTheWriterIsBehindItsMarkerAndAFrameIsHeld() {
        writer.write(100);
        reader.release(announced(ring, reader, 1, 100));
        writer.write(84);
        announced(ring, reader, 2, 84);
        writer.wrap();
        // At the start lies frame 1, whose number is that of a writer which begins anew.
        assertNothing();
    }

    @Test
    void shouldTakeATokenForNothingWhileTheWriterIsBehindItsMarker() {
        writer.write(200);
        reader.release(announced(ring, reader, 1, 200));
        writer.wrap();
        assertNothing();
        writer.write(100);
        announced(ring, reader, 2, 100);
    }

    @Test
    void shouldTakeTheFrameThatFillsTheRingHoweverMuchWasLostFromTheSum() {
        writer.write(100);
        reader.release(announced(ring, reader, 1, 100));
        writer.write(124);
        writer.wrap();
        ring.frame(0, 100, 3);
        ring.set(FREE, -500);
        announced(ring, reader, 2, 124);
        announced(ring, reader, 3, 100);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 241, 256, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldRefuseAFrameThatDoesNotEndInTheRing(long size) {
        ring.header(0, size, 1);
        ring.set(WRITE_POS, 100);
        CorruptBufferException corrupt = assertThrows(CorruptBufferException.class, reader::takeAnnounced);
        assertEquals("frame size", corrupt.field());
        assertEquals(0, reader.framesTaken());
    }

    @ParameterizedTest
    @CsvSource({"84, 100", "100, 116", "24, 40"})
    void shouldRefuseAFrameThatEndsBehindTheWritersPosition(long size, long writePosition) {
        ring.frame(0, size, 1);
        ring.header(0, size + 1, 1);
        assertEquals(writePosition, ring.get(WRITE_POS));
        CorruptBufferException corrupt = assertThrows(CorruptBufferException.class, reader::takeAnnounced);
        assertEquals("frame size", corrupt.field());
        assertEquals(size + 1, corrupt.value());
        ring.header(0, size, 1);
        announced(ring, reader, 1, size);
    }

    @Test
    void shouldCountTheRoomOfAFrameFromWhereItBegins() {
        writer.write(100);
        reader.release(announced(ring, reader, 1, 100));
        writer.write(60);
        ring.header(116, 61, 2);
        assertEquals(
                "frame size",
                assertThrows(CorruptBufferException.class, reader::takeAnnounced)
                        .field());
        ring.header(116, 60, 2);
        announced(ring, reader, 2, 60);
    }

    @Test
    void shouldLetAFrameReachTheEndOfTheRingInFrontOfAWriterThatHasWrapped() {
        writer.write(100);
        reader.release(announced(ring, reader, 1, 100));
        writer.write(124);
        writer.wrap();
        ring.header(116, 125, 2);
        assertThrows(CorruptBufferException.class, reader::takeAnnounced);
        ring.header(116, 124, 2);
        announced(ring, reader, 2, 124);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 257})
    void shouldRefuseAPositionOutsideTheRing(long position) {
        ring.set(READ_POS, position);
        CorruptBufferException corrupt = assertThrows(CorruptBufferException.class, reader::takeAnnounced);
        assertEquals("payload_read_pos", corrupt.field());
        assertEquals(position, corrupt.value());
    }

    @Test
    void shouldTellThatTheWriterWentOverUnreadFrames() {
        writer.write(100);
        reader.release(announced(ring, reader, 1, 100));
        ring.frame(116, 100, 5);
        for (int attempt = 0; attempt < 2; attempt++) {
            SequenceGapException gap = assertThrows(SequenceGapException.class, reader::takeAnnounced);
            assertEquals(2, gap.expected());
            assertEquals(5, gap.actual());
        }
    }

    @Test
    void shouldTellThatTheWriterWentOverAFrameInUse() {
        writer.write(100);
        announced(ring, reader, 1, 100);
        assertTrue(reader.isIntact(reader.frameOffset(), 100, 1));
        ring.header(0, 100, 9);
        assertFalse(reader.isIntact(reader.frameOffset(), 100, 1));
        ring.header(0, 99, 1);
        assertFalse(reader.isIntact(reader.frameOffset(), 100, 1));
    }

    @Test
    void shouldTakeAWriterThatBeginsAnewAndSayThatItDid() {
        AtomicInteger restarts = new AtomicInteger();
        reader.onRestart(restarts::incrementAndGet);
        announced(ring, reader, writer.write(30), 30);
        announced(ring, reader, writer.write(30), 30);
        assertEquals(0, restarts.get());
        writer.restart();
        announced(ring, reader, writer.write(40), 40);
        assertEquals(1, restarts.get());
        announced(ring, reader, writer.write(40), 40);
        assertEquals(1, restarts.get());
    }

    @Test
    void shouldTakeAWriterThatBeginsAnewWhateverIsLostFromTheSum() {
        AtomicInteger restarts = new AtomicInteger();
        reader.onRestart(restarts::incrementAndGet);
        announced(ring, reader, writer.write(30), 30);
        writer.restart();
        writer.write(40);
        ring.set(FREE, 256 - 46);
        announced(ring, reader, 1, 40);
        assertEquals(1, restarts.get());
    }

    @Test
    void shouldLeaveWhatADeadWriterBeganThoughItsSpaceIsTaken() {
        writer.write(100);
        assertEquals(0, reader.takeLeftBehind());
        ring.frame(116, 100, 7);
        ring.add(FREE, -116);
        assertEquals(RingReader.NOTHING, reader.takeLeftBehind());
        ring.header(116, 125, 2);
        assertEquals(RingReader.NOTHING, reader.takeLeftBehind());
        ring.header(116, 100, 2);
        assertEquals(1, reader.takeLeftBehind());
    }

    @Test
    void shouldTakeAFrameThatADeadWriterDidNotPostForAndNothingElse() {
        writer.write(100);
        assertEquals(0, reader.takeLeftBehind());
        assertEquals(RingReader.NOTHING, reader.takeLeftBehind());
        ring.header(116, 100, 7);
        ring.set(WRITE_POS, 232);
        assertEquals(RingReader.NOTHING, reader.takeLeftBehind());
        ring.header(116, 1000, 2);
        assertEquals(RingReader.NOTHING, reader.takeLeftBehind());
    }

    @Test
    void shouldTakeTheSpaceThatADeadWriterDidNotComeToTake() {
        writer.write(100);
        assertEquals(0, reader.takeLeftBehind());
        ring.frame(116, 40, 2);
        ring.set(WRITE_POS, 172);
        assertEquals(1, reader.takeLeftBehind());
        assertEquals(256 - 116 - 56, ring.get(FREE));
        reader.release(0);
        reader.release(1);
        assertEquals(256, ring.get(FREE));
    }

    @Test
    void shouldGiveBackNoSpaceThatIsMissingForAFrameThatWasLeft() {
        writer.write(100);
        ring.add(FREE, -30);
        assertEquals(0, reader.takeLeftBehind());
        assertEquals(256 - 116 - 30, ring.get(FREE));
    }

    @Test
    void shouldBeginTheRingAnewForAWriterThatWaitsForRoomBehindItsPosition() {
        writer.write(100);
        reader.release(announced(ring, reader, 1, 100));
        assertFalse(writer.hasRoomFor(200));
        assertTrue(reader.helpStuckWriter(() -> true));
        ring.assertFields(256, 0, 0, 1, 1);
        writer.lookAgain();
        assertTrue(writer.hasRoomFor(200));
        announced(ring, reader, writer.write(200), 200);
    }

    @Test
    void shouldGiveBackWhatWasLostFromTheSumFirst() {
        writer.write(100);
        reader.release(announced(ring, reader, 1, 100));
        ring.set(FREE, 140);
        assertTrue(reader.helpStuckWriter(() -> true));
        ring.assertFields(256, 116, 116, 1, 1);
        assertTrue(reader.helpStuckWriter(() -> true));
        ring.assertFields(256, 0, 0, 1, 1);
        assertFalse(reader.helpStuckWriter(() -> true));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 256})
    void shouldGiveBackWhatWasLostAlsoWherePositionsAreAtTheStartOrTheEnd(long position) {
        ring.drainedAt(position);
        ring.set(FREE, 140);
        assertTrue(reader.helpStuckWriter(() -> true));
        ring.assertFields(256, position, position, 0, 0);
        assertFalse(reader.helpStuckWriter(() -> true));
    }

    @Test
    void shouldLeaveAlonePositionsAtTheStartOrTheEnd() {
        assertFalse(reader.helpStuckWriter(() -> true));
        writer.write(240);
        reader.release(announced(ring, reader, 1, 240));
        assertFalse(reader.helpStuckWriter(() -> true));
        ring.assertFields(256, 256, 256, 1, 1);
    }

    @Test
    void shouldNotHelpWhileSomethingIsUnreadOrHeld() {
        writer.write(100);
        assertLeftAlone();
        long held = announced(ring, reader, 1, 100);
        assertLeftAlone();
        reader.releaseKeepingSpace(held);
        assertLeftAlone();
    }

    @Test
    void shouldNotHelpWhileAFrameIsHeldThatIsTheWholeRing() {
        writer.write(240);
        announced(ring, reader, 1, 240);
        ring.set(READ_POS, 256);
        assertLeftAlone();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 50})
    void shouldNotHelpWhereThePositionInTheHeaderBlockIsNotTheWriters(long readPosition) {
        writer.write(100);
        reader.release(announced(ring, reader, 1, 100));
        ring.set(READ_POS, readPosition);
        assertLeftAlone();
    }

    @Test
    void shouldNotHelpWhereItHasNotReadUpToTheWritersPosition() {
        writer.write(100);
        ring.set(READ_POS, 116);
        assertLeftAlone();
    }

    @Test
    void shouldNotHaveHelpedWhereTheWriterTookSpaceMeanwhile() {
        writer.write(100);
        reader.release(announced(ring, reader, 1, 100));
        ring.set(FREE, 140);
        AtomicInteger looks = new AtomicInteger();
        assertFalse(reader.helpStuckWriter(() -> {
            ring.add(FREE, -looks.getAndIncrement());
            return true;
        }));
        assertEquals(2, looks.get());
        assertEquals(139, ring.get(FREE));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldNotHelpAWriterThatWakesMeanwhile(int look) {
        writer.write(100);
        reader.release(announced(ring, reader, 1, 100));
        byte[] before = ring.bytes();
        AtomicInteger looks = new AtomicInteger();
        assertFalse(reader.helpStuckWriter(() -> looks.incrementAndGet() < look));
        assertEquals(look, looks.get());
        assertArrayEquals(before, ring.bytes());
    }

    private void assertLeftAlone() {
        byte[] before = ring.bytes();
        assertFalse(reader.helpStuckWriter(() -> true));
        assertArrayEquals(before, ring.bytes());
    }

    private void assertNothing() {
        byte[] before = ring.bytes();
        assertEquals(RingReader.NOTHING, reader.takeAnnounced());
        assertArrayEquals(before, ring.bytes());
    }

    private static long announced(TestRing ring, RingReader reader, long sequence, long size) {
        long ticket = reader.takeAnnounced();
        assertTrue(ticket != RingReader.NOTHING, () -> "frame " + sequence + " of " + size + " is not there");
        assertEquals(sequence, reader.frameSequence());
        assertEquals(size, reader.frameSize());
        ring.assertIntact(ring.positionOf(reader.frameOffset()), size, sequence);
        return ticket;
    }
}
