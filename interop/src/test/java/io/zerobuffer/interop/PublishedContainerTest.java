package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.interop.PeerKind.Place;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The published Python implementations in another PID namespace than this library, where a process id of the other side
 * means nothing.
 */
@Tag("long")
final class PublishedContainerTest extends DuplexScenario {
    private static final PeerKind JAVA_ELSEWHERE = PeerKind.JAVA.at(Place.CONTAINER);

    record Sides(PeerKind published, PeerKind java) {
        @Override
        public String toString() {
            return published + ", " + java;
        }
    }

    @BeforeEach
    void needRoot() throws IOException, InterruptedException {
        assumeTrue(Place.CONTAINER.isAvailable(), "PID namespaces cannot be made here (needs root)");
    }

    /**
     * The writer of 1.1.11 attaches only where it sees the reader's process, so its server finds no response buffer
     * either.
     */
    static Stream<Sides> sidesThatMeet() {
        return sides().filter(sides -> !sides.published().equals(PeerKind.PYTHON_1_1_11.at(Place.CONTAINER)));
    }

    static Stream<Sides> sides() {
        return Published.generations().stream()
                .flatMap(kind ->
                        Stream.of(new Sides(kind.at(Place.CONTAINER), PeerKind.JAVA), new Sides(kind, JAVA_ELSEWHERE)));
    }

    @Test
    void shouldServeOthersWhenAPublishedWriterElsewhereRefusesToAttach() {
        PeerKind published = PeerKind.PYTHON_1_1_11.at(Place.CONTAINER);
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(PeerKind.JAVA);
        String name = newName();
        reader.create(name, 0, RING);

        String text = peer(published).refused("not-found", "connect " + name + " 0");

        assertTrue(text.contains("No active reader"), text);
        writer.connect(name);
        writer.write(100, 1);
        reader.takes(100, 1);
    }

    /** With gaps that any reader of the same namespace would bear. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("sidesThatMeet")
    void shouldReadEveryFrameOfAPublishedWriterElsewhere(Sides sides) {
        Peer reader = peer(sides.java());
        Peer writer = peer(sides.published());
        String name = newName();
        reader.create(name, 0, RING);
        writer.ok("connect " + name + " 60000");

        stream(reader, Run.of(12, 1, 1000), writer, Run.of(12, 1, 1000).inBursts(1, 120_000));

        writer.ok("close-writer");
        reader.refused("writer-dead", "read 60000");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sides")
    void shouldWriteEveryFrameToAPublishedReaderElsewhere(Sides sides) {
        Peer reader = peer(sides.published());
        Peer writer = peer(sides.java());
        String name = newName();
        reader.create(name, 0, 4096);
        writer.ok("connect " + name + " 60000");

        stream(reader, Run.of(12, 1, 1000).pausing(120_000), writer, Run.of(12, 1, 1000));

        writer.ok("close-writer");
        reader.refused("writer-dead", "read 300");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sidesThatMeet")
    void shouldAnswerAPublishedClientElsewhere(Sides sides) throws InterruptedException {
        Peer client = peer(sides.published());
        open(peer(sides.java()), Serving.ECHO, client, RING);

        for (int i = 0; i < 6; i++) {
            call(client, 1, 1, 1, 1000, "echo");
            // Longer than the server waits between two looks at its client.
            Thread.sleep(120);
        }
        client.ok("call-close");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sidesThatMeet")
    void shouldBeAnsweredByAPublishedServerElsewhere(Sides sides) throws InterruptedException {
        Peer client = peer(sides.java());
        open(peer(sides.published()), Serving.ECHO, client, RING);

        for (int i = 0; i < 6; i++) {
            call(client, 1, 1, 1, 1000, "echo");
            Thread.sleep(120);
        }
        client.ok("call-close");
    }
}
