package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

/** Frames that are published together: they lie end to end, and none of them is anywhere before all are complete. */
final class StagedFramesTest {
    private static final long START = 192;

    private final TestRing ring = new TestRing(256);
    private final RingReader reader = ring.reader();
    private final RingWriter writer = ring.writer();

    private void stage(long at, long size) {
        assertEquals(START + at + 16, writer.claim(size));
        writer.stage();
    }

    @Test
    void shouldPutFramesEndToEndWithoutAnotherLookAtTheReader() {
        stage(0, 20);
        assertEquals(START + 36 + 16, writer.claimPrepared(30));
        writer.stage();
        assertEquals(START + 82 + 16, writer.claimPrepared(40));
        assertEquals(RingReader.NOTHING, reader.take());
    }

    @Test
    void shouldLeaveRoomForAMarkerBehindWhatIsStagedWithoutALook() {
        stage(0, 84);
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(125));
        assertEquals(START + 100 + 16, writer.claimPrepared(124));
    }

    @Test
    void shouldNumberAndCountFramesFromWhenTheyAreStaged() {
        ring.write(writer, 1, 10);
        assertEquals(0, writer.stagedBytes());
        stage(26, 20);
        assertEquals(36, writer.stagedBytes());
        stage(62, 30);
        assertEquals(36 + 46, writer.stagedBytes());
        assertEquals(3, writer.lastSequence());
        assertEquals(2, writer.publish());
        assertEquals(0, writer.stagedBytes());
        assertEquals(3, writer.lastSequence());
        ring.assertFields(256 - 108, 108, 0, 3, 0);
    }

    @Test
    void shouldFillTheRingToItsEnd() {
        stage(0, 84);
        assertEquals(RingWriter.NO_ROOM, writer.claim(141));
        assertEquals(RingWriter.NO_ROOM, writer.claim(139));
        stage(100, 140);
        assertEquals(2, writer.publish());
        ring.assertFields(0, 256, 0, 2, 0);
    }

    @Test
    void shouldUseTheFreeBytesBehindAWrapToTheLastOne() {
        ring.write(writer, 1, 100);
        ring.write(writer, 2, 60);
        ring.takeAndRelease(reader, 1, 100);
        stage(0, 50);
        assertEquals(RingWriter.NO_ROOM, writer.claim(35), "116 bytes lie in front of frame 2");
        stage(66, 34);
        assertEquals(2, writer.publish());
        assertEquals(0, ring.get(FREE));
        ring.take(reader, 2, 60);
        assertNotEquals(RingReader.NOTHING, reader.take());
        assertEquals(50, reader.frameSize());
        assertNotEquals(RingReader.NOTHING, reader.take());
        assertEquals(34, reader.frameSize());
    }

    @Test
    void shouldGoOnIntoWhatTheReaderReleasedSinceTheFirstOfThem() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 140);
        ring.takeAndRelease(reader, 1, 84);
        stage(0, 20);
        assertEquals(RingWriter.NO_ROOM, writer.claim(84));
        ring.takeAndRelease(reader, 2, 140);
        stage(36, 84);
        assertEquals(START + 136 + 16, writer.claimPrepared(88), "one look shows all that is free");
    }

    @Test
    void shouldKeepWhatIsStagedAndWhatIsKnownWhereAClaimIsGivenUp() {
        stage(0, 20);
        writer.claim(84);
        writer.abort();
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(189));
        assertEquals(START + 36 + 16, writer.claimPrepared(188), "leaves room for a marker");
        writer.stage();
        assertEquals(2, writer.publish());
    }

    @Test
    void shouldRewindTheRingForASingleFrame() {
        ring.write(writer, 1, 84);
        ring.takeAndRelease(reader, 1, 84);
        stage(0, 200);
        assertEquals(RingWriter.NO_ROOM, writer.claimPrepared(8));
        assertEquals(RingWriter.NO_ROOM, writer.claim(8));
        assertEquals(1, writer.publish());
        ring.assertFields(40, 216, 0, 2, 1);
        assertEquals(START + 216 + 16, writer.claim(8));
    }
}
