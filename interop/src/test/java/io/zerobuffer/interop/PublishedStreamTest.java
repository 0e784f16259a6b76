package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Streams between this library and the published Python implementations themselves, in both roles and through every
 * geometry.
 */
@Tag("long")
final class PublishedStreamTest extends Scenario {
    private static final Set<String> HARD = Set.of("var4080_4K", "var60000_64K", "over2100-4000_4K", "exact4080_4K");
    private static final int TIMES = 8;
    private static final int ENDLESS = 1_000_000_000;

    /** How a stream ends. */
    enum Ending {
        /** The writer closes after its last frame, with the reader behind it. */
        CLOSE,
        /** The writer stays. */
        LINGER,
        /** The reader leaves in the middle. */
        QUIT
    }

    /** A published program on one side of a stream. */
    record Cell(PeerKind published, Geometry geometry, String api, Ending ending) {
        @Override
        public String toString() {
            return published + ", " + geometry + ", " + api + ", " + ending;
        }
    }

    static Stream<Cell> readers() {
        return Published.generations().stream().flatMap(PublishedStreamTest::cells);
    }

    private static Stream<Cell> cells(PeerKind kind) {
        List<Geometry> geometries = Geometry.all();
        return IntStream.range(0, geometries.size())
                .boxed()
                .flatMap(i -> Stream.of(
                        new Cell(kind, geometries.get(i), "copy", Ending.CLOSE),
                        new Cell(kind, geometries.get(i), "in-place", Ending.LINGER),
                        new Cell(kind, geometries.get(i), i % 2 == 0 ? "copy" : "in-place", Ending.QUIT)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readers")
    void shouldBeReadByAPublishedReader(Cell cell) {
        stream(cell, cell.published(), PeerKind.JAVA);
    }

    /** Those of 2025 where nothing can go wrong in front of any reader: where the frames fill the ring exactly. */
    static Stream<Cell> writers() {
        return Stream.concat(cells(PeerKind.PYTHON_1_3_0), cellsOfOldWriters().filter(cell -> cell.geometry()
                .framesFillTheRingExactly()));
    }

    private static Stream<Cell> cellsOfOldWriters() {
        return Stream.of(PeerKind.PYTHON_1_1_11, PeerKind.PYTHON_1_2_8).flatMap(PublishedStreamTest::cells);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("writers")
    void shouldReadWhatAPublishedWriterWrites(Cell cell) {
        stream(cell, PeerKind.JAVA, cell.published());
    }

    static Stream<Cell> hardReaders() {
        return readers()
                .filter(cell -> cell.ending() == Ending.CLOSE
                        && HARD.contains(cell.geometry().name()));
    }

    /** One pass of a race proves little: where frames are near the size of the ring, streams are repeated. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hardReaders")
    void shouldBeReadByAPublishedReaderEveryTime(Cell cell) {
        for (int time = 0; time < TIMES; time++) {
            stream(cell, cell.published(), PeerKind.JAVA);
        }
    }

    static Stream<Cell> hardWriters() {
        return cells(PeerKind.PYTHON_1_3_0)
                .filter(cell -> cell.ending() == Ending.CLOSE
                        && HARD.contains(cell.geometry().name()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hardWriters")
    void shouldReadWhatAPublishedWriterWritesEveryTime(Cell cell) {
        for (int time = 0; time < TIMES; time++) {
            stream(cell, PeerKind.JAVA, cell.published());
        }
    }

    static Stream<Cell> oldWriters() {
        return cellsOfOldWriters()
                .filter(cell -> cell.ending() != Ending.QUIT && !cell.geometry().framesFillTheRingExactly());
    }

    /**
     * They write on behind their own ring once it is nearly full, or end in an error of theirs, also in front of their
     * own reader.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("oldWriters")
    void shouldHandOutNoFrameThatAnOldPublishedWriterHasSpoiltUntold(Cell cell) {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(cell.published());
        shape(cell, reader, writer);
        connect(reader, writer, cell.geometry().metadataSize(), cell.geometry().ring());
        int frames = cell.geometry().frames();
        Pending writing =
                writer.begin("write-many " + cell.geometry().writing(frames).waitingAtMost(2000));
        Pending reading =
                reader.begin("read-many " + cell.geometry().reading(frames).waitingAtMost(2000));
        CompletableFuture.anyOf(writing.answer(), reading.answer()).join();
        if (writing.isDone()) {
            writer.ok("close-writer");
            Of2025Test.tells(reading);
            reader.ok("close-reader");
        } else {
            Of2025Test.tells(reading);
            reader.ok("close-reader");
            writing.words();
            writer.ok("close-writer");
        }
    }

    private void stream(Cell cell, PeerKind readerKind, PeerKind writerKind) {
        Peer reader = peer(readerKind);
        Peer writer = peer(writerKind);
        shape(cell, reader, writer);
        connect(reader, writer, cell.geometry().metadataSize(), cell.geometry().ring());
        int frames = cell.geometry().frames();
        if (cell.ending() == Ending.QUIT) {
            Pending writing = writer.begin("write-many " + cell.geometry().writing(ENDLESS));
            reader.ok("read-many " + cell.geometry().reading(frames / 3));
            reader.ok("close-reader");
            writing.refused("reader-dead");
        } else {
            Pending writing = writer.begin("write-many " + cell.geometry().writing(frames));
            Pending closing = cell.ending() == Ending.CLOSE ? writer.begin("close-writer") : null;
            List<String> read = reader.ok("read-many " + cell.geometry().reading(frames));
            assertEquals(writing.ok(), read, "frames and bytes");
            if (closing == null) {
                reader.begin("read 20").ok("timeout");
            } else {
                closing.ok("");
                reader.refused("writer-dead", "read 300");
            }
        }
    }

    private static void shape(Cell cell, Peer... peers) {
        for (Peer peer : peers) {
            peer.ok("multiple " + cell.geometry().multiple());
            if (peer.kind().isPublished()) {
                peer.ok("api " + cell.api());
            }
        }
    }
}
