package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.Segment;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests and answers of every size, pace and order, and clients that follow one another. */
final class DuplexTest extends DuplexScenario {
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldEchoRequestsOfAnySize(Ends ends) {
        Peer client = peer(ends.client());
        open(peer(ends.server()), Serving.ECHO.ring(4 << 20), client, 4 << 20);

        for (int size : new int[] {1, 1000, 100_000, 1_000_000}) {
            call(client, 4, 1, size, size, "echo");
        }
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldAnswerInOrderWithEightRequestsUnderWay(Ends ends) {
        Peer client = peer(ends.client());
        open(peer(ends.server()), Serving.ECHO, client, RING);

        call(client, 1000, 8, 1, 2000, "echo");
    }

    /** The rings hold little more than what is under way, so that they wrap at every place. */
    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldAnswerRequestsOfVariableSizesThroughSmallRings(Ends ends) {
        Peer client = peer(ends.client());
        open(peer(ends.server()), Serving.with("xor").ring(1024), client, 1024);

        call(client, 3000, 3, 1, 200, "xor");
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldAnswerWithMoreThanWasAsked(Ends ends) {
        Peer client = peer(ends.client());
        open(peer(ends.server()), Serving.with("double"), client, RING);

        call(client, 1000, 4, 1, 3000, "double");
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldAnswerInItsOwnTimeWhenTheClientAsksFaster(Ends ends) {
        Peer client = peer(ends.client());
        open(peer(ends.server()), Serving.ECHO.pausing(2000), client, RING);

        call(client, 100, 16, 1, 1000, "echo");
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldDeliverEveryAnswerWhenTheClientReadsAgainAfterItsRingWasFull(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = open(server, Serving.ECHO, client, 1024);
        for (int i = 0; i < 10; i++) {
            send(client, 300, i);
        }
        Segment response = Segment.of(channel + "_response");
        Eventually.await("a full response ring", () -> requests(server) >= 3 && response.freeBytes() < 316);

        for (int i = 0; i < 10; i++) {
            receivesEcho(client, 300, i);
        }
        client.begin("call-receive 20").ok("timeout");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldHandTheMetadataToTheServerOnceBeforeTheFirstRequest(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        open(server, Serving.ECHO, client, RING);
        server.begin("init-metadata").ok("0 none");

        client.ok("call-metadata 00ff7a62");
        call(client, 20, 4, 1, 100, "echo");

        server.begin("init-metadata").ok("1 00ff7a62");
        client.refused("metadata-exists", "call-metadata 01");
    }

    static List<Ends> serversThatReadMetadataAtOnce() {
        return List.of(
                new Ends(PeerKind.C.as("python-2025"), PeerKind.JAVA),
                new Ends(PeerKind.PYTHON.as("python-2025"), PeerKind.JAVA));
    }

    /** As soon as they have found the response buffer, and never again. */
    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("serversThatReadMetadataAtOnce")
    void shouldHandTheMetadataToAServerThatReadsItAtOnce(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = serve(server, Serving.ECHO);

        client.ok("call-connect-with " + channel + " 30000 " + RING + " 00ff7a62");
        call(client, 20, 4, 1, 100, "echo");

        server.begin("init-metadata").ok("1 00ff7a62");
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldServeAClientWithoutMetadata(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        open(server, Serving.ECHO, client, RING);

        call(client, 1, 1, 100, 100, "echo");

        server.begin("init-metadata").ok("1 none");
    }

    /** Handlers take their time at random, so that answers are ready in any order. */
    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("javaServers")
    void shouldAnswerInOrderWithHandlersInParallel(Ends ends) {
        Peer client = peer(ends.client());
        openParallel(peer(ends.server()), Serving.with("double").pausing(2000), 4, client, RING);

        call(client, 600, 8, 1, 2000, "double");
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("javaServers")
    void shouldAnswerInOrderWithHandlersInParallelThroughSmallRings(Ends ends) {
        Peer client = peer(ends.client());
        openParallel(peer(ends.server()), Serving.with("xor").ring(1024).pausing(200), 4, client, 1024);

        call(client, 1500, 3, 1, 200, "xor");
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("javaServers")
    void shouldSendTheAgreedBytesInTheirPlaceWhereAHandlerInParallelFails(Ends ends) {
        Peer client = peer(ends.client());
        openParallel(peer(ends.server()), Serving.ECHO.pausing(5000).failing(5, "ffee"), 4, client, RING);
        for (int i = 1; i <= 8; i++) {
            send(client, 100, i);
        }

        for (int i = 1; i <= 8; i++) {
            if (i == 5) {
                receivesBytes(client, "ffee");
            } else {
                receivesEcho(client, 100, i);
            }
        }
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("javaClients")
    void shouldCompleteTheFuturesOfManyThreads(Ends ends) {
        Peer client = peer(ends.client());
        open(peer(ends.server()), Serving.with("double"), client, RING);

        Pending calls = beginFutures(client, 300, 8, 1, 2000, "double");

        assertEquals("2400", calls.ok().getFirst(), calls.toString());
    }

    /** A client that is not there to wait for the server, and may ask before there is a response buffer. */
    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("javaServers")
    void shouldAnswerAClientWhateverItCreatesFirst(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = serve(server, Serving.ECHO);

        client.create(channel + "_response", 0, RING);
        client.connect(channel + "_request");
        client.write(100, 1);
        client.takes(100, 1);
        client.ok("close-reader");
        client.ok("close-writer");
        awaitDeparture(server, 0);

        client.ok("connect " + channel + "_request 30000");
        client.write(200, 2);
        client.create(channel + "_response", 0, RING);
        client.takes(200, 2);
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("faithfulServers")
    void shouldServeSeveralClientsOneAfterTheOther(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = serve(server, Serving.ECHO);

        for (int round = 1; round <= 20; round++) {
            connect(client, channel, RING);
            client.ok("call-metadata 0" + round % 10);
            call(client, 10, 4, 1, 1000, "echo");
            server.begin("init-metadata").ok(round + " 0" + round % 10);
            leave(client, server);
        }
    }

    /** One that waits for the server to meet it may come at any time. */
    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("faithfulEnds")
    void shouldServeClientsThatFollowEachOtherWithoutAPause(Ends ends) {
        Peer client = peer(ends.client());
        Peer server = peer(ends.server());
        String channel = serve(server, Serving.ECHO);

        for (int round = 0; round < 30; round++) {
            connect(client, channel, RING);
            call(client, 1, 1, 100, 100, "echo");
            client.ok("call-close");
        }
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldServeAfterEachOfManyStarts(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = newName();

        for (int round = 0; round < 20; round++) {
            serve(server, channel, Serving.ECHO);
            connect(client, channel, RING);
            call(client, 5, 2, 1, 1000, "echo");
            client.ok("call-close");
            server.ok("stop-server");
            assertEquals("none", requestBuffer(channel), "request buffer after the server stopped");
        }
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("faithfulServers")
    void shouldRefuseASecondClientWhileTheFirstIsThere(Ends ends) {
        Peer client = peer(ends.client());
        String channel = open(peer(ends.server()), Serving.ECHO, client, RING);
        call(client, 1, 1, 100, 100, "echo");

        peer(PeerKind.JAVA).refused("writer-exists", "call-connect " + channel + " 0 4096");

        call(client, 10, 4, 1, 1000, "echo");
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("faithfulServers")
    void shouldSendTheAgreedBytesWhereAHandlerFails(Ends ends) {
        Peer client = peer(ends.client());
        open(peer(ends.server()), Serving.ECHO.failing(2, "ffee"), client, RING);
        send(client, 100, 1);
        send(client, 200, 2);
        send(client, 300, 3);

        receivesEcho(client, 100, 1);
        receivesBytes(client, "ffee");
        receivesEcho(client, 300, 3);
    }

    /** It may belong to a client that comes next, and must not look to it like one whose server came and went. */
    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("faithfulServers")
    void shouldLeaveNoTraceInTheResponseBufferOfAProcessThatDoesNotAsk(Ends ends) throws InterruptedException {
        Peer server = peer(ends.server());
        Peer asking = peer(ends.client());
        Peer other = peer(PeerKind.C);
        String channel = serve(server, Serving.ECHO);
        other.create(channel + "_response", 0, RING);
        asking.connect(channel + "_request");
        asking.write(100, 1);
        // Some of the server's looks for a response buffer.
        Thread.sleep(300);

        other.begin("read 0").ok("timeout");
        other.ok("close-reader");
        asking.create(channel + "_response", 0, RING);
        asking.takes(100, 1);
    }

    /** This library's client gets nothing from it, and knows no reason; the server it may ask is one that lives. */
    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("publishedServers")
    void shouldLetTheSecondClientOfAPublishedServerRunIntoItsTimeout(Ends ends) {
        Peer client = peer(ends.client());
        String channel = open(peer(ends.server()), Serving.ECHO, client, RING);
        call(client, 10, 4, 1, 1000, "echo");
        client.ok("call-close");

        client.ok("call-connect " + channel + " 60000 4096");
        client.begin("server-connected").ok("false");
        send(client, 100, 1);
        client.begin("call-receive 200").ok("timeout");
    }
}
