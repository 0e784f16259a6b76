package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.Segment;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Either side leaves, in good order or killed, and what the other side notices. */
final class DepartureTest extends Scenario {
    @Tag("long")
    @ForPairs
    void shouldHandOutTheLastFramesOfAWriterThatClosed(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);
        writer.write(100, 1);
        writer.write(200, 2);
        writer.ok("close-writer");

        reader.takes(100, 1);
        reader.takes(200, 2);
        String text = reader.refused("writer-dead", "read 30000");

        if (pair.reader().isJava()) {
            assertTrue(text.contains("closed"), text);
            reader.begin("read 20").ok("timeout");
        }
    }

    @ForPairs
    void shouldTellAWaitingReaderThatTheWriterClosed(Pair pair) throws InterruptedException {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);
        Pending waiting = reader.begin("read 60000");
        Thread.sleep(20);
        assertFalse(waiting.isDone(), "nothing was written");

        writer.ok("close-writer");

        waiting.refused("writer-dead");
    }

    @ForPairs({Only.PROCESSES, Only.FAITHFUL_READER})
    void shouldHandOutTheLastFramesOfAWriterThatWasKilled(Pair pair) {
        killTheWriterAndReadOn(pair);
    }

    /** It looks whether the writer lives only when no token has come for five seconds. */
    @Tag("long")
    @ForPairs({Only.PROCESSES, Only.DEFECTIVE_READER})
    void shouldLetPublishedReadersHandOutTheLastFramesOfAWriterThatWasKilled(Pair pair) {
        killTheWriterAndReadOn(pair);
    }

    private void killTheWriterAndReadOn(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);
        writer.write(100, 1);
        writer.write(200, 2);
        writer.kill();

        reader.takes(100, 1);
        reader.takes(200, 2);
        String text = reader.refused("writer-dead", "read 30000");

        if (pair.reader().isJava()) {
            assertTrue(text.contains("died"), text);
            reader.begin("read 20").ok("timeout");
        }
    }

    /**
     * A writer that dies between its last store and its post leaves a frame without a token; its successor posts it.
     */
    @Tag("long")
    @ForPairs({Only.PROCESSES, Only.JAVA_WRITER})
    void shouldHandOutAFrameWhoseTokenDiedWithItsWriterWhenAnotherConnects(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 4096);
        writer.write(100, 1);
        writer.write(200, 2);
        writer.kill();
        Segment.ofWriteSemaphore(name).putInt(0, 1);
        reader.takes(100, 1);

        Peer successor = writerOf(pair);
        successor.connect(name);

        reader.takes(200, 2);
        successor.write(300, 3);
        reader.takes(300, 3);
        reader.begin("read 20").ok("timeout");
    }

    /** Wherever in its work the writer is when it dies, the reader gets whole frames in order and then the news. */
    @Tag("long")
    @ForPairs(Only.PROCESSES)
    void shouldHandOutWholeFramesOnlyWhenTheWriterIsKilledInItsWork(Pair pair) throws InterruptedException {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096);
        Run endless = Run.of(1_000_000_000, 1, 500);
        Sizes sizes = endless.sizes();
        writer.begin("write-many " + endless);
        for (int i = 0; i < 50; i++) {
            reader.takes(sizes.next(), i);
        }

        Pending read = reader.begin("read 30000");
        writer.kill();
        int i = 50;
        while (!read.words().contains("error")) {
            Taken frame = Taken.from(read);
            frame.is(sizes.next(), i++);
            reader.release(frame);
            read = reader.begin("read 30000");
        }

        read.refused("writer-dead");
    }

    @Tag("long")
    @ForPairs
    void shouldTellTheWriterThatTheReaderClosed(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 1024);
        writer.write(1008, 1);
        Pending waiting = writer.begin("write 1008 2 60000");

        reader.ok("close-reader");

        String text = waiting.refused("reader-dead");
        if (pair.writer().isJava()) {
            assertTrue(text.contains("closed"), text);
        }
        shouldServeTheNextReader(writer, reader, name);
    }

    @Tag("long")
    @ForPairs(Only.PROCESSES)
    void shouldTellTheWriterThatTheReaderWasKilled(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 1024);
        writer.write(1008, 1);
        Pending waiting = writer.begin("write 1008 2 60000");

        reader.kill();

        String text = waiting.refused("reader-dead");
        if (pair.writer().isJava()) {
            assertTrue(text.contains("died"), text);
        }
        shouldServeTheNextReader(writer, readerOf(pair), name);
    }

    private static void shouldServeTheNextReader(Peer writer, Peer reader, String name) {
        reader.create(name, 0, 2048);
        writer.ok("close-writer");
        assertEquals(List.of("0", "2048"), writer.ok("connect " + name + " 30000"));
        assertEquals(1, writer.write(500, 3));
        reader.takes(500, 3);
    }

    @Tag("long")
    @ForPairs
    void shouldNoticeAReplacedReaderWhenTheRingIsFull(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 1024);
        reader.ok("close-reader");
        reader.create(name, 0, 1024);

        Pending writing = writer.begin("write-many " + Run.of(3, 500, 500));

        writing.refused("reader-dead");
        writer.ok("close-writer");
        writer.connect(name);
        writer.write(100, 1);
        reader.takes(100, 1);
    }

    /** What the killed one leaves is taken away by the next, whatever language either speaks. */
    @Tag("long")
    @ForPairs(Only.PROCESSES)
    void shouldCleanUpWhatAKilledReaderLeft(Pair pair) {
        Peer killed = readerOf(pair);
        Peer next = writerOf(pair);
        String name = newName();
        killed.create(name, 64, 65536);
        killed.kill();
        assertFalse(leftovers().isEmpty(), "a killed reader cannot clean up");

        next.create(name, 0, 4096);
        Peer writer = peer(PeerKind.JAVA);
        writer.begin("connect " + name + " 0").ok("0 4096");
        writer.write(100, 1);
        next.takes(100, 1);
        next.ok("close-reader");
        if (next.kind().flavour().startsWith("csharp")) {
            // It knows nothing of the lock file of the others, which one of them removes.
            Peer last = peer(pair.reader());
            last.create(name, 0, 4096);
            last.ok("close-reader");
        }

        assertEquals(List.of(), leftovers());
    }

    @Tag("long")
    @ForPairs(Only.PROCESSES)
    void shouldCleanUpWhatAKilledReaderLeftWhileItsWriterLives(Pair pair) {
        Peer killed = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(killed, writer, 4096);
        writer.write(100, 1);
        killed.kill();

        Peer next = readerOf(pair);
        next.create(name, 0, 4096);
        writer.ok("close-writer");
        writer.connect(name);
        writer.write(200, 2);

        next.takes(200, 2);
    }

    @Tag("long")
    @ForPairs({Only.PROCESSES, Only.FAITHFUL_WRITER})
    void shouldNotConnectToWhatAKilledReaderLeft(Pair pair) {
        Peer killed = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = newName();
        killed.create(name, 0, 65536);
        killed.kill();

        writer.refused("reader-dead", "connect " + name + " 50");
        Pending connecting = writer.begin("connect " + name + " 60000");
        Peer next = readerOf(pair);
        next.create(name, 0, 4096);

        connecting.ok("0 4096");
        writer.write(100, 1);
        next.takes(100, 1);
    }

    @Tag("long")
    @ForPairs
    void shouldLeaveNoTraceOfAClaimWhenTheWriterCloses(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 4096);
        writer.write(100, 1);
        writer.ok("claim 300 30000");
        writer.ok("fill 2");
        writer.ok("close-writer");

        reader.takes(100, 1);
        reader.refused("writer-dead", "read 30000");
        assertEquals(4096, Segment.of(name).freeBytes(), "free bytes");
        writer.connect(name);
        writer.write(200, 3);
        reader.takes(200, 3);
    }

    @Tag("long")
    @ForPairs(Only.PROCESSES)
    void shouldLeaveNoTraceOfAClaimWhenTheWriterIsKilled(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 4096);
        writer.write(100, 1);
        writer.ok("claim 300 30000");
        writer.ok("fill 2");
        writer.kill();

        reader.takes(100, 1);
        reader.refused("writer-dead", "read 30000");
        assertEquals(4096, Segment.of(name).freeBytes(), "free bytes");
        Peer next = writerOf(pair);
        next.connect(name);
        long sequence = next.write(200, 3);
        assertEquals(pair.writer().isFaithful() ? 2 : 1, sequence);
        reader.takes(200, 3);
    }
}
