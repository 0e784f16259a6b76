package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/**
 * Frames held while others are read, and released in any order. The published readers cannot do that, so they stay out
 * of most of it.
 */
final class HoldTest extends Scenario {
    @ForPairs(Only.FAITHFUL_READER)
    void shouldKeepHeldFramesIntactWhateverTheOrderOfTheirRelease(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);
        int frames = 600;
        Run run = Run.of(frames, 1, 100);
        Sizes sizes = run.sizes();
        Random random = new Random(1);
        List<Taken> held = new ArrayList<>();
        int mostHeld = 0;

        // The writer keeps the ring full; the timeout tells when nothing more can come before a release.
        Pending writing = writer.begin("write-many " + run);
        for (int taken = 0; taken < frames || !held.isEmpty(); ) {
            Pending read = reader.begin("read 3");
            if (taken < frames && !read.words().contains("timeout")) {
                Taken frame = Taken.from(read);
                frame.is(sizes.next(), taken++);
                held.add(frame);
            }
            mostHeld = Math.max(mostHeld, held.size());
            if (read.words().contains("timeout") && !held.isEmpty()) {
                for (int i = random.nextInt(held.size()); i >= 0; i--) {
                    releaseUnchanged(reader, held.remove(random.nextInt(held.size())));
                }
            }
        }

        writing.ok();
        assertTrue(mostHeld >= 24, "at most " + mostHeld + " frames were held at once");
    }

    private static void releaseUnchanged(Peer reader, Taken frame) {
        reader.begin("crc " + frame.handle()).ok(frame.crc32c());
        reader.release(frame);
    }

    @Tag("long")
    @ForPairs(Only.FAITHFUL_READER)
    void shouldStreamWhileHoldingDozensOfFrames(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 8192);
        Run frames = Run.of(5000, 1, 100);

        stream(reader, frames.holding(40), writer, frames);
    }

    @ForPairs(Only.FAITHFUL_READER)
    void shouldGiveBackNothingBehindAFrameThatIsStillHeld(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 1024);
        writer.write(100, 1);
        writer.write(200, 2);
        writer.write(300, 3);
        Taken first = reader.take();
        Taken second = reader.take();
        Taken third = reader.take();

        reader.release(third);
        reader.release(second);
        assertEquals(1024 - 116 - 216 - 316, Segment.of(name).freeBytes(), "free bytes while the first is held");
        writer.refused("full", "write 500 4 50");
        releaseUnchanged(reader, first);

        assertEquals(1024, Segment.of(name).freeBytes(), "free bytes when none is held");
    }

    @Tag("long")
    @ForPairs
    void shouldLetTheWriterWaitForAFrameThatIsHeld(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 1024);
        writer.write(1008, 1);
        Taken held = reader.take();

        writer.refused("full", "write 1 2 50");
        releaseUnchanged(reader, held);

        writer.write(1, 2);
        reader.takes(1, 2);
    }

    @ForPairs
    void shouldLetFramesOutliveTheirReader(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 1024);
        writer.write(100, 1);
        Taken frame = reader.take();
        reader.ok("close-reader");
        writer.ok("close-writer");
        reader.create(name, 0, 1024);
        writer.connect(name);
        writer.write(50, 2);

        reader.release(frame);

        assertEquals(1024 - 66, Segment.of(name).freeBytes(), "free bytes of the new buffer");
        reader.takes(50, 2);
    }

    @ForPairs
    void shouldRefuseToReleaseAFrameTwice(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 1024);
        writer.write(100, 1);
        Taken frame = reader.takes(100, 1);

        reader.refused("closed", "release " + frame.handle());

        assertEquals(1024, Segment.of(name).freeBytes(), "free bytes");
    }
}
