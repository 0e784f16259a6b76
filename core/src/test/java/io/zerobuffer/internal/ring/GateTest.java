package io.zerobuffer.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one question before a claim: may it go on without a look? */
final class GateTest {
    private final TestRing ring = new TestRing(1024);
    private final RingReader reader = ring.reader();
    private final RingWriter writer = ring.writer();

    private void write() {
        writer.claim(50);
        writer.commit();
    }

    private boolean isOpen() {
        boolean isOpen = writer.claimPrepared(50) != RingWriter.NO_ROOM;
        if (isOpen) {
            writer.abort();
            write();
        }
        return isOpen;
    }

    @Test
    void shouldBeClosedBeforeTheFirstClaimAndOpenBehindACommit() {
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(1));
        write();
        assertNotEquals(RingWriter.NO_ROOM, writer.claimPrepared(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 15, 1024 - 16})
    void shouldLetNoSizePassThatIsNoFramesOrHasNoRoom(long size) {
        write();
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(size));
        assertFalse(writer.isClaimed());
    }

    @Test
    void shouldBeClosedWhileAClaimIsOpen() {
        write();
        writer.claim(50);
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(1));
        writer.commit();
        assertNotEquals(RingWriter.NO_ROOM, writer.claimPrepared(1));
    }

    @Test
    void shouldBeOpenForWhatFollowsAStagedFrameAndClosedBehindABatch() {
        write();
        writer.claim(50);
        writer.stage();
        assertNotEquals(RingWriter.NO_ROOM, writer.claimPrepared(50));
        writer.stage();
        assertEquals(2, writer.publish());
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(50));
        assertTrue(writer.hasRoom(50));
    }

    @Test
    void shouldStayClosedBehindABatchWhoseLastClaimIsStillOpen() {
        write();
        writer.claim(50);
        writer.stage();
        writer.claim(50);
        writer.publish();
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(1));
        assertEquals(3, writer.commit());
    }

    @Test
    void shouldCloseForAnyReasonOfTheCallerUntilTheNextCommit() {
        write();
        writer.closeGate();
        assertFalse(isOpen());
        write();
        assertTrue(isOpen());
    }

    @Test
    void shouldCloseWhenTheReaderReleasesNothingForTooLong() {
        write();
        writer.askBehindSilentFrames(2);
        write();
        assertNotEquals(RingWriter.NO_ROOM, writer.claimPrepared(50));
        writer.commit();
        assertNotEquals(RingWriter.NO_ROOM, writer.claimPrepared(50));
        writer.commit();
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(50));
        assertTrue(writer.isTimeToAsk());
        writer.askBehindSilentFrames(1);
        assertFalse(writer.isTimeToAsk());
        reader.release(reader.take());
        write();
        assertNotEquals(RingWriter.NO_ROOM, writer.claimPrepared(50));
    }

    @Test
    void shouldStayOpenWhileTheReaderReleasesEachFrame() {
        write();
        writer.askBehindSilentFrames(1);
        for (int i = 0; i < 10; i++) {
            reader.release(reader.take());
            assertTrue(isOpen(), "behind frame " + i);
        }
        writer.askBehindSilentFrames(0);
        assertFalse(writer.isTimeToAsk(), "the reader is not silent");
    }

    @Test
    void shouldCountAClaimThatFoundNoRoomAsSilence() {
        write();
        writer.askBehindSilentFrames(1);
        assertEquals(RingWriter.NO_ROOM, writer.claim(1000));
        assertTrue(writer.isTimeToAsk());
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(1));
    }
}
