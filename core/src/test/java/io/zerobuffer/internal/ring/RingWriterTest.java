package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_COUNT;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITTEN_COUNT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.internal.wire.FrameHeader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RingWriterTest {
    private static final byte[] MARKER = new byte[16];

    private final TestRing ring = new TestRing(256);
    private final RingReader reader = ring.reader();
    private final RingWriter writer = ring.writer();

    @Test
    void shouldPutSizeAndSequenceInFrontOfTheFrame() {
        assertEquals(192 + 16, writer.claim(84));
        ring.content(16, 84, 1);
        assertEquals(1, writer.commit());
        byte[] header = new byte[16];
        header[0] = 84;
        header[8] = 1;
        assertArrayEquals(header, ring.bytes(0, 16));
        ring.assertIntact(16, 84, 1);
        ring.assertFields(156, 100, 0, 1, 0);
    }

    @Test
    void shouldPutFramesEndToEndWithoutPadding() {
        assertEquals(0, ring.write(writer, 1, 1));
        assertEquals(17, ring.write(writer, 2, 2));
        assertEquals(35, ring.write(writer, 3, 61));
        assertEquals(112, ring.write(writer, 4, 7));
        ring.assertFields(256 - 135, 135, 0, 4, 0);
    }

    @Test
    void shouldFillTheWholeRingWithOneFrame() {
        assertEquals(0, ring.write(writer, 1, 240));
        ring.assertFields(0, 256, 0, 1, 0);
        assertEquals(RingWriter.NO_ROOM, writer.claim(1));
        ring.takeAndRelease(reader, 1, 240);
        assertEquals(0, ring.write(writer, 2, 240));
        ring.takeAndRelease(reader, 2, 240);
    }

    @Test
    void shouldGoOnAtTheStartWithoutAMarkerBehindAFrameThatEndsWithTheRing() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 140);
        ring.assertFields(0, 256, 0, 2, 0);
        ring.takeAndRelease(reader, 1, 84);
        assertEquals(0, ring.write(writer, 3, 84));
        ring.assertFields(0, 100, 100, 3, 1);
        ring.takeAndRelease(reader, 2, 140);
        ring.takeAndRelease(reader, 3, 84);
        ring.assertFields(256, 100, 100, 3, 3);
    }

    @Test
    void shouldWrapWithAMarkerAndCountIt() {
        ring.fillRing(0, 256, 0xaa);
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.takeAndRelease(reader, 1, 84);
        assertEquals(0, ring.write(writer, 3, 84));
        assertArrayEquals(MARKER, ring.bytes(216, 16));
        assertEquals((byte) 0xaa, ring.bytes(232, 1)[0]);
        ring.assertFields(0, 100, 100, 4, 1);
        ring.takeAndRelease(reader, 2, 100);
        ring.takeAndRelease(reader, 3, 84);
        ring.assertFields(256, 100, 100, 4, 4);
    }

    @Test
    void shouldWrapWithAMarkerWhenExactlyItsSizeIsLeft() {
        ring.fillRing(0, 256, 0xaa);
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 124);
        ring.takeAndRelease(reader, 1, 84);
        assertEquals(0, ring.write(writer, 3, 84));
        assertArrayEquals(MARKER, ring.bytes(240, 16));
        ring.assertFields(0, 100, 100, 4, 1);
        ring.takeAndRelease(reader, 2, 124);
        ring.takeAndRelease(reader, 3, 84);
    }

    @Test
    void shouldNotWrapBeforeTheReaderGaveBackWhatTheWrapWastes() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.takeAndRelease(reader, 1, 84);
        // 100 bytes at the start, 40 at the end: a frame of 101 cannot have the end's 40 counted in its favour.
        assertEquals(RingWriter.NO_ROOM, writer.claim(85));
        assertEquals(192 + 16, writer.claim(84));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 14, 15})
    void shouldWrapEarlyRatherThanLeaveATailTooShortForAMarker(int tail) {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 44);
        ring.write(writer, 3, 4);
        ring.takeAndRelease(reader, 1, 84);
        ring.takeAndRelease(reader, 2, 44);
        long total = 256 - 180 - tail;
        assertEquals(0, ring.write(writer, 4, total - 16));
        assertArrayEquals(MARKER, ring.bytes(180, 16));
        ring.assertFields(256 - 20 - 76 - total, total, 160, 5, 2);
        ring.takeAndRelease(reader, 3, 4);
        ring.takeAndRelease(reader, 4, total - 16);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 14, 15})
    void shouldWaitForADrainedRingWhenATailWouldBeTooShortAndAWrapHasNoRoom(int tail) {
        ring.write(writer, 1, 44);
        long size = 256 - 60 - tail - 16;
        assertEquals(RingWriter.NO_ROOM, writer.claim(size));
        long held = ring.take(reader, 1, 44);
        assertEquals(RingWriter.NO_ROOM, writer.claim(size));
        reader.release(held);
        assertEquals(0, ring.write(writer, 2, size));
        assertEquals(0, ring.get(READ_POS));
        ring.takeAndRelease(reader, 2, size);
    }

    @Test
    void shouldUseATailOfZeroAndOfSixteen() {
        ring.drainedAt(100);
        assertEquals(192 + 100 + 16, ring.writer().claim(140));
        assertEquals(192 + 100 + 16, ring.writer().claim(124));
        assertEquals(192 + 16, ring.writer().claim(125));
        assertEquals(192 + 16, ring.writer().claim(139));
    }

    @Test
    void shouldNeverCrossATailTooShortForAMarkerWhateverTheSizes() {
        Random random = new Random(4711);
        for (int capacity : new int[] {64, 100, 128, 256, 4096}) {
            TestRing other = new TestRing(capacity);
            RingReader otherReader = other.reader();
            RingWriter otherWriter = other.writer();
            for (int i = 1; i <= 5_000; i++) {
                long size = 1 + random.nextInt(capacity - 16);
                long tail = capacity - other.get(WRITE_POS);
                other.write(otherWriter, i, size);
                if (tail > 0 && tail < 16) {
                    otherReader.publishCount();
                    other.assertFields(
                            capacity - 16 - size, 16 + size, 0, other.get(WRITTEN_COUNT), other.get(READ_COUNT));
                }
                other.takeAndRelease(otherReader, i, size);
            }
        }
    }

    @Test
    void shouldRewindOnlyWhenNothingIsUnreadOrHeld() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 84);
        assertEquals(RingWriter.NO_ROOM, writer.claim(200));
        ring.takeAndRelease(reader, 1, 84);
        assertEquals(RingWriter.NO_ROOM, writer.claim(200));
        long held = ring.take(reader, 2, 84);
        assertEquals(RingWriter.NO_ROOM, writer.claim(200));
        reader.release(held);
        assertEquals(192 + 16, writer.claim(200));
        ring.content(16, 200, 3);
        ring.assertFields(256, 200, 200, 2, 2);
        writer.commit();
        ring.assertFields(40, 216, 0, 3, 2);
        ring.takeAndRelease(reader, 3, 200);
        ring.assertFields(256, 216, 216, 3, 3);
    }

    @Test
    void shouldNotCountARewindAsAMarkerNorWriteOne() {
        ring.write(writer, 1, 220);
        ring.takeAndRelease(reader, 1, 220);
        ring.fillRing(236, 20, 0xaa);
        ring.write(writer, 2, 222);
        byte[] behind = new byte[18];
        Arrays.fill(behind, (byte) 0xaa);
        assertArrayEquals(behind, ring.bytes(238, 18));
        ring.assertFields(18, 238, 0, 2, 1);
    }

    @Test
    void shouldPassEveryFrameFromEveryStartOnceDrained() {
        byte[] blank = ring.bytes();
        for (long start = 0; start <= 256; start++) {
            for (long size = 1; size <= 240; size++) {
                ring.segment.copyFrom(MemorySegment.ofArray(blank));
                ring.drainedAt(start);
                RingReader anyReader = ring.reader();
                long position = ring.write(ring.writer(), 1, size);
                long left = 256 - start;
                if (position != start && left > 0 && left < 16) {
                    assertEquals(0, ring.get(READ_POS), "rewound over a tail without room for a marker");
                }
                ring.takeAndRelease(anyReader, 1, size);
                assertEquals(256, ring.get(FREE));
                assertEquals(ring.get(WRITE_POS), ring.get(READ_POS));
            }
        }
    }

    @Test
    void shouldPassFramesOverHalfTheRingOneByOne() {
        Random random = new Random(4711);
        for (int i = 1; i <= 10_000; i++) {
            long size = 113 + random.nextInt(240 - 113 + 1);
            ring.write(writer, i, size);
            ring.takeAndRelease(reader, i, size);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 100, in line",
        "160, 80, in line to the end",
        "160, 90, wrapped",
        "160, 200, rewound",
        "256, 200, from the end"
    })
    void shouldStoreNothingOutsideItsFreeSpaceBeforeTheCommit(long start, long size) {
        for (int i = 0; i < 5; i++) {
            ring.fillRing(0, 256, 0x11 * i);
            ring.drainedAt(start);
            RingWriter claiming = ring.writer();
            byte[] before = ring.bytes();
            long at = claiming.claim(size);
            assertTrue(claiming.isClaimed());
            assertSameOutside(at - 16, 16, before);
            ring.content(ring.positionOf(at), size, 3);
            claiming.abort();
            assertFalse(claiming.isClaimed());
            assertSameOutside(at - 16, 16 + size, before);
        }
    }

    @Test
    void shouldStoreNothingAtAllBeforeTheCommitOfAFrameInLine() {
        ring.fillRing(0, 256, 0x5a);
        ring.write(writer, 1, 84);
        byte[] before = ring.bytes();
        long at = writer.claim(100);
        assertArrayEquals(before, ring.bytes());
        writer.abort();
        assertEquals(192 + 100 + 16, at);
        assertArrayEquals(before, ring.bytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {60, 220})
    void shouldNoteItsSequenceWhereAClaimAtTheStartMayOverwriteAllOthers(long size) {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.takeAndRelease(reader, 1, 84);
        ring.takeAndRelease(reader, 2, 100);
        assertEquals(192 + 16, writer.claim(size));
        long note = 3L << 62 | 216;
        assertArrayEquals(longBytes(note, 3 | Long.MIN_VALUE), ring.bytes(0, 16));
        assertEquals(RingReader.NOTHING, reader.take());
        ring.fillRing(16, size, 0x5a);
        assertEquals(192 + 16, ring.writer().claim(size));
        ring.write(ring.writer(), 3, size);
        ring.takeAndRelease(reader, 3, size);
    }

    @Test
    void shouldLeaveUnreadFramesAndHeadersAsTheyWereWhenAborted() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.takeAndRelease(reader, 1, 84);
        for (long size : new long[] {1, 8, 24, 40, 84}) {
            byte[] before = ring.bytes();
            long at = writer.claim(size);
            ring.fillRing(ring.positionOf(at), size, 0xee);
            writer.abort();
            assertSameOutside(at - 16, 16 + size, before);
        }
        ring.takeAndRelease(reader, 2, 100);
    }

    @Test
    void shouldNotBurnASequenceNumberWhenAborted() {
        for (int i = 1; i <= 300; i++) {
            long size = 1 + i * 31 % 200;
            for (int attempt = 0; attempt < i % 3; attempt++) {
                assertNotEquals(RingWriter.NO_ROOM, writer.claim(1 + (i + attempt) * 17 % 240));
                writer.abort();
            }
            ring.write(writer, i, size);
            ring.takeAndRelease(reader, i, size);
        }
    }

    @Test
    void shouldForgetTheWrapOfAnAbortedClaim() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.takeAndRelease(reader, 1, 84);
        ring.takeAndRelease(reader, 2, 100);
        assertEquals(192 + 16, writer.claim(60));
        writer.abort();
        assertEquals(192 + 16, writer.claim(220));
        writer.abort();
        assertEquals(216, ring.write(writer, 3, 8));
        ring.assertFields(232, 240, 216, 3, 2);
        ring.takeAndRelease(reader, 3, 8);
    }

    @Test
    void shouldForgetWhereAnAbortedClaimWouldHaveWrapped() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.takeAndRelease(reader, 1, 84);
        ring.takeAndRelease(reader, 2, 100);
        assertEquals(192 + 16, writer.claim(60));
        writer.abort();
        assertEquals(192 + 216 + 16, writer.claim(8));
    }

    @Test
    void shouldClaimWithoutALookUpToRoomForAMarkerAtTheEnd() {
        ring.write(writer, 1, 84);
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(125));
        assertFalse(writer.hasRoom(125));
        assertTrue(writer.hasRoom(124));
        assertEquals(192 + 100 + 16, writer.claimPrepared(124));
    }

    @Test
    void shouldClaimWithoutALookUpToWhatWasFreeAtTheLastCommit() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 140);
        ring.takeAndRelease(reader, 1, 84);
        ring.write(writer, 3, 24);
        ring.takeAndRelease(reader, 2, 140);
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(45));
        assertEquals(192 + 40 + 16, writer.claimPrepared(44));
    }

    @ParameterizedTest
    @ValueSource(longs = {17, 18, 30, 31})
    void shouldUseFreeBytesToTheLastOne(long freed) {
        ring.write(writer, 1, freed - 16);
        ring.write(writer, 2, 256 - freed - 16);
        assertEquals(RingWriter.NO_ROOM, writer.claim(1));
        ring.takeAndRelease(reader, 1, freed - 16);
        assertEquals(RingWriter.NO_ROOM, writer.claim(freed - 15));
        assertEquals(0, ring.write(writer, 3, freed - 16));
        assertEquals(0, ring.get(FREE));
    }

    @Test
    void shouldChangeNothingWhenThereIsNoRoom() {
        ring.write(writer, 1, 200);
        byte[] before = ring.bytes();
        assertEquals(RingWriter.NO_ROOM, writer.claim(100));
        assertFalse(writer.isClaimed());
        assertArrayEquals(before, ring.bytes());
    }

    @Test
    void shouldTellHowManyBytesAFrameNeedsAtThePresentPosition() {
        assertEquals(116, writer.requiredBytes(100));
        assertEquals(256, writer.requiredBytes(240));
        ring.write(writer, 1, 84);
        assertEquals(116, writer.requiredBytes(100));
        assertEquals(156, writer.requiredBytes(140), "to the end");
        assertEquals(256, writer.requiredBytes(141), "wrap and frame exceed the ring: all of it");
        ring.write(writer, 2, 84);
        assertEquals(40, writer.requiredBytes(24), "leaves room for a marker");
        assertEquals(56 + 41, writer.requiredBytes(25), "wraps early");
        assertEquals(56 + 57, writer.requiredBytes(41));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 256", "256, 0", "256, 256"})
    void shouldContinueADrainedRingWhicheverWayItsPeersWriteTheEnd(long writePosition, long readPosition) {
        ring.frame(0, 84, 1);
        ring.frame(100, 140, 2);
        ring.set(WRITTEN_COUNT, 2);
        ring.set(WRITE_POS, writePosition);
        ring.set(READ_POS, readPosition);
        assertEquals(0, ring.write(ring.writer(), 3, 100));
        ring.assertFields(140, 116, readPosition, 3, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 256})
    void shouldContinueAFullRingWhicheverWayItsWriterWroteTheEnd(long end) {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 140);
        ring.set(WRITE_POS, end);
        RingWriter next = ring.writer();
        assertEquals(RingWriter.NO_ROOM, next.claim(1));
        ring.takeAndRelease(reader, 1, 84);
        assertEquals(0, ring.write(next, 3, 84));
        ring.takeAndRelease(reader, 2, 140);
        ring.takeAndRelease(reader, 3, 84);
        ring.assertFields(256, 100, 100, 3, 3);
    }

    @Test
    void shouldContinueSequencePositionAndCountOfEveryPredecessor() {
        Random random = new Random(4711);
        for (int i = 1; i <= 5_000; i++) {
            long size = 1 + random.nextInt(240);
            ring.write(ring.writer(), i, size);
            ring.takeAndRelease(reader, i, size);
        }
        reader.publishCount();
        assertEquals(ring.get(WRITTEN_COUNT), ring.get(READ_COUNT));
    }

    @Test
    void shouldGoOnAtTheReadersPositionWhenItsPredecessorDiedRewinding() {
        ring.write(writer, 1, 220);
        ring.takeAndRelease(reader, 1, 220);
        // The rewound frame's header and the reader's new position were stored, the rest of the commit was not.
        ring.frame(0, 210, 2);
        ring.set(READ_POS, 0);
        RingWriter next = ring.writer();
        assertEquals(192 + 16, next.claim(40));
        next.commit();
        long ticket = reader.take();
        assertNotEquals(RingReader.NOTHING, ticket);
        assertEquals(40, reader.frameSize());
        assertEquals(1, reader.release(ticket));
        ring.assertFields(256, 56, 56, 2, 2);
    }

    @ParameterizedTest
    @CsvSource({"0, 100", "100, 0", "30, 100", "100, 30", "0, 250", "250, 0"})
    void shouldTakeThePositionOfADrainedRingFromItsReader(long readPosition, long writePosition) {
        ring.set(READ_POS, readPosition);
        ring.set(WRITE_POS, writePosition);
        long position = ring.write(ring.writer(), 1, 50);
        assertEquals(readPosition == 250 ? 0 : readPosition, position);
        ring.takeAndRelease(reader, 1, 50);
        assertEquals(256, ring.get(FREE));
    }

    @Test
    void shouldCountTheFramesThatAreUnread() {
        assertEquals(0, writer.unreadFrames());
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        assertEquals(2, writer.unreadFrames());
        ring.takeAndRelease(reader, 1, 84);
        assertEquals(1, ring.writer().unreadFrames());
        ring.write(writer, 3, 40);
        assertEquals(2, ring.writer().unreadFrames());
        long second = ring.take(reader, 2, 100);
        assertEquals(1, ring.writer().unreadFrames());
        long third = ring.take(reader, 3, 40);
        assertEquals(0, ring.writer().unreadFrames(), "held, but read");
        reader.release(second);
        reader.release(third);
        assertEquals(0, ring.writer().unreadFrames());
        ring.write(writer, 4, 240);
        assertEquals(1, ring.writer().unreadFrames());
        ring.set(READ_POS, 256);
        assertEquals(1, ring.writer().unreadFrames(), "the end is the start");
    }

    @Test
    void shouldCountTheFramesOfAFullRingAndNoneOfAnEmptyOneWhosePositionsMeet() {
        ring.write(writer, 1, 84);
        long held = ring.take(reader, 1, 84);
        ring.write(writer, 2, 100);
        long alsoHeld = ring.take(reader, 2, 100);
        assertEquals(0, ring.writer().unreadFrames(), "all held, nothing unread");
        reader.release(held);
        reader.release(alsoHeld);
        ring.write(writer, 3, 24);
        ring.write(writer, 4, 80);
        ring.write(writer, 5, 104);
        assertEquals(0, ring.get(FREE));
        assertEquals(3, ring.writer().unreadFrames());
    }

    @Test
    void shouldTellWhetherTheReaderReleasedAnythingBetweenTwoCommits() {
        ring.write(writer, 1, 20);
        ring.write(writer, 2, 20);
        assertTrue(writer.isReaderSilent());
        long first = ring.take(reader, 1, 20);
        ring.write(writer, 3, 20);
        assertTrue(writer.isReaderSilent());
        reader.release(first);
        ring.write(writer, 4, 20);
        assertFalse(writer.isReaderSilent());
        ring.write(writer, 5, 20);
        assertTrue(writer.isReaderSilent());
    }

    @Test
    void shouldTellWhetherTheRingWasDrainedAtItsLastLook() {
        assertTrue(writer.isDrained());
        ring.write(writer, 1, 84);
        assertFalse(writer.isDrained());
        assertFalse(ring.writer().isDrained());
        long held = ring.take(reader, 1, 84);
        assertFalse(ring.writer().isDrained());
        reader.release(held);
        assertTrue(ring.writer().isDrained());
        assertNotEquals(RingWriter.NO_ROOM, writer.claim(240));
        assertTrue(writer.isDrained());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 14, 15})
    void shouldNotCrossAShortTailThatAnotherWriterLeft(int tail) {
        long end = 256 - tail;
        ring.frame(0, 84, 1);
        ring.frame(100, end - 116, 2);
        ring.set(WRITTEN_COUNT, 2);
        ring.set(WRITE_POS, end);
        ring.set(FREE, tail);
        RingWriter next = ring.writer();
        ring.takeAndRelease(reader, 1, 84);
        assertEquals(RingWriter.NO_ROOM, next.claim(1));
        long held = ring.take(reader, 2, end - 116);
        assertEquals(RingWriter.NO_ROOM, next.claim(1));
        reader.release(held);
        assertEquals(0, ring.write(next, 3, 240));
        ring.assertFields(0, 256, 0, 3, 2);
        ring.takeAndRelease(reader, 3, 240);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                (1L << 31) - 2,
                (1L << 31) - 1,
                (1L << 31),
                (1L << 32) - 2,
                (1L << 32) - 1,
                1L << 32,
                Long.MAX_VALUE - 2
            })
    void shouldCountAndNumberOnPastEveryPowerOfTwo(long framesSoFar) {
        ring.frame(0, 84, framesSoFar);
        ring.drainedAt(100);
        ring.set(WRITTEN_COUNT, framesSoFar);
        RingWriter next = ring.writer();
        assertEquals(100, ring.write(next, framesSoFar + 1, 20));
        assertEquals(136, ring.write(next, framesSoFar + 2, 104));
        ring.assertFields(100, 256, 100, framesSoFar + 2, 0);
        assertArrayEquals(longBytes(104, framesSoFar + 2), ring.bytes(136, 16));
    }

    @Test
    void shouldKeepWritingWhenTheUnsignedCountPassesTheSignBit() {
        ring.set(WRITTEN_COUNT, Long.MAX_VALUE);
        ring.write(ring.writer(), 1, 20);
        assertEquals(Long.MIN_VALUE, ring.get(WRITTEN_COUNT));
        ring.takeAndRelease(reader, 1, 20);
        // Nothing in the ring can be numbered by a count like that: the new epoch starts at 1, which readers accept.
        ring.write(ring.writer(), 1, 20);
        assertEquals(Long.MIN_VALUE + 1, ring.get(WRITTEN_COUNT));
        ring.takeAndRelease(reader, 1, 20);
    }

    @Test
    void shouldWorkInARingThatIsNotAMultipleOfSixtyFour() {
        TestRing odd = new TestRing(101);
        RingReader oddReader = odd.reader();
        RingWriter oddWriter = odd.writer();
        for (int i = 1; i <= 2_000; i++) {
            long size = 1 + i * 29 % 85;
            odd.write(oddWriter, i, size);
            odd.takeAndRelease(oddReader, i, size);
        }
    }

    /** @param from offset in the segment, of free space */
    private void assertSameOutside(long from, long length, byte[] before) {
        byte[] after = ring.bytes();
        System.arraycopy(before, (int) from, after, (int) from, (int) length);
        assertArrayEquals(before, after);
    }

    private static byte[] longBytes(long first, long second) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(first)
                .putLong(second)
                .array();
    }

    @Test
    void shouldNoteNothingInANewRing() {
        byte[] before = ring.bytes();
        writer.claim(200);
        assertArrayEquals(before, ring.bytes());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 240, 256",
        "0, 239, 256",
        "0, 225, 256",
        "0, 224, 240",
        "0, 1, 17",
        "100, 140, 156",
        "100, 130, 256",
        "100, 124, 140",
        "100, 83, 99",
        "100, 125, 256",
        "156, 84, 100",
        "156, 85, 201",
        "156, 140, 256",
        "156, 141, 256",
        "240, 50, 82",
        "240, 224, 256",
        "240, 225, 256",
        "241, 50, 256",
        "256, 50, 66",
        "256, 240, 256"
    })
    void shouldTellHowManyBytesAFrameNeedsWhereTheWriterIs(long position, long size, long required) {
        ring.drainedAt(position);
        assertEquals(required, ring.writer().requiredBytes(size));
    }

    @Test
    void shouldRepairANoteOfWhichOnlyHalfWasWritten() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 100);
        ring.takeAndRelease(reader, 1, 84);
        ring.takeAndRelease(reader, 2, 100);
        ring.header(0, 84, 3 | Long.MIN_VALUE);
        ring.header(150, 216 - 166, 1);
        ring.writer();
        assertArrayEquals(longBytes(3L << 62 | 216, 3 | Long.MIN_VALUE), ring.bytes(0, 16));
        ring.write(ring.writer(), 3, 20);
        ring.takeAndRelease(reader, 3, 20);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 256", "0, 2, 200", "256, 2, 200", "100, 2, 256"})
    void shouldGiveTheSpaceOfAFirstOrRewoundFrameBackThatADeadWriterTook(long writePosition, long sequence, long free) {
        ring.set(WRITTEN_COUNT, 1);
        ring.set(WRITE_POS, writePosition);
        ring.header(0, 40 | Long.MIN_VALUE, sequence);
        ring.add(FREE, -56);
        boolean isDrained = ring.writer().isDrained();
        assertEquals(free, ring.get(FREE));
        assertEquals(free == 256, isDrained);
        assertEquals(free == 256 ? 0 : writePosition, ring.get(WRITE_POS));
    }

    @Test
    void shouldGiveNothingBackWhileFramesInFrontOfTheLostSpaceAreUnread() {
        ring.write(writer, 1, 84);
        ring.header(100, 40 | Long.MIN_VALUE, 2);
        ring.add(FREE, -56);
        ring.writer();
        assertEquals(100, ring.get(FREE));
        assertEquals(100, ring.get(WRITE_POS));
    }

    @Test
    void shouldPublishNothingBehindTheReader() {
        ring.header(0, 84 | Long.MIN_VALUE, 1);
        ring.header(100, 140, 2);
        ring.set(READ_POS, 100);
        ring.set(WRITE_POS, 100);
        ring.set(WRITTEN_COUNT, 2);
        ring.add(FREE, -50);
        ring.writer();
        assertTrue(FrameHeader.isPending(FrameHeader.size(ring.segment, 192)));
        assertEquals(2, ring.get(WRITTEN_COUNT));
    }

    /** The frame in front of write_pos would be the last one, if the positions met in a full ring. */
    @Test
    void shouldPublishNothingWhereThePositionsMeetAndBytesAreFree() {
        ring.header(100, 140, 3);
        ring.header(0, 44, 4);
        ring.header(60, 24 | Long.MIN_VALUE, 5);
        ring.set(READ_POS, 100);
        ring.set(WRITE_POS, 100);
        ring.set(WRITTEN_COUNT, 4);
        ring.set(FREE, 50);
        byte[] before = ring.bytes();
        ring.writer();
        assertArrayEquals(before, ring.bytes());
        ring.set(FREE, 0);
        ring.writer();
        assertEquals(24, ring.sizeAt(60));
        assertEquals(5, ring.get(WRITTEN_COUNT));
    }

    @ParameterizedTest
    @CsvSource({"200, 200, 5", "199, 0, 3"})
    void shouldPublishAFrameOnlyIfAsManyBytesAreInUseAsTheWritePositionCovers(
            long used, long writePosition, long count) {
        ring.header(0, 84 | Long.MIN_VALUE, 4);
        ring.header(100, 84, 5);
        ring.set(WRITE_POS, 200);
        ring.set(WRITTEN_COUNT, 3);
        ring.set(FREE, 256 - used);
        ring.writer();
        assertEquals(writePosition, ring.get(WRITE_POS));
        assertEquals(count, ring.get(WRITTEN_COUNT));
        assertEquals(used == 200, ring.sizeAt(0) == 84);
    }

    @Test
    void shouldStoreNothingWhereNothingIsPendingBehindHeldFrames() {
        // As below, and more bytes are in use than lie between the positions.
        TestRing large = new TestRing(512);
        RingReader holder = large.reader();
        RingWriter first = large.writer();
        large.write(first, 1, 284);
        large.write(first, 2, 100);
        large.write(first, 3, 80);
        large.takeAndRelease(holder, 1, 284);
        large.take(holder, 2, 100);
        large.write(first, 4, 1);
        large.write(first, 5, 238);
        large.add(WRITTEN_COUNT, -1);
        byte[] before = large.bytes();
        large.writer();
        assertArrayEquals(before, large.bytes());
    }

    @Test
    void shouldStoreNothingWhereNothingIsPending() {
        // Read one byte too early, the first size is that of a frame which ends at write_pos.
        TestRing large = new TestRing(512);
        RingWriter first = large.writer();
        large.write(first, 1, 1);
        large.write(first, 2, 238);
        assertEquals(271, large.get(WRITE_POS));
        byte[] before = large.bytes();
        large.writer();
        assertArrayEquals(before, large.bytes());
    }
}
