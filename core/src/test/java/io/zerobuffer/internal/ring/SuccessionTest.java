package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITTEN_COUNT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zerobuffer.internal.wire.FrameHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a successor makes of the first frame that is not published; CommitRecoveryTest has each death there is. */
final class SuccessionTest {
    @ParameterizedTest
    @CsvSource({
        "100, 7, 7, 100, false, PUBLISH",
        "0, 7, 9, 0, false, PUBLISH", // with those staged behind it
        "0, 7, -1, 0, false, FINISH_REWIND",
        "0, 1, -1, 0, true, FINISH_REWIND", // the first frame of all
        "0, 7, -1, 0, true, LEAVE", // its reader went back to 0 with the frame that ends the ring
        "0, 7, -1, 100, false, LEAVE", // read_pos was not stored
        "100, 7, -1, 0, false, LEAVE",
        "100, 7, -1, 100, false, LEAVE"
    })
    void shouldTellWhatBecomesOfAFrameThatIsNotPublished(
            long position, long sequence, long last, long readPosition, boolean endsAtStart, Succession.Remedy remedy) {
        assertEquals(remedy, Succession.remedy(position, sequence, last, readPosition, endsAtStart));
    }

    @Test
    void shouldFindANewRingAndStoreNothing() {
        TestRing ring = new TestRing(256);
        byte[] before = ring.bytes();
        assertEquals(new Succession(0, 0, 256, 0), find(ring));
        assertArrayEquals(before, ring.bytes());
    }

    @Test
    void shouldGoOnWhereTheReaderOfADrainedRingIs() {
        TestRing ring = new TestRing(256);
        ring.write(ring.writer(), 1, 40);
        ring.set(FREE, 256);
        ring.set(READ_POS, 0);
        assertEquals(new Succession(0, 1, 256, 1), find(ring));
        assertEquals(0, ring.get(WRITE_POS));
    }

    @Test
    void shouldPublishWhatThePositionCoversAndCountItBefore() {
        TestRing ring = new TestRing(256);
        ring.write(ring.writer(), 1, 40);
        FrameHeader.writePending(ring.segment, ring.layout.payloadOffset(), 40, 1);
        ring.set(WRITTEN_COUNT, 0);
        assertEquals(new Succession(56, 1, 200, 1), find(ring));
        assertEquals(40, ring.sizeAt(0));
        assertEquals(1, ring.get(WRITTEN_COUNT));
    }

    private static Succession find(TestRing ring) {
        return Succession.of(ring.memory(), new FreeSpace(ring.memory(), true));
    }
}
