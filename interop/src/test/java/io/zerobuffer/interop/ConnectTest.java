package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.zerobuffer.testkit.Segment;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Tag;

/** Who may become reader or writer of a buffer, and when. */
@Tag("long")
final class ConnectTest extends Scenario {
    @ForPairs
    void shouldRefuseASecondReader(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 4096);
        writer.write(100, 1);

        writer.refused("reader-exists", "create " + name + " 0 4096");
        readerOf(pair).refused("reader-exists", "create " + name + " 0 4096");

        writer.write(200, 2);
        reader.takes(100, 1);
        reader.takes(200, 2);
    }

    @ForPairs
    void shouldRefuseASecondWriter(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 4096);
        writer.write(100, 1);

        reader.refused("writer-exists", "connect " + name + " 0");
        writerOf(pair).refused("writer-exists", "connect " + name + " 0");

        writer.write(200, 2);
        reader.takes(100, 1);
        reader.takes(200, 2);
    }

    @ForPairs
    void shouldLetAPeerBeBothReaderAndWriter(Pair pair) {
        Peer one = readerOf(pair);
        Peer other = writerOf(pair);
        String there = connect(one, other, 4096);
        String back = connect(other, one, 4096);

        other.write(100, 1);
        one.write(200, 2);

        one.takes(100, 1);
        other.takes(200, 2);
        assertEquals(1, Segment.of(there).getLong(Segment.WRITTEN_COUNT));
        assertEquals(1, Segment.of(back).getLong(Segment.WRITTEN_COUNT));
    }

    @ForPairs
    void shouldLetTheWriterWaitForItsReader(Pair pair) throws InterruptedException {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = newName();

        Pending connecting = writer.begin("connect " + name + " 60000");
        Thread.sleep(100);
        assertFalse(connecting.isDone(), "connected to nothing");
        reader.create(name, 64, 4096);

        connecting.ok("64 4096");
        writer.write(100, 1);
        reader.takes(100, 1);
    }

    @ForPairs
    void shouldNotFindABufferThatNobodyCreated(Pair pair) {
        Peer writer = writerOf(pair);

        writer.refused("not-found", "connect " + newName() + " 0");
        writer.refused("not-found", "connect " + newName() + " 100");
    }

    @ForPairs
    void shouldNotFindABufferThatWasClosed(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = newName();
        reader.create(name, 0, 4096);
        reader.ok("close-reader");

        writer.refused("not-found", "connect " + name + " 0");
    }

    @ForPairs(Only.FAITHFUL_WRITER)
    void shouldNotFindASegmentThatHasNoSizeYet(Pair pair) {
        String name = newName();
        Segment.of(name).create(0);
        try {
            writerOf(pair).refused("not-found", "connect " + name + " 50");
        } finally {
            Segment.of(name).delete();
        }
    }

    @ForPairs(Only.FAITHFUL_WRITER)
    void shouldNotFindASegmentThatHasNoHeaderYet(Pair pair) {
        String name = newName();
        Segment.of(name).create(Segment.END_OF_HEADER + 4096);
        Segment.ofWriteSemaphore(name).createSemaphore();
        Segment.ofReadSemaphore(name).createSemaphore();
        try {
            writerOf(pair).refused("not-found", "connect " + name + " 50");
            assertEquals(0, Segment.of(name).getLong(Segment.WRITER_PID), "writer_pid");
        } finally {
            Segment.of(name).delete();
            Segment.ofWriteSemaphore(name).delete();
            Segment.ofReadSemaphore(name).delete();
        }
    }

    /**
     * The published readers publish their header first; a writer that believed it would leave its process id for ever.
     */
    @ForPairs(Only.FAITHFUL_WRITER)
    void shouldNotFindABufferWithoutItsSemaphores(Pair pair) {
        Peer writer = writerOf(pair);
        String name = newName();
        Segment.of(name).create(Segment.END_OF_HEADER + 4096).putHeader(0, 4096);
        try (Arena readersMapping = Arena.ofConfined()) {
            Segment.of(name).map(readersMapping);
            writer.refused("not-found", "connect " + name + " 50");
            Segment.ofWriteSemaphore(name).createSemaphore();
            writer.refused("not-found", "connect " + name + " 50");
            assertEquals(0, Segment.of(name).getLong(Segment.WRITER_PID), "writer_pid");
            Segment.ofReadSemaphore(name).createSemaphore();
            writer.connect(name);
            assertEquals(writer.pid(), Segment.of(name).getLong(Segment.WRITER_PID), "writer_pid");
        } finally {
            Segment.of(name).delete();
            Segment.ofWriteSemaphore(name).delete();
            Segment.ofReadSemaphore(name).delete();
        }
    }

    @ForPairs
    void shouldPublishTheProcessIdsOfBothSides(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 4096);

        assertEquals(reader.pid(), Segment.of(name).getLong(Segment.READER_PID), "reader_pid");
        assertEquals(writer.pid(), Segment.of(name).getLong(Segment.WRITER_PID), "writer_pid");
        writer.ok("close-writer");
        assertEquals(0, Segment.of(name).getLong(Segment.WRITER_PID), "writer_pid");
    }
}
