package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Peers as they were published until 2025, which change payload_free_bytes by a load and a store, and whose writers run
 * over their own ring.
 */
@Tag("long")
final class Of2025Test extends Scenario {
    private static final List<String> FLAVOURS = List.of("cpp-2025", "csharp-2025", "python-2025");
    /** What may be told instead of a frame that the writer has spoilt. */
    private static final Set<String> TOLD = Set.of("corrupt", "sequence", "timeout", "writer-dead");
    /** The window between a load and a store hits now and then only. */
    private static final int TIMES = 4;

    record Cell(PeerKind old, int ring, int min, int max) {
        @Override
        public String toString() {
            return old + ", frames of " + min + " to " + max + " in " + ring;
        }
    }

    static Stream<Cell> cells() {
        Stream<PeerKind> peers = Stream.of(PeerKind.C, PeerKind.PYTHON)
                .flatMap(language -> FLAVOURS.stream().map(language::as));
        return peers.flatMap(old -> Stream.of(
                new Cell(old, 4096, 1, 500),
                new Cell(old, 4096, 1, 4080),
                new Cell(old, 4096, 2100, 4000),
                new Cell(old, 4096, 496, 496),
                new Cell(old, 65536, 1, 1000),
                new Cell(old, 65536, 1, 60000),
                new Cell(old, 65536, 1008, 1008)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void shouldLoseNoFrameToAReaderThatChangesTheFreeBytesInTwoSteps(Cell cell) {
        Peer reader = peer(cell.old());
        Peer writer = peer(PeerKind.JAVA);
        for (int time = 0; time < TIMES; time++) {
            boolean pausing = time % 2 != 0;
            reader.ok("pause-in-change " + (pausing ? 100 : 0));
            connect(reader, writer, cell.ring());
            Run frames = Run.of(pausing ? 300 : 3000, cell.min(), cell.max());

            stream(reader, frames, writer, frames);

            writer.ok("close-writer");
            reader.ok("close-reader");
        }
        reader.ok("pause-in-change 0");
    }

    /** What such a writer spoils cannot be saved, but it is told. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void shouldHandOutNoFrameThatAWriterOf2025HasSpoiltUntold(Cell cell) {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(cell.old());
        for (int time = 0; time < TIMES; time++) {
            connect(reader, writer, cell.ring());
            Run frames = Run.of(1000, cell.min(), cell.max()).waitingAtMost(2000);
            Pending writing = writer.begin("write-many " + frames);
            Pending reading = reader.begin("read-many " + frames);

            CompletableFuture.anyOf(writing.answer(), reading.answer()).join();
            if (writing.isDone()) {
                writer.ok("close-writer");
                tells(reading);
                reader.ok("close-reader");
            } else {
                tells(reading);
                reader.ok("close-reader");
                writing.words();
                writer.ok("close-writer");
            }
        }
    }

    /** Whether all was read, or the reader was told why not. */
    static void tells(Pending reading) {
        List<String> words = reading.words();
        assertTrue(
                words.getFirst().equals("ok") || TOLD.contains(words.get(1)),
                () -> reading + " was answered: " + String.join(" ", words));
    }
}
