package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zerobuffer.testkit.Segment;

/**
 * The read semaphore counts every frame ever released and has a maximum; the published ones fail when they reach it.
 */
final class SemaphoreTest extends Scenario {
    /** SEM_VALUE_MAX of glibc; a semaphore's value is the first word of its file. */
    private static final int MAXIMUM = 0x7FFF_FFFF;

    @ForPairs(Only.FAITHFUL_READER)
    void shouldReleaseFramesWhenTheReadSemaphoreIsAtItsMaximum(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 1024);
        writer.write(100, 1);
        writer.write(200, 2);
        Segment.ofReadSemaphore(name).putInt(0, MAXIMUM);

        reader.takes(100, 1);
        reader.takes(200, 2);

        assertEquals(1024, Segment.of(name).freeBytes(), "free bytes");
    }

    @ForPairs({Only.FAITHFUL_READER, Only.JAVA_WRITER})
    void shouldStreamWithTheReadSemaphoreAtItsMaximum(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 1024);
        Segment.ofReadSemaphore(name).putInt(0, MAXIMUM);
        Run frames = Run.of(2000, 1, 300);

        stream(reader, frames, writer, frames);
    }

    @ForPairs(Only.JAVA_WRITER)
    void shouldStillWaitForSpaceWhenTheReadSemaphoreIsAtItsMaximum(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 1024);
        writer.write(1008, 1);
        Segment.ofReadSemaphore(name).putInt(0, MAXIMUM);

        writer.refused("full", "write 500 2 50");
        Pending waiting = writer.begin("write 500 2 60000");
        reader.takes(1008, 1);

        waiting.ok("2");
        reader.takes(500, 2);
    }

    /** A token is a hint to look, not a frame: more of them than frames must not make the reader invent one. */
    @ForPairs(Only.JAVA_READER)
    void shouldNotTakeASpareTokenForAFrame(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 1024);
        writer.write(100, 1);
        reader.takes(100, 1);
        Segment.ofWriteSemaphore(name).putInt(0, 3);

        reader.begin("read 20").ok("timeout");

        writer.write(200, 2);
        reader.takes(200, 2);
        reader.begin("read 20").ok("timeout");
    }
}
