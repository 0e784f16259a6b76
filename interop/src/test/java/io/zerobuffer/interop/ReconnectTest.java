package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A writer goes and another comes, and the reader goes on without an error. */
@Tag("long")
final class ReconnectTest extends Scenario {
    private static final int ROUNDS = 40;

    @ForPairs
    void shouldGoOnWhenTheWriterReconnectsToADrainedRing(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 1024);
        Sizes sizes = Run.of(0, 1, 400).sizes();

        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < 3; i++) {
                int size = sizes.next();
                writer.write(size, i);
                reader.takes(size, i);
            }
            writer.ok("close-writer");
            reader.refused("writer-dead", "read 30000");
            writer.connect(name);
        }
    }

    /** The sizes take every lap to another place; a drained ring now and then lets a published writer cross its end. */
    @ForPairs
    void shouldGoOnWhenTheWriterReconnectsWithFramesUnread(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 4096);
        Sizes sizes = Run.of(0, 1, 400).sizes();

        for (int round = 0; round < ROUNDS; round++) {
            int[] size = {sizes.next(), sizes.next(), sizes.next(), sizes.next()};
            writer.write(size[0], 0);
            writer.write(size[1], 1);
            writer.ok("close-writer");
            writer.connect(name);
            writer.write(size[2], 2);
            reader.takes(size[0], 0);
            writer.write(size[3], 3);
            for (int i = 1; i < size.length; i++) {
                reader.takes(size[i], i);
            }
        }
    }

    @ForPairs(Only.PROCESSES)
    void shouldGoOnWhenAnotherWriterFollowsOneThatWasKilled(Pair pair) {
        Peer reader = readerOf(pair);
        Peer first = writerOf(pair);
        String name = connect(reader, first, 1024);
        Run frames = Run.of(10, 1, 400);
        stream(reader, frames, first, frames);
        first.write(100, 1);
        first.write(200, 2);
        first.kill();
        reader.takes(100, 1);

        Peer second = writerOf(pair);
        second.connect(name);
        second.write(300, 3);
        reader.takes(200, 2);
        reader.takes(300, 3);
        second.kill();
        reader.refused("writer-dead", "read 30000");

        Peer third = writerOf(pair);
        third.connect(name);
        stream(reader, frames, third, frames);
    }

    @ForPairs(Only.FAITHFUL_WRITER)
    void shouldContinueTheSequenceOfTheWriterBefore(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 1024);
        Sizes sizes = Run.of(0, 1, 300).sizes();

        for (long sequence = 1; sequence <= 60; sequence++) {
            int size = sizes.next();
            assertEquals(sequence, writer.write(size, sequence));
            if (sequence % 2 == 0) {
                writer.ok("close-writer");
                writer.connect(name);
            }
            assertEquals(sequence, reader.takes(size, sequence).sequence());
        }
    }

    static List<PeerKind> publishedWriters() {
        return List.of(
                PeerKind.C.as("cpp"),
                PeerKind.C.as("csharp"),
                PeerKind.C.as("python"),
                PeerKind.PYTHON.as("cpp"),
                PeerKind.PYTHON.as("csharp"),
                PeerKind.PYTHON.as("python"));
    }

    /** The writer before left its position at 0 or at the size of the ring for "the end", depending on who wrote it. */
    @ParameterizedTest
    @MethodSource("publishedWriters")
    void shouldContinueAfterAPublishedWriterThatEndedWithTheRing(PeerKind published) {
        for (PeerKind kind :
                List.of(PeerKind.C.as("cpp"), PeerKind.PYTHON.as("cpp"), PeerKind.C, PeerKind.JAVA_THREAD)) {
            Peer reader = peer(kind);
            Peer first = peer(published);
            String name = connect(reader, first, 1024);
            first.write(496, 1);
            reader.takes(496, 1);
            first.write(496, 2);
            first.ok("close-writer");

            Peer second = peer(PeerKind.JAVA_THREAD);
            second.connect(name);
            assertEquals(3, second.write(200, 3), "sequence");
            reader.takes(496, 2);
            reader.takes(200, 3);
            reader.ok("close-reader");
        }
    }

    /** Of one language after another, as a system that is being moved from one to the other sees it. */
    @ParameterizedTest
    @MethodSource("publishedWriters")
    void shouldTakeTurnsWithAPublishedWriter(PeerKind published) {
        Peer reader = peer(PeerKind.JAVA);
        Peer java = peer(PeerKind.JAVA_THREAD);
        Peer other = peer(published);
        String name = newName();
        reader.create(name, 0, 1024);
        Sizes sizes = Run.of(0, 1, 300).sizes();

        for (int turn = 0; turn < ROUNDS; turn++) {
            Peer writer = turn % 2 == 0 ? java : other;
            writer.connect(name);
            int[] size = {sizes.next(), sizes.next()};
            writer.write(size[0], turn);
            reader.takes(size[0], turn);
            writer.write(size[1], turn + 1);
            writer.ok("close-writer");
            reader.takes(size[1], turn + 1);
        }
    }
}
