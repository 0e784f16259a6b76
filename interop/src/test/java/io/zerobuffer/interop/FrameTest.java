package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.zerobuffer.testkit.Segment;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

/** Frames of every size, at every place of the ring, at every pace. */
final class FrameTest extends Scenario {
    private static final int HEADER = 16;
    private static final int SMALL_RING = 256;
    private static final int WHOLE_RING = SMALL_RING - HEADER;
    /** A frame moves the write position by at least its header and one byte. */
    private static final int FIRST_OFFSET = HEADER + 1;

    @ForPairs
    void shouldCarryASingleFrame(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);

        assertEquals(1, writer.write(1000, 7));

        assertEquals(1, reader.takes(1000, 7).sequence());
    }

    @ForPairs
    void shouldCarryManyFrames(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 65536);
        Run frames = Run.of(5000, 1, 5000);

        stream(reader, frames, writer, frames);
    }

    @Tag("long")
    @ForPairs
    void shouldCarryVideoFrames(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 20_000_000);
        Run frames = Run.of(20, 6_220_800, 6_220_800);

        stream(reader, frames, writer, frames);
    }

    @ForPairs
    void shouldCarryAFrameOfOneByte(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 64);

        for (int i = 0; i < 20; i++) {
            writer.write(1, i);
            reader.takes(1, i);
        }
    }

    @ForPairs
    void shouldRefuseAFrameOfNoBytes(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);

        writer.refused("empty", "write 0 0 30000");
        writer.refused("empty", "claim 0 30000");

        assertEquals(1, writer.write(10, 1));
        reader.takes(10, 1);
    }

    /** At once: the published C++ writer waits for space that can never be. */
    @ForPairs(Only.FAITHFUL_WRITER)
    void shouldRefuseAFrameThatNeverFits(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);

        writer.refused("too-large", "write 4081 0 30000");
        writer.refused("too-large", "claim 4081 30000");
        writer.refused("too-large", "write 100000 0 30000");

        assertEquals(1, writer.write(4080, 1));
        reader.takes(4080, 1);
    }

    @ForPairs
    void shouldCarryFramesThatFillTheRingExactly(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);

        for (int lap = 0; lap < 20; lap++) {
            writer.write(1000, lap);
            writer.write(4096 - 1000 - 2 * HEADER, lap + 1);
            reader.takes(1000, lap);
            reader.takes(4096 - 1000 - 2 * HEADER, lap + 1);
        }
    }

    @Tag("long")
    @ForPairs(Only.FAITHFUL_WRITER)
    void shouldCarryAFrameOfTheWholeRingAtEveryStartOffset(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, SMALL_RING);

        for (int offset = FIRST_OFFSET; offset <= SMALL_RING; offset++) {
            writer.write(offset - HEADER, offset);
            reader.takes(offset - HEADER, offset);
            assertEquals(offset, Segment.of(name).getLong(Segment.WRITE_POS), "start offset");
            // It ends with the ring, so that the next round starts at 0 again.
            writer.write(WHOLE_RING, offset + 1);
            reader.takes(WHOLE_RING, offset + 1);
        }
    }

    @Tag("long")
    @ForPairs(Only.FAITHFUL_WRITER)
    void shouldCarryFramesOverHalfTheRingAtEveryStartOffset(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, SMALL_RING);

        for (int offset = FIRST_OFFSET; offset <= SMALL_RING; offset++) {
            int overHalf = SMALL_RING / 2 + offset % (WHOLE_RING - SMALL_RING / 2);
            writer.write(offset - HEADER, offset);
            reader.takes(offset - HEADER, offset);
            assertEquals(offset, Segment.of(name).getLong(Segment.WRITE_POS), "start offset");
            for (int i = 1; i <= 3; i++) {
                writer.write(overHalf, offset + i);
                reader.takes(overHalf, offset + i);
            }
            writer.write(WHOLE_RING, 0);
            reader.takes(WHOLE_RING, 0);
        }
    }

    @Tag("long")
    @ForPairs(Only.FAITHFUL_WRITER)
    void shouldStreamFramesOverHalfTheRing(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);
        Run frames = Run.of(3000, 2033, 4080);

        stream(reader, frames, writer, frames);
    }

    /** They wait for ever for room behind their position, with the ring empty. */
    @ForPairs({Only.JAVA_READER, Only.DEFECTIVE_WRITER})
    void shouldMakeRoomForTheLargeFramesOfAPublishedWriter(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);
        Run frames = Run.of(300, 1, 4080);

        stream(reader, frames, writer, frames);
    }

    @Tag("long")
    @ForPairs(Only.FAITHFUL_WRITER)
    void shouldLetALargeFrameWaitUntilTheRingIsDrained(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, SMALL_RING);
        writer.write(100, 1);
        Taken held = reader.take();

        writer.refused("full", "write " + WHOLE_RING + " 2 100");
        Pending large = writer.begin("write " + WHOLE_RING + " 2 30000");
        held.is(100, 1);
        assertFalse(large.isDone(), "written over a frame that is held");
        reader.release(held);

        large.ok("2");
        reader.takes(WHOLE_RING, 2);
    }

    @Tag("long")
    @ForPairs
    void shouldCarryEveryTailLength(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);
        Run frames = Run.of(100_000, 1, 500);

        stream(reader, frames, writer, frames);
    }

    /** A tail of 1 to 15 bytes has no room for a marker: whatever lies there, it is crossed. */
    @ForPairs({Only.JAVA_READER, Only.DEFECTIVE_WRITER})
    void shouldCrossAShortTailWhateverItHolds(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, SMALL_RING);
        byte[] garbage = new byte[HEADER - 1];
        Arrays.fill(garbage, (byte) 0x5A);

        for (int tail = 1; tail < HEADER; tail++) {
            long start = Segment.of(name).getLong(Segment.WRITE_POS);
            int upToTail = (int) (SMALL_RING - start - HEADER - tail);
            writer.write(upToTail, tail);
            reader.takes(upToTail, tail);
            assertEquals(
                    SMALL_RING - tail, Segment.of(name).getLong(Segment.WRITE_POS), "a tail of " + tail + " bytes");
            Segment.of(name).put(Segment.END_OF_HEADER + SMALL_RING - tail, Arrays.copyOf(garbage, tail));
            writer.write(50, tail + 1);
            reader.takes(50, tail + 1);
        }
    }

    @Tag("long")
    @ForPairs
    void shouldMakeTheWriterWaitForASlowReader(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 1024);
        Run frames = Run.of(200, 100, 300);

        stream(reader, frames.pausing(500), writer, frames);
    }

    @Tag("long")
    @ForPairs
    void shouldMakeTheReaderWaitForASlowWriter(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);
        Run frames = Run.of(200, 1, 300);

        stream(reader, frames, writer, frames.inBursts(1, 500));
    }

    @Tag("long")
    @ForPairs
    void shouldCarryBursts(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);
        Run frames = Run.of(1000, 1, 300);

        stream(reader, frames.pausing(10), writer, frames.inBursts(100, 3000));
    }

    @ForPairs
    void shouldRefuseToWriteIntoAFullRingAndGoOnWhenItIsNotFullAnyMore(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 1024);
        writer.write(496, 0);
        writer.write(496, 1);

        writer.refused("full", "write 496 2 50");
        Pending waiting = writer.begin("write 496 2 30000");
        reader.takes(496, 0);

        waiting.ok("3");
        reader.takes(496, 1);
        reader.takes(496, 2);
    }

    @ForPairs
    void shouldReportThatNoFrameCame(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 1024);

        reader.begin("read 0").ok("timeout");
        reader.begin("read 50").ok("timeout");

        writer.write(10, 1);
        reader.takes(10, 1);
        reader.begin("read 0").ok("timeout");
    }

    @ForPairs
    void shouldPublishAFrameWrittenInPlace(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);

        writer.begin("claim 300 30000").ok("");
        writer.begin("fill 9").ok("");
        reader.begin("read 20").ok("timeout");
        writer.begin("commit").ok("1");

        reader.takes(300, 9);
    }

    @ForPairs
    void shouldLeaveNoTraceOfAnAbortedClaim(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 4096);
        writer.write(100, 1);
        byte[] before = Segment.of(name).get(0, Segment.END_OF_HEADER);

        writer.ok("claim 300 30000");
        writer.ok("fill 2");
        writer.ok("abort");

        assertEquals(
                Arrays.toString(before),
                Arrays.toString(Segment.of(name).get(0, Segment.END_OF_HEADER)),
                "header block");
        assertEquals(2, writer.write(300, 3));
        reader.takes(100, 1);
        reader.takes(300, 3);
        reader.begin("read 20").ok("timeout");
    }
}
