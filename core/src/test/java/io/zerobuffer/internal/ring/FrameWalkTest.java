package io.zerobuffer.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zerobuffer.internal.wire.FrameHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A ring of 256 bytes with frames at 0, 100 and 160, and nothing from 200 on. */
final class FrameWalkTest {
    private static final long START = 192;

    private final TestRing ring = new TestRing(256);

    FrameWalkTest() {
        ring.header(0, 84, 4);
        ring.header(100, 44, 5);
        ring.header(160, 24, 6);
        ring.header(200, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "0, 100, 1",
        "0, 160, 2",
        "0, 200, 3",
        "100, 100, 0",
        "100, 200, 2",
        "160, 200, 1",
        "200, 200, 0"
    })
    void shouldCountTheFramesUpToAPosition(long from, long to, long frames) {
        assertEquals(frames, walk(from).framesTo(to));
    }

    @ParameterizedTest
    @CsvSource({
        "160, 100, 2",
        "200, 100, 1",
        "200, 160, 2",
        "240, 100, 1",
        "241, 100, 1",
        "256, 100, 1",
        "160, 0, 1",
        "256, 0, 0",
        "160, 256, 1",
        "256, 256, 0"
    })
    void shouldFollowOneWrap(long from, long to, long frames) {
        assertEquals(frames, walk(from).framesTo(to));
    }

    @Test
    void shouldStopAtASecondWrapAndAtWhatIsNoFrame() {
        assertEquals(4, walk(160).framesTo(177));
        ring.header(100, 141, 5);
        assertEquals(1, walk(0).framesTo(256));
        ring.header(100, 140, 5);
        assertEquals(2, walk(0).framesTo(256));
        ring.header(100, Long.MAX_VALUE, 5);
        assertEquals(1, walk(0).framesTo(256));
        FrameHeader.writePending(ring.segment, START + 100, 44, 5);
        assertEquals(1, walk(0).framesTo(200));
    }

    @Test
    void shouldTakeSixteenBytesAtTheEndForAHeader() {
        ring.header(200, 24, 7);
        ring.header(240, 5, 8);
        assertEquals(2, walk(160).framesTo(100));
        ring.header(240, 0, 0);
        assertEquals(3, walk(160).framesTo(100));
    }

    @ParameterizedTest
    @CsvSource({"0, 4", "100, 4", "160, 4", "200, 4", "256, 4"})
    void shouldCountAllFramesOfAFullRing(long from, long frames) {
        ring.header(200, 40, 7);
        assertEquals(frames, walk(from).framesOfALap());
    }

    @Test
    void shouldCountTheFramesOfAFullRingWithAMarker() {
        assertEquals(3, walk(0).framesOfALap());
        assertEquals(3, walk(100).framesOfALap());
        assertEquals(3, walk(200).framesOfALap());
        ring.header(0, 0, 0);
        assertEquals(0, walk(0).framesOfALap());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 200, 100",
        "100, 200, 100",
        "160, 200, -1",
        "160, 50, 100",
        "160, 160, -1",
        "0, 100, 100",
        "0, 50, 100",
        "256, 200, 100"
    })
    void shouldFindTheFirstPendingFrameUpToAPosition(long from, long to, long position) {
        ring.header(200, 24, 7);
        FrameHeader.writePending(ring.segment, START + 100, 44, 5);
        assertEquals(position, walk(from).firstPending(to, false));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "100, 100", "160, 160", "256, 0", "0, 256", "256, 256"})
    void shouldLookForItAllAroundAFullRing(long from, long to) {
        FrameHeader.writePending(ring.segment, START + 100, 44, 5);
        assertEquals(100, walk(from).firstPending(to, true));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "256, 0", "0, 256", "256, 256"})
    void shouldLookForItBehindSeveralFramesOfAFullRing(long from, long to) {
        FrameHeader.writePending(ring.segment, START + 160, 24, 6);
        assertEquals(160, walk(from).firstPending(to, true));
    }

    @Test
    void shouldGoAroundAFullRingOnlyOnce() {
        assertEquals(FrameWalk.NONE, walk(100).firstPending(100, true));
        FrameHeader.writePending(ring.segment, START + 160, 24, 5);
        assertEquals(FrameWalk.NONE, walk(0).firstPending(100, true));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 141, Long.MAX_VALUE})
    void shouldNotBelieveAPendingFrameThatFitsNowhere(long size) {
        FrameHeader.writePending(ring.segment, START + 100, size, 5);
        assertEquals(FrameWalk.NONE, walk(100).firstPending(200, false));
        FrameHeader.writePending(ring.segment, START + 100, 140, 5);
        assertEquals(100, walk(100).firstPending(200, false));
        FrameHeader.writeNote(ring.segment, START + 100, 44, 5);
        assertEquals(FrameWalk.NONE, walk(100).firstPending(200, false));
    }

    @Test
    void shouldCountALapUpToWhatIsNoFrame() {
        FrameHeader.writePending(ring.segment, START + 160, 24, 6);
        assertEquals(2, walk(0).framesOfALap());
        assertEquals(1, walk(100).framesOfALap());
    }

    @ParameterizedTest
    @ValueSource(longs = {141, Long.MAX_VALUE})
    void shouldLookForNoPendingFrameBehindAHeaderWithoutAFrame(long size) {
        ring.header(100, size, 5);
        FrameHeader.writePending(ring.segment, START + 160, 24, 6);
        assertEquals(FrameWalk.NONE, walk(0).firstPending(200, false));
        assertEquals(FrameWalk.NONE, walk(0).firstPending(0, true));
    }

    @ParameterizedTest
    @CsvSource({"100, 160, 60, 5", "100, 200, 100, 6", "160, 200, 40, 6", "0, 200, 200, 6"})
    void shouldFindTheLastOfTheFramesThatEndAtTheWritePosition(long from, long end, long used, long sequence) {
        assertEquals(sequence, walk(from).lastCovered(from, end, used));
        FrameHeader.writePending(ring.segment, START + from, ring.sizeAt(from), ring.sequenceAt(from));
        assertEquals(sequence, walk(from).lastCovered(from, end, used));
    }

    @ParameterizedTest
    @CsvSource({"100, 160, 59", "100, 200, 99", "160, 200, 39"})
    void shouldCoverNothingWhereFewerBytesAreInUseThanUpToTheWritePosition(long from, long end, long used) {
        assertEquals(FrameWalk.NONE, walk(from).lastCovered(from, end, used));
    }

    @ParameterizedTest
    @CsvSource({"100, 159", "100, 161", "100, 199", "100, 201", "160, 176", "160, 199", "160, 201", "160, 100"})
    void shouldCoverNothingUnlessAFrameEndsExactlyAtTheWritePosition(long from, long end) {
        assertEquals(FrameWalk.NONE, walk(from).lastCovered(from, end, 256));
    }

    @ParameterizedTest
    @CsvSource({"160, 100, 196, 4", "160, 100, 195, -1", "160, 160, 256, 5", "160, 160, 255, -1"})
    void shouldCountWhatAWrapSkipsAsInUse(long readPosition, long end, long used, long sequence) {
        assertEquals(sequence, walk(0).lastCovered(readPosition, end, used));
    }

    @Test
    void shouldCoverNoFrameBehindAWrapThatWouldRunOverTheReader() {
        assertEquals(6, walk(100).lastCovered(210, 200, 256));
        assertEquals(6, walk(100).lastCovered(200, 200, 256));
        assertEquals(FrameWalk.NONE, walk(100).lastCovered(150, 200, 256));
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 7, -6, Long.MIN_VALUE | 6})
    void shouldCoverOnlyConsecutiveNumbers(long sequence) {
        ring.header(160, 24, sequence);
        assertEquals(FrameWalk.NONE, walk(100).lastCovered(100, 200, 100));
    }

    @Test
    void shouldCoverNoFrameBehindAMarkerInItsMiddle() {
        ring.header(160, 0, 6);
        ring.header(176, 8, 7);
        assertEquals(FrameWalk.NONE, walk(100).lastCovered(100, 200, 100));
    }

    @Test
    void shouldCoverNoFrameBehindOneThatIsNotPublished() {
        FrameHeader.writePending(ring.segment, START + 160, 24, 6);
        assertEquals(FrameWalk.NONE, walk(100).lastCovered(100, 200, 100));
    }

    @Test
    void shouldTakeSixteenBytesOrFewerInFrontOfTheWritePositionForNoFrame() {
        ring.header(160, 0, 6);
        assertEquals(FrameWalk.NONE, walk(100).lastCovered(100, 176, 76));
        ring.header(160, -11, 6);
        assertEquals(FrameWalk.NONE, walk(100).lastCovered(100, 165, 65));
        ring.header(160, 1, 6);
        assertEquals(6, walk(100).lastCovered(100, 177, 77));
    }

    private FrameWalk walk(long from) {
        return new FrameWalk(ring.memory(), from);
    }
}
