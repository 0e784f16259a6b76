package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.interop.PeerKind.Place;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * This library with peers of other implementations in another PID namespace, which hold nothing by which the kernel
 * tells that they live. Where this library is in the first namespace of the machine it sees them all the same;
 * elsewhere it cannot tell, and goes by what they do.
 */
@Tag("long")
final class ForeignContainerTest extends Scenario {
    private static final PeerKind JAVA_ELSEWHERE = PeerKind.JAVA.at(Place.CONTAINER);
    private static final List<PeerKind> FOREIGN =
            List.of(PeerKind.C.as("cpp"), PeerKind.C.as("csharp"), PeerKind.PYTHON.as("python"));

    /** Longer than between two looks at the other side, by far. */
    private static final int PAUSE_MICROS = 120_000;

    @BeforeEach
    void needRoot() throws IOException, InterruptedException {
        assumeTrue(Place.CONTAINER.isAvailable(), "PID namespaces cannot be made here (needs root)");
    }

    static Stream<Pair> javaReads() {
        return FOREIGN.stream()
                .flatMap(foreign -> Stream.of(
                        new Pair(PeerKind.JAVA, foreign.at(Place.CONTAINER)),
                        new Pair(JAVA_ELSEWHERE, foreign),
                        new Pair(JAVA_ELSEWHERE, foreign.at(Place.CONTAINER))));
    }

    static Stream<Pair> javaWrites() {
        return javaReads().map(pair -> new Pair(pair.writer(), pair.reader()));
    }

    @ParameterizedTest
    @MethodSource("javaReads")
    void shouldReadASlowStreamAndTellThatItsWriterClosedAndReadFromTheNext(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = newName();
        reader.create(name, 0, 4096);
        for (int connection = 0; connection < 2; connection++) {
            // In a namespace of its own it has the process id of the one before.
            writer.ok("connect " + name + " 60000");
            Run slow = Run.of(12, 1, 300).inBursts(1, PAUSE_MICROS);
            stream(reader, Run.of(12, 1, 300), writer, slow);
            writer.ok("close-writer");
            String text = reader.refused("writer-dead", "read 60000");
            assertTrue(text.contains("closed"), text);
            writer.end();
            writer = writerOf(pair);
        }
    }

    @ParameterizedTest
    @MethodSource("javaReads")
    void shouldReportAKilledWriterOnceNothingComesAndLetAWriterOfThisLibraryTakeItsPlace(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = newName();
        reader.create(name, 0, 4096);
        writer.ok("connect " + name + " 60000");
        writer.write(100, 1);
        writer.write(200, 2);
        writer.kill();

        reader.takes(100, 1);
        reader.takes(200, 2);
        assertFalse(departure(reader).contains("closed"));
        reader.begin("read 20").ok("timeout");

        Peer next = peer(JAVA_ELSEWHERE);
        next.ok("connect " + name + " 60000");
        next.write(300, 3);
        reader.takes(300, 3);
    }

    /** What a reader says of a writer that is gone, however long that takes. */
    private static String departure(Peer reader) {
        List<String> words;
        do {
            words = reader.begin("read 1000").words();
        } while (words.equals(List.of("ok", "timeout")));
        assertEquals(List.of("error", "writer-dead"), words.subList(0, 2));
        return String.join(" ", words);
    }

    @ParameterizedTest
    @MethodSource("javaReads")
    void shouldNotTakeThePlaceOfAWriterAtWork(Pair pair) throws InterruptedException {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = newName();
        reader.create(name, 0, 4096);
        writer.ok("connect " + name + " 60000");
        Run slow = Run.of(40, 1, 300).inBursts(1, PAUSE_MICROS);
        Pending written = writer.begin("write-many " + slow);
        Pending read = reader.begin("read-many " + Run.of(40, 1, 300));

        for (PeerKind kind : List.of(PeerKind.JAVA, JAVA_ELSEWHERE)) {
            Peer intruder = peer(kind);
            intruder.refused("writer-exists", "connect " + name + " 0");
            intruder.refused("writer-exists", "connect " + name + " 500");
        }

        assertEquals(written.ok(), read.ok(), "frames and bytes");
    }

    @ParameterizedTest
    @MethodSource("javaWrites")
    void shouldWriteToAReaderThatPausesAndTellThatItClosed(Pair pair) throws InterruptedException {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = newName();
        reader.create(name, 0, 1024);
        Pending read = reader.begin("read-many " + Run.of(12, 1008, 1008).pausing(PAUSE_MICROS));
        writer.ok("connect " + name + " 0");
        Pending written = writer.begin("write-many " + Run.of(12, 1008, 1008));
        assertEquals(written.ok(), read.ok(), "frames and bytes");

        writer.write(1008, 1);
        Pending blocked = writer.begin("write 1008 2 60000");
        Thread.sleep(500);
        assertFalse(blocked.isDone(), "the reader is silent, not dead");
        reader.ok("close-reader");
        String text = blocked.refused("reader-dead");
        assertTrue(text.contains("closed"), text);
    }

    @ParameterizedTest
    @MethodSource("javaWrites")
    void shouldReportAKilledReaderAndNotConnectToWhatItLeft(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = newName();
        reader.create(name, 0, 1024);
        writer.ok("connect " + name + " 0");
        writer.write(1008, 1);
        Pending blocked = writer.begin("write 1008 2 60000");
        reader.kill();
        blocked.refused("reader-dead");
        writer.ok("close-writer");
        writer.refused("reader-dead", "connect " + name + " 50");

        Peer next = peer(JAVA_ELSEWHERE);
        next.create(name, 0, 4096);
        writer.ok("connect " + name + " 60000");
        writer.write(2000, 3);
        next.takes(2000, 3);
    }

    /** Its lock file may be invisible: another container has a /tmp of its own. */
    @Test
    void shouldNotTakeTheNameOfAReaderAtWorkWhoseLockFileIsNotThere() throws IOException {
        Peer reader = peer(PeerKind.C.as("cpp"));
        Peer writer = peer(PeerKind.PYTHON.as("python"));
        String name = newName();
        reader.create(name, 0, 4096);
        Files.delete(TestBuffers.lockFile(name));
        writer.connect(name);
        Pending written = writer.begin("write-many " + Run.of(60, 1, 300).inBursts(1, PAUSE_MICROS));
        Pending read = reader.begin("read-many " + Run.of(60, 1, 300));

        peer(JAVA_ELSEWHERE).refused("reader-exists", "create " + name + " 0 4096");
        peer(PeerKind.JAVA).refused("reader-exists", "create " + name + " 0 4096");

        assertEquals(written.ok(), read.ok(), "frames and bytes");
    }

    /** What the writer of a dead reader still does says nothing of the reader. */
    @Test
    void shouldTakeTheNameOfADeadReaderWhoseLockFileIsNotThereThoughItsWriterIsAtWork() throws IOException {
        Peer reader = peer(PeerKind.C.as("cpp"));
        Peer writer = peer(PeerKind.PYTHON.as("python"));
        String name = newName();
        reader.create(name, 0, 1 << 20);
        Files.delete(TestBuffers.lockFile(name));
        writer.connect(name);
        Pending written = writer.begin("write-many " + Run.of(80, 1, 300).inBursts(1, PAUSE_MICROS));
        reader.kill();

        Peer next = peer(JAVA_ELSEWHERE);
        next.create(name, 0, 4096);

        written.ok();
        next.ok("close-reader");
    }
}
