package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several claims open at once; OpenClaimsModelTest has what follows from any order of all this. */
final class OpenClaimsTest {
    private static final int CAPACITY = 1024;
    private static final int SIZE = 84;
    private static final int TOTAL = 100;

    private final TestRing ring = new TestRing(CAPACITY);
    private final RingReader reader = ring.reader();
    private final RingWriter writer = ring.writer();
    private final OpenClaims claims = writer.openClaims();

    /** Claims and fills with what the frame of this number holds. */
    private long claim(int size, long sequence) {
        long ticket = claims.claim(size);
        assertNotEquals(RingWriter.NO_ROOM, ticket);
        ring.content(positionOf(ticket) + 16, size, sequence);
        return ticket;
    }

    private long positionOf(long ticket) {
        return ring.positionOf(claims.offset(ticket)) - 16;
    }

    private void pass(int frames, long first) {
        for (long sequence = first; sequence < first + frames; sequence++) {
            ring.write(writer, sequence, SIZE);
            ring.takeAndRelease(reader, sequence, SIZE);
        }
    }

    @Test
    void shouldPublishInTheOrderOfClaimingOnceThoseBeforeAreCommitted() {
        long first = claim(SIZE, 1);
        long second = claim(50, 2);
        long third = claim(30, 3);
        assertEquals(3, claims.count());
        assertEquals(0, claims.commit(third, 30));
        assertEquals(0, claims.commit(second, 50));
        assertEquals(RingReader.NOTHING, reader.take());
        assertEquals(3, claims.commit(first, SIZE));
        assertEquals(3, writer.lastSequence());
        assertEquals(0, claims.count());
        ring.takeAndRelease(reader, 1, SIZE);
        ring.takeAndRelease(reader, 2, 50);
        ring.takeAndRelease(reader, 3, 30);
        ring.assertFields(CAPACITY, 212, 212, 3, 3);
    }

    @Test
    void shouldStoreNothingUntilTheOldestIsCommitted() {
        long first = claims.claim(SIZE);
        byte[] before = ring.bytes();
        long second = claims.claim(SIZE);
        long third = claims.claim(SIZE);
        claims.commit(third, 10);
        claims.abort(second);
        assertArrayEquals(before, ring.bytes());
        assertTrue(writer.isClaimed());
        assertEquals(1, claims.abort(first));
        assertFalse(writer.isClaimed());
        assertEquals(10, ring.sizeAt(0));
    }

    @Test
    void shouldGiveTheNewestBackAtOnce() {
        claim(SIZE, 1);
        long second = claim(SIZE, 2);
        long third = claim(SIZE, 3);
        assertEquals(200, positionOf(third));
        assertEquals(0, claims.commit(third, 20));
        assertEquals(236, positionOf(claims.claim(SIZE)));
        long fifth = claims.claim(SIZE);
        claims.abort(fifth);
        assertEquals(336, positionOf(claims.claim(SIZE)));
        claims.abort(second);
        assertEquals(4, claims.count());
    }

    @Test
    void shouldMoveWhatLiesBehindAnAbortedClaimWhenItIsPublished() {
        long first = claim(SIZE, 1);
        long second = claim(SIZE, 9);
        long third = claim(70, 2);
        long fourth = claim(60, 3);
        claims.commit(third, 70);
        claims.abort(second);
        assertEquals(2, claims.commit(first, SIZE));
        ring.takeAndRelease(reader, 1, SIZE);
        ring.takeAndRelease(reader, 2, 70);
        assertEquals(286, positionOf(fourth));
        assertEquals(1, claims.commit(fourth, 60));
        ring.takeAndRelease(reader, 3, 60);
        ring.assertFields(CAPACITY, 262, 262, 3, 3);
    }

    @Test
    void shouldPublishWhatOnlyWaitedForAClaimThatIsAborted() {
        long first = claim(SIZE, 1);
        long second = claim(40, 1);
        assertEquals(0, claims.commit(second, 40));
        assertEquals(1, claims.abort(first));
        ring.takeAndRelease(reader, 1, 40);
        ring.assertFields(CAPACITY, 56, 56, 1, 1);
    }

    @Test
    void shouldCommitLessThanWasClaimed() {
        long first = claim(500, 1);
        long second = claim(300, 2);
        assertEquals(1, claims.commit(first, 20));
        assertEquals(1, claims.commit(second, 300));
        ring.takeAndRelease(reader, 1, 20);
        ring.takeAndRelease(reader, 2, 300);
        ring.assertFields(CAPACITY, 352, 352, 2, 2);
    }

    @Test
    void shouldMakeWhatWasAbortedPartOfTheWrap() {
        pass(8, 1);
        long first = claim(SIZE, 9);
        long second = claim(SIZE, 9);
        assertEquals(800, positionOf(first));
        assertEquals(900, positionOf(second));
        long third = claim(SIZE, 9);
        assertEquals(0, positionOf(third));
        claims.commit(third, SIZE);
        claims.abort(second);
        assertEquals(1, claims.abort(first));
        assertEquals(0, ring.sizeAt(800));
        assertEquals(CAPACITY - 224 - TOTAL, ring.get(FREE));
        ring.takeAndRelease(reader, 9, SIZE);
        ring.assertFields(CAPACITY, 100, 100, 10, 10);
    }

    @Test
    void shouldLetTheNextWrapWhenTheOneThatWrappedIsAborted() {
        pass(9, 1);
        long first = claim(150, 10);
        long second = claim(50, 10);
        assertEquals(0, positionOf(first));
        assertEquals(166, positionOf(second));
        claims.abort(first);
        assertEquals(1, claims.commit(second, 50));
        assertEquals(50, ring.sizeAt(0));
        ring.takeAndRelease(reader, 10, 50);
        ring.assertFields(CAPACITY, 66, 66, 11, 11);
    }

    @Test
    void shouldRewindForTheNextWhenTheOneThatRewoundIsAborted() {
        pass(5, 1);
        long first = claim(600, 6);
        long second = claim(300, 6);
        assertEquals(0, positionOf(first));
        claims.abort(first);
        assertEquals(500, ring.get(READ_POS));
        assertEquals(1, claims.commit(second, 300));
        assertEquals(0, ring.get(READ_POS));
        ring.takeAndRelease(reader, 6, 300);
        ring.assertFields(CAPACITY, 316, 316, 6, 6);
    }

    @Test
    void shouldNotRewindBehindAClaim() {
        pass(5, 1);
        long first = claim(100, 6);
        assertEquals(RingWriter.NO_ROOM, claims.claim(900));
        claims.abort(first);
        assertEquals(0, positionOf(claims.claim(900)));
    }

    @Test
    void shouldHaveTheWholeRingAgainWhenNoClaimIsOpen() {
        long first = claim(400, 1);
        long second = claim(400, 1);
        assertEquals(RingWriter.NO_ROOM, claims.claim(200));
        claims.abort(first);
        assertEquals(RingWriter.NO_ROOM, claims.claim(200));
        claims.abort(second);
        assertNotEquals(RingWriter.NO_ROOM, claims.claim(1008));
    }

    @Test
    void shouldGiveOutNoSpaceThatAnOpenClaimHasToAnother() {
        for (int size = 17; size < 300; size++) {
            long first = claims.claim(size);
            long taken = 16 + size;
            long ticket = claims.claim(size);
            while (ticket != RingWriter.NO_ROOM) {
                taken += 16 + size;
                ticket = claims.claim(size);
            }
            assertTrue(taken <= CAPACITY && taken > CAPACITY - 2 * (16 + size), size + " each");
            for (long each = first + claims.count() - 1; each >= first; each--) {
                claims.abort(each);
            }
        }
    }

    @Test
    void shouldHaveRoomLapAfterLapWhileSomeClaimIsAlwaysOpen() {
        long open = claim(SIZE, 1);
        for (long sequence = 2; sequence < 100; sequence++) {
            long next = claim(SIZE, sequence);
            assertEquals(1, claims.commit(open, SIZE));
            assertFalse(writer.hasRoom(1), "a place that a claim has");
            assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(1));
            ring.takeAndRelease(reader, sequence - 1, SIZE);
            assertEquals((sequence - 1) * SIZE, claims.publishedBytes());
            open = next;
        }
    }

    @Test
    void shouldGetBackAllThatTheNewestDoesNotNeedWhileAnotherIsOpen() {
        claim(SIZE, 1);
        for (int i = 0; i < 50; i++) {
            claims.abort(claim(SIZE, 2));
        }
        for (int i = 0; i < 20; i++) {
            assertEquals(0, claims.commit(claim(300, 2 + i), 4));
        }
        assertEquals(21, claims.count());
    }

    @Test
    void shouldGetBackWhatAnAbortedClaimSkippedAtTheEnd() {
        pass(9, 1);
        claim(50, 10);
        for (int i = 0; i < 50; i++) {
            long wrapping = claim(400, 11);
            assertEquals(0, positionOf(wrapping));
            claims.abort(wrapping);
        }
    }

    @Test
    void shouldKeepAFrameAtTheStartOfTheRing() {
        ring.write(writer, 1, SIZE);
        claim(SIZE, 2);
        claim(SIZE, 3);
        ring.takeAndRelease(reader, 1, SIZE);
    }

    @Test
    void shouldKeepTheSequenceWhenAClaimDestroysWhatTheNoteLedTo() {
        pass(9, 1);
        long first = claim(50, 10);
        assertEquals(0, positionOf(claim(400, 11)));
        assertEquals(1, claims.commit(first, 50));
        ring.takeAndRelease(reader, 10, 50);
        claim(400, 12);
        long overTheFrame = claim(90, 13);
        assertEquals(832, positionOf(overTheFrame));
        assertEquals(10, ring.writer().lastSequence());
    }

    @Test
    void shouldKeepTheSequenceWhenTheClaimThatWrappedWasAborted() {
        pass(9, 1);
        long first = claim(50, 10);
        long wrapping = claim(400, 11);
        claim(400, 11);
        claims.abort(wrapping);
        assertEquals(1, claims.commit(first, 50));
        ring.takeAndRelease(reader, 10, 50);
        long overTheFrame = claim(90, 12);
        assertEquals(832, positionOf(overTheFrame));
        assertEquals(10, ring.writer().lastSequence());
    }

    @Test
    void shouldCloseTheGateOfTheSingleClaim() {
        ring.write(writer, 1, SIZE);
        assertTrue(writer.hasRoom(1));
        claims.claim(SIZE);
        assertFalse(writer.hasRoom(1));
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(1));
    }

    /** Committed with less, it would leave room for no marker in front of a claim that has wrapped. */
    @ParameterizedTest
    @CsvSource({"92, 900", "93, 0", "107, 0", "108, 0", "109, 0"})
    void shouldNotLetAClaimEndWithTheRing(int size, long position) {
        pass(9, 1);
        assertEquals(position, positionOf(claims.claim(size)));
    }

    @Test
    void shouldGoOnWithSingleClaimsAndBatchesWhenNoneIsOpen() {
        long first = claim(SIZE, 1);
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(1));
        assertFalse(writer.hasRoom(1));
        claims.commit(first, SIZE);
        ring.write(writer, 2, SIZE);
        long second = claim(SIZE, 3);
        claims.abort(second);
        ring.write(writer, 3, SIZE);
        for (long sequence = 1; sequence <= 3; sequence++) {
            ring.takeAndRelease(reader, sequence, SIZE);
        }
        ring.assertFields(CAPACITY, 300, 300, 3, 3);
    }

    @Test
    void shouldContinueTheSequenceBehindClaimsThatWereNeverCommitted() {
        pass(9, 1);
        long first = claim(50, 10);
        long second = claim(400, 11);
        assertEquals(900, positionOf(first));
        assertEquals(0, positionOf(second));
        assertEquals(1, claims.commit(first, 50));
        RingWriter successor = ring.writer();
        ring.takeAndRelease(reader, 10, 50);
        ring.write(successor, 11, 30);
        ring.takeAndRelease(reader, 11, 30);
        assertEquals(CAPACITY, ring.get(FREE));
    }

    @ParameterizedTest
    @CsvSource({"108, 92", "107, 92", "93, 92", "92, 92", "91, 92", "1, 92"})
    void shouldShrinkASingleClaim(int size, int last) {
        pass(9, 1);
        assertNotEquals(RingWriter.NO_ROOM, writer.claim(108));
        ring.content(916, size, 10);
        writer.shrink(size);
        assertEquals(10, writer.commit());
        assertEquals(916 + size, ring.get(WRITE_POS));
        // 1 to 15 bytes are never crossed.
        boolean waits = size > last && size < 108;
        assertEquals(waits, writer.claim(SIZE) == RingWriter.NO_ROOM);
        writer.abort();
        ring.takeAndRelease(reader, 10, size);
        ring.write(writer, 11, SIZE);
        ring.takeAndRelease(reader, 11, SIZE);
        assertEquals(CAPACITY, ring.get(FREE));
    }
}
