package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.Segment;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Either end of a channel leaves, fails or is killed, and what becomes of the other. */
@Tag("long")
final class DuplexDepartureTest extends DuplexScenario {
    /** Longer than any test: a handler that takes this long is ended with its process. */
    private static final long FOREVER_MICROS = 3_600_000_000L;

    @ParameterizedTest(name = "{0}")
    @MethodSource("processes")
    void shouldTellTheClientThatTheServerWasKilledInItsHandler(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = open(server, Serving.ECHO.pausing(FOREVER_MICROS), client, RING);
        send(client, 100, 1);
        Pending receiving = client.begin("call-receive 600000");
        Eventually.await("the handler", () -> requests(server) == 1);
        assertFalse(receiving.isDone(), "the handler is at work");

        server.kill();

        receiving.refused("server-dead");
        client.begin("server-connected").ok("false");
        if (ends.client().isFaithful()) {
            // A published writer looks at its reader only when it has to wait for space.
            client.refused("server-dead", "call-send 100 2");
        }
        cleanUp(channel);
    }

    /** Wherever in its work it is: every answer that comes is the right one. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("processes")
    void shouldAnswerRightlyOrNotAtAllWhenTheServerIsKilledInItsWork(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = open(server, Serving.with("xor").ring(4096), client, 4096);
        Pending calls = beginCalls(client, 1_000_000_000, 4, 1, 400, "xor");
        Eventually.await("requests", () -> requests(server) > 200);

        server.kill();

        calls.refused("server-dead");
        cleanUp(channel);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldAnswerRightlyOrNotAtAllWhenTheServerIsStoppedInItsWork(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        open(server, Serving.with("xor").ring(4096), client, 4096);
        Pending calls = beginCalls(client, 1_000_000_000, 4, 1, 400, "xor");
        Eventually.await("requests", () -> requests(server) > 200);

        server.ok("stop-server");

        calls.refused("server-dead");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("processesWithJavaServers")
    void shouldServeTheNextClientWhenOneOfHandlersInParallelIsKilled(Ends ends) {
        Peer server = peer(ends.server());
        Peer killed = peer(ends.client());
        String channel = openParallel(server, Serving.ECHO.pausing(1000), 4, killed, RING);
        beginCalls(killed, 1_000_000_000, 8, 1, 1000, "echo");
        Eventually.await("requests", () -> requests(server) > 100);
        killed.kill();
        awaitDeparture(server, 0);

        Peer next = peer(ends.client());
        connect(next, channel, RING);
        call(next, 100, 8, 1, 1000, "echo");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("javaServers")
    void shouldGiveTheClientUpWhereAHandlerInParallelFails(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        openParallel(server, Serving.ECHO.pausing(5000).failing(3, "-"), 4, client, RING);
        for (int i = 1; i <= 3; i++) {
            send(client, 100, i);
        }

        receivesEcho(client, 100, 1);
        receivesEcho(client, 100, 2);
        client.refused("server-dead", "call-receive 600000");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("processesWithFaithfulServers")
    void shouldServeOnWhenOneClientAfterTheOtherIsKilledInItsWork(Ends ends) {
        Peer server = peer(ends.server());
        String channel = serve(server, Serving.with("xor").ring(4096));

        for (int round = 0; round < 3; round++) {
            Peer killed = peer(ends.client());
            long before = departed(server);
            connect(killed, channel, 4096);
            long answered = requests(server);
            beginCalls(killed, 1_000_000_000, 4, 1, 400, "xor");
            Eventually.await("requests", () -> requests(server) > answered + 200);
            killed.kill();
            awaitDeparture(server, before);
        }

        Peer last = peer(PeerKind.JAVA_THREAD);
        connect(last, channel, 4096);
        call(last, 1000, 4, 1, 400, "xor");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("processesWithJavaClients")
    void shouldFailTheFuturesOfAllThreadsWhenTheServerIsKilled(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = open(server, Serving.ECHO.pausing(500), client, RING);
        Pending calls = beginFutures(client, 1_000_000, 4, 1, 1000, "echo");
        Eventually.await("requests", () -> requests(server) > 100);

        server.kill();

        calls.refused("server-dead");
        cleanUp(channel);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("processes")
    void shouldHandOutTheAnswersThatAKilledServerGave(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = open(server, Serving.ECHO, client, RING);
        send(client, 100, 1);
        send(client, 200, 2);
        Eventually.await("both answers", () -> Segment.of(channel + "_response").freeBytes() == RING - 332);
        server.kill();

        receivesEcho(client, 100, 1);
        receivesEcho(client, 200, 2);
        client.refused("server-dead", "call-receive 600000");
        cleanUp(channel);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("processes")
    void shouldServeUnderTheNameOfAServerThatWasKilled(Ends ends) {
        Peer killed = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = open(killed, Serving.ECHO, client, RING);
        call(client, 10, 4, 1, 1000, "echo");
        killed.kill();
        client.refused("server-dead", "call-receive 600000");
        client.ok("call-close");

        Peer next = peer(ends.server());
        serve(next, channel, Serving.with("xor"));
        connect(client, channel, RING);
        call(client, 10, 4, 1, 1000, "xor");
        client.ok("call-close");
        next.ok("stop-server");

        assertEquals(List.of(), leftovers());
    }

    /** A published server does, and has no answer for anybody else then. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("faithfulServers")
    void shouldNotConnectToTheResponseBufferOfAClientOfTheServerBefore(Ends ends) {
        Peer before = peer(ends.server());
        Peer server = peer(ends.server());
        Peer late = peer(ends.client());
        String channel = open(before, Serving.ECHO, late, RING);
        call(late, 10, 4, 1, 1000, "echo");
        before.ok("stop-server");
        serve(server, channel, Serving.with("xor"));

        Peer raw = peer(PeerKind.JAVA);
        raw.connect(channel + "_request");
        raw.write(100, 1);
        late.refused("server-dead", "call-receive 100");
        late.ok("call-close");
        raw.create(channel + "_response", 0, RING);

        assertEquals(100, raw.take().size());
        assertEquals(1, clients(server));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldTellAWaitingClientThatTheServerStopped(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        open(server, Serving.ECHO, client, RING);
        call(client, 10, 4, 1, 1000, "echo");
        Pending receiving = client.begin("call-receive 600000");

        server.ok("stop-server");

        receiving.refused("server-dead");
        client.refused("server-dead", "call-send 100 2");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("processesWithFaithfulServers")
    void shouldServeTheNextClientWhenOneIsKilledWhileItWaits(Ends ends) {
        Peer server = peer(ends.server());
        Peer killed = peer(ends.client());
        String channel = serve(server, Serving.ECHO.pausing(100_000));
        connect(killed, channel, RING);
        for (int i = 0; i < 20; i++) {
            send(killed, 100, i);
        }
        killed.begin("call-receive 600000");
        Eventually.await("the handler", () -> requests(server) > 0);
        long before = departed(server);

        killed.kill();

        awaitDeparture(server, before);
        Peer next = peer(ends.client());
        connect(next, channel, RING);
        call(next, 3, 1, 1, 1000, "echo");
        assertEquals(2, clients(server));
    }

    /** Whether it is seen before the next one comes, or not. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("processesWithFaithfulServers")
    void shouldServeAClientThatComesAtOnceAfterOneThatWasKilled(Ends ends) {
        Peer server = peer(ends.server());
        Peer killed = peer(ends.client());
        String channel = open(server, Serving.ECHO, killed, RING);
        call(killed, 10, 4, 1, 1000, "echo");
        Peer next = peer(PeerKind.JAVA);
        killed.kill();

        connect(next, channel, RING);

        call(next, 10, 4, 1, 1000, "echo");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faithfulServers")
    void shouldServeTheNextClientWhenOneLeavesWithRequestsUnderWay(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = serve(server, Serving.ECHO.pausing(20_000));
        connect(client, channel, RING);
        for (int i = 0; i < 20; i++) {
            send(client, 100, i);
        }
        Eventually.await("the handler", () -> requests(server) > 0);

        leave(client, server);

        connect(client, channel, RING);
        call(client, 3, 1, 1, 1000, "echo");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faithfulServers")
    void shouldGiveTheClientUpWhereAHandlerFails(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = open(server, Serving.ECHO.failing(3, "-"), client, RING);
        Object before = requestBuffer(channel);
        for (int i = 1; i <= 3; i++) {
            send(client, 100, i);
        }

        receivesEcho(client, 100, 1);
        receivesEcho(client, 100, 2);
        client.refused("server-dead", "call-receive 600000");
        client.ok("call-close");

        awaitNewRequestBuffer(channel, before);
        connect(client, channel, RING);
        call(client, 10, 4, 1, 1000, "echo");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faithfulServers")
    void shouldGiveUpOnlyTheClientThatDoesNotRead(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = serve(server, Serving.ECHO.patient(100));
        Object before = requestBuffer(channel);
        connect(client, channel, 1024);
        send(client, 500, 1);
        send(client, 500, 2);
        // Ends when it is given up, however far the server gets before.
        awaitNewRequestBuffer(channel, before);

        receivesEcho(client, 500, 1);
        client.refused("server-dead", "call-receive 600000");
        client.ok("call-close");

        connect(client, channel, 4096);
        call(client, 10, 2, 1, 500, "echo");
        assertTrue(departed(server) >= 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faithfulServers")
    void shouldGiveUpOnlyTheClientWhoseRingIsTooSmallForAnAnswer(Ends ends) {
        Peer server = peer(ends.server());
        Peer client = peer(ends.client());
        String channel = serve(server, Serving.with("double"));
        Object before = requestBuffer(channel);
        connect(client, channel, 1024);
        send(client, 600, 1);

        client.refused("server-dead", "call-receive 600000");
        client.ok("call-close");

        awaitNewRequestBuffer(channel, before);
        connect(client, channel, RING);
        call(client, 10, 4, 1, 1000, "double");
    }
}
