package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Duplex channels between this library and the published Python implementations themselves, which serve one client and
 * end.
 */
@Tag("long")
final class PublishedDuplexTest extends DuplexScenario {
    private static final int LARGE_RING = 8 << 20;

    /** Requests of these sizes, so many under way, through rings of this size. */
    record Calls(int count, int inFlight, int min, int max, int ring, String handler) {
        @Override
        public String toString() {
            return count + " of " + min + " to " + max + ", " + inFlight + " under way, " + handler + ", rings of "
                    + ring;
        }
    }

    record Cell(PeerKind published, Calls calls) {
        @Override
        public String toString() {
            return published + ", " + calls;
        }
    }

    private static final Calls[] CALLS = {
        new Calls(200, 1, 1, 1, RING, "echo"),
        new Calls(200, 8, 1, 1, RING, "double"),
        new Calls(200, 1, 64, 64, RING, "xor"),
        new Calls(200, 8, 64, 64, RING, "echo"),
        new Calls(300, 1, 1, 1000, 4096, "xor"),
        new Calls(500, 8, 1, 1000, RING, "double"),
        new Calls(60, 1, 65536, 65536, LARGE_RING, "xor"),
        new Calls(60, 8, 65536, 65536, LARGE_RING, "echo"),
        new Calls(6, 1, 1_000_000, 1_000_000, LARGE_RING, "echo"),
        new Calls(20, 3, 1, 1_000_000, LARGE_RING, "xor"),
    };

    static Stream<Cell> cells() {
        return Stream.of(PeerKind.PYTHON_1_3_0)
                .flatMap(kind -> IntStream.range(0, CALLS.length).mapToObj(i -> new Cell(kind, CALLS[i])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void shouldAnswerAPublishedClient(Cell cell) {
        call(cell, PeerKind.JAVA, cell.published());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void shouldBeAnsweredByAPublishedServer(Cell cell) {
        call(cell, cell.published(), PeerKind.JAVA);
    }

    private void call(Cell cell, PeerKind serving, PeerKind asking) {
        Calls calls = cell.calls();
        Peer server = peer(serving);
        Peer client = peer(asking);
        open(server, Serving.with(calls.handler()).ring(calls.ring()), client, calls.ring());

        call(client, calls.count(), calls.inFlight(), calls.min(), calls.max(), calls.handler());

        client.ok("call-close");
    }

    @ForGenerations
    void shouldServeOnePublishedClientAtOnceAfterTheOther(PeerKind published) {
        Peer server = peer(PeerKind.JAVA);
        Peer client = peer(published);
        String channel = serve(server, Serving.ECHO);

        for (int round = 0; round < 10; round++) {
            connect(client, channel, RING);
            call(client, 5, 1, 1, 1000, "echo");
            client.ok("call-close");
        }
    }

    @ForGenerations
    void shouldServeTheNextPublishedClientAtOnceWhenOneIsKilled(PeerKind published) {
        Peer server = peer(PeerKind.JAVA);
        String channel = serve(server, Serving.ECHO);

        for (int round = 0; round < 3; round++) {
            Peer client = peer(published);
            connect(client, channel, RING);
            call(client, 5, 1, 1, 1000, "echo");
            client.kill();
        }
        Peer last = peer(published);
        connect(last, channel, RING);
        call(last, 5, 1, 1, 1000, "echo");
        last.ok("call-close");
    }

    @ForGenerations
    void shouldTellTheClientThatAPublishedServerWasKilledAndAskTheNextOne(PeerKind published) {
        Peer killed = peer(published);
        Peer client = peer(PeerKind.JAVA);
        String channel = open(killed, Serving.ECHO, client, RING);
        call(client, 5, 1, 1, 1000, "echo");
        Pending receiving = client.begin("call-receive 600000");
        assertFalse(receiving.isDone(), "nothing was asked");
        killed.kill();
        receiving.refused("server-dead");
        client.ok("call-close");

        Peer next = peer(published);
        serve(next, channel, Serving.ECHO);
        connect(client, channel, RING);
        call(client, 5, 1, 1, 1000, "echo");
        client.ok("call-close");
    }

    @ForGenerations
    void shouldHandTheMetadataOfAPublishedClientToTheServer(PeerKind published) {
        Peer server = peer(PeerKind.JAVA);
        Peer client = peer(published);
        open(server, Serving.ECHO, client, RING);

        client.ok("call-metadata 00ff7a62");
        call(client, 5, 1, 1, 100, "echo");

        server.begin("init-metadata").ok("1 00ff7a62");
    }

    /** Those of 2025 read it as soon as they have found the response buffer, and never again. */
    @ForGenerations
    void shouldHandTheMetadataToAPublishedServer(PeerKind published) {
        Peer server = peer(published);
        Peer client = peer(PeerKind.JAVA);
        String channel = serve(server, Serving.ECHO);

        client.ok("call-connect-with " + channel + " 30000 " + RING + " 00ff7a62");
        call(client, 5, 1, 1, 100, "echo");

        server.begin("init-metadata").ok("1 00ff7a62");
        client.ok("call-close");
    }
}
