package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.interop.PeerKind.Place;
import io.zerobuffer.testkit.Eventually;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Channels between containers that share /dev/shm and /tmp/zerobuffer, with the other implementations at the other end.
 * Of those a process id is all there is, which means nothing in another PID namespace, and is always 1 there. The
 * imitations look whether their peer's process is there before they connect, so both ends of theirs run in namespaces.
 */
@Tag("long")
final class DuplexContainerTest extends DuplexScenario {
    private static final PeerKind JAVA_ELSEWHERE = PeerKind.JAVA.at(Place.OTHER_PID_NAMESPACE);
    private static final PeerKind PYTHON_ELSEWHERE = PeerKind.PYTHON_1_3_0.at(Place.OTHER_PID_NAMESPACE);

    @BeforeEach
    void needRoot() throws IOException, InterruptedException {
        assumeTrue(Place.OTHER_PID_NAMESPACE.isAvailable(), "PID namespaces cannot be made here (needs root)");
    }

    private static List<PeerKind> imitationsElsewhere() {
        return List.of(
                PeerKind.C.as("cpp").at(Place.OTHER_PID_NAMESPACE),
                PeerKind.PYTHON.as("python").at(Place.OTHER_PID_NAMESPACE));
    }

    static List<Ends> imitatedClients() {
        return imitationsElsewhere().stream()
                .map(client -> new Ends(JAVA_ELSEWHERE, client))
                .toList();
    }

    static List<Ends> imitatedServers() {
        return imitationsElsewhere().stream()
                .map(server -> new Ends(server, JAVA_ELSEWHERE))
                .toList();
    }

    static List<Ends> publishedPrograms() {
        return List.of(
                new Ends(PeerKind.JAVA, PYTHON_ELSEWHERE),
                new Ends(JAVA_ELSEWHERE, PeerKind.PYTHON_1_3_0),
                new Ends(JAVA_ELSEWHERE, PYTHON_ELSEWHERE),
                new Ends(PYTHON_ELSEWHERE, PeerKind.JAVA),
                new Ends(PeerKind.PYTHON_1_3_0, JAVA_ELSEWHERE),
                new Ends(PYTHON_ELSEWHERE, JAVA_ELSEWHERE));
    }

    /**
     * Several of the looks at a life lie in a pause; the last one is longer than anything that is unknown may be
     * silent.
     */
    private static void callWithPauses(Peer client) throws InterruptedException {
        for (int pauseMillis : new int[] {0, 150, 600, 6000}) {
            Thread.sleep(pauseMillis);
            call(client, 20, 4, 1, 1000, "xor");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("imitatedClients")
    void shouldAnswerAClientHoweverLongItPauses(Ends ends) throws InterruptedException {
        Peer client = peer(ends.client());
        open(peer(ends.server()), Serving.with("xor"), client, RING);

        callWithPauses(client);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("imitatedServers")
    void shouldBeAnsweredByAServerHoweverLongItPauses(Ends ends) throws InterruptedException {
        Peer client = peer(ends.client());
        open(peer(ends.server()), Serving.with("xor").pausing(1000), client, RING);
        client.begin("server-connected").ok("true");

        callWithPauses(client);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("publishedPrograms")
    void shouldWorkWithThePublishedProgramHoweverLongItPauses(Ends ends) throws InterruptedException {
        Peer client = peer(ends.client());
        open(peer(ends.server()), Serving.with("xor"), client, RING);

        callWithPauses(client);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("imitatedServers")
    void shouldWaitForAnAnswerThatTakesLongerThanAServerMayBeSilent(Ends ends) throws InterruptedException {
        Peer client = peer(ends.client());
        open(peer(ends.server()), Serving.with("echo").pausing(6_000_000), client, RING);
        send(client, 100, 1);

        receivesEcho(client, 100, 1);
    }

    /** Every client has process id 1, and so has the server. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("imitatedClients")
    void shouldServeOneClientAfterTheOtherOfTheSameProcessId(Ends ends) {
        Peer server = peer(ends.server());
        String channel = serve(server, Serving.with("xor"));

        for (int round = 0; round < 5; round++) {
            Peer leaving = peer(ends.client());
            connect(leaving, channel, RING);
            call(leaving, 20, 4, 1, 1000, "xor");
            long before = departed(server);
            leaving.ok("call-close");

            Peer killed = peer(ends.client());
            connect(killed, channel, RING);
            call(killed, 20, 4, 1, 1000, "xor");
            Eventually.await("the departure of the one that left", () -> departed(server) > before);
            long afterwards = departed(server);
            killed.kill();
            // Until then the next one takes the process id that is left for its own, and refuses to connect.
            awaitDeparture(server, afterwards);
        }
        Peer last = peer(JAVA_ELSEWHERE);
        connect(last, channel, RING);
        call(last, 20, 4, 1, 1000, "xor");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("imitatedServers")
    void shouldFindEveryServerOfTheSameProcessId(Ends ends) throws InterruptedException {
        String channel = newName();
        Peer client = peer(ends.client());
        for (int round = 0; round < 3; round++) {
            Peer server = peer(ends.server());
            serve(server, channel, Serving.with("xor"));
            connect(client, channel, RING);
            call(client, 20, 4, 1, 1000, "xor");
            Pending waiting = client.begin("call-receive 600000");
            Thread.sleep(300);
            assertFalse(waiting.isDone(), "the server is silent, not dead");

            server.kill();

            waiting.refused("server-dead");
            client.ok("call-close");
        }
        cleanUp(channel, JAVA_ELSEWHERE);
    }
}
