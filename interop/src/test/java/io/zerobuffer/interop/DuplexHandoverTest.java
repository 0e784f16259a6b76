package io.zerobuffer.interop;

import io.zerobuffer.testkit.Eventually;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client of another implementation comes at once after another client, before a server can know that this one is
 * gone. It cannot start over, so it has to be answered where it is. Repeated, because all of it is a race.
 */
@Tag("long")
final class DuplexHandoverTest extends DuplexScenario {
    private static final int ROUNDS = 40;
    private static final PeerKind CPP = PeerKind.C.as("cpp");

    static List<PeerKind> publishedClients() {
        return List.of(CPP, PeerKind.C.as("python"), PeerKind.PYTHON.as("cpp"), PeerKind.PYTHON.as("python"));
    }

    /** What a killed client has left of its response buffer the next client of the channel removes. */
    private void cleanUpAfterClients(String channel) {
        Peer last = peer(PeerKind.JAVA);
        connect(last, channel, RING);
        call(last, 1, 1, 100, 100, "xor");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("publishedClients")
    void shouldAnswerEveryClientThatFollowsAtOnceOneThatLeft(PeerKind kind) {
        String channel = serve(peer(PeerKind.JAVA), Serving.with("xor"));
        List<Peer> clients = List.of(peer(kind), peer(kind));

        for (int round = 0; round < ROUNDS; round++) {
            Peer client = clients.get(round % 2);
            connect(client, channel, RING);
            call(client, 20, 4, 1, 2000, "xor");
            client.ok("call-close");
        }
    }

    /** It has the same process id, as all clients have that are the first process of a container. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("publishedClients")
    void shouldAnswerEveryClientThatFollowsAtOnceOneOfTheSameProcess(PeerKind kind) {
        String channel = serve(peer(PeerKind.JAVA), Serving.with("xor"));
        Peer client = peer(kind);

        for (int round = 0; round < ROUNDS; round++) {
            connect(client, channel, RING);
            call(client, 20, 4, 1, 2000, "xor");
            client.ok("call-close");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("publishedClients")
    void shouldAnswerEveryClientThatFollowsAtOnceOneThatWasKilled(PeerKind kind) {
        String channel = serve(peer(PeerKind.JAVA), Serving.with("xor"));
        Peer client = peer(kind);

        for (int round = 0; round < (kind.equals(CPP) ? ROUNDS : 10); round++) {
            connect(client, channel, RING);
            call(client, 20, 4, 1, 2000, "xor");
            client = killAndReplace(client, kind);
        }
        cleanUpAfterClients(channel);
    }

    static List<PeerKind> publishedPrograms() {
        return List.of(PeerKind.PYTHON_1_2_8, PeerKind.PYTHON_1_3_0);
    }

    /** It cannot make its response buffer as long as the server has hold of that of the one that was killed. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("publishedPrograms")
    void shouldAnswerOneClientAfterTheOtherThatIsThePublishedProgram(PeerKind kind) {
        Peer server = peer(PeerKind.JAVA);
        String channel = serve(server, Serving.with("xor"));
        Peer client = peer(kind);

        for (int round = 0; round < 5; round++) {
            connect(client, channel, RING);
            call(client, 20, 1, 500, 500, "xor");
            client.ok("call-close");
            connect(client, channel, RING);
            call(client, 20, 1, 500, 500, "xor");
            client = killAndReplace(client, kind);
            awaitDeparture(server, 2 * round + 1);
        }
        cleanUpAfterClients(channel);
    }

    /** Its answers are not for the next one. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("publishedClients")
    void shouldAnswerEveryClientThatFollowsAtOnceOneThatWasKilledWithRequestsUnderWay(PeerKind kind) {
        Peer server = peer(PeerKind.JAVA);
        String channel = serve(server, Serving.with("xor").pausing(20_000));
        Peer client = peer(kind);

        for (int round = 0; round < 10; round++) {
            long handled = requests(server);
            connect(client, channel, RING);
            for (int i = 0; i < 5; i++) {
                send(client, 50 + i, 100 + i);
            }
            Eventually.await("the handler", () -> requests(server) > handled);
            client = killAndReplace(client, kind);
            connect(client, channel, RING);
            call(client, 3, 2, 1, 1000, "xor");
            client = killAndReplace(client, kind);
        }
        cleanUpAfterClients(channel);
    }

    /** All that while the server is at work for the first one, so that it never sees the second. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("publishedClients")
    void shouldNotTakeTheRequestOfAClientThatCameAndWentUnseenForThatOfTheNext(PeerKind kind) {
        Peer server = peer(PeerKind.JAVA);
        String channel = serve(server, Serving.with("xor").pausing(300_000));
        Peer client = peer(kind);

        for (int round = 0; round < 3; round++) {
            long handled = requests(server);
            connect(client, channel, RING);
            send(client, 60, 1);
            Eventually.await("the handler", () -> requests(server) > handled);
            client = killAndReplace(client, kind);
            connect(client, channel, RING);
            send(client, 70, 2);
            send(client, 80, 3);
            client = killAndReplace(client, kind);
            connect(client, channel, RING);
            call(client, 2, 2, 1, 1000, "xor");
            client = killAndReplace(client, kind);
        }
        cleanUpAfterClients(channel);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("publishedClients")
    void shouldAnswerEveryClientThatFollowsAtOnceWithHandlersInParallel(PeerKind kind) {
        Peer server = peer(PeerKind.JAVA);
        String channel = newName();
        serveInParallel(server, channel, Serving.with("xor").pausing(2000), 4);
        Peer client = peer(kind);

        for (int round = 0; round < 10; round++) {
            connect(client, channel, RING);
            call(client, 20, 8, 1, 2000, "xor");
            client.ok("call-close");
            connect(client, channel, RING);
            call(client, 20, 8, 1, 2000, "xor");
            for (int i = 0; i < 5; i++) {
                send(client, 50 + i, 100 + i);
            }
            client = killAndReplace(client, kind);
        }
        cleanUpAfterClients(channel);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("publishedClients")
    void shouldNotShowTheMetadataOfAClientAsThatOfTheNext(PeerKind kind) {
        Peer server = peer(PeerKind.JAVA);
        String channel = serve(server, Serving.with("xor"));
        Peer client = peer(kind);

        for (int round = 0; round < 5; round++) {
            int clients = 4 * round;
            connect(client, channel, RING);
            client.ok("call-metadata 0" + round);
            call(client, 5, 1, 1, 1000, "xor");
            server.begin("init-metadata").ok(clients + 1 + " 0" + round);
            client.ok("call-close");

            connect(client, channel, RING);
            call(client, 5, 1, 1, 1000, "xor");
            server.begin("init-metadata").ok(clients + 2 + " none");
            client.ok("call-close");

            connect(client, channel, RING);
            client.ok("call-metadata 1" + round);
            call(client, 5, 1, 1, 1000, "xor");
            client = killAndReplace(client, kind);

            connect(client, channel, RING);
            call(client, 5, 1, 1, 1000, "xor");
            server.begin("init-metadata").ok(clients + 4 + " none");
            client = killAndReplace(client, kind);
        }
        cleanUpAfterClients(channel);
    }

    /** The next one can write its own as soon as the server has seen that the one before is gone. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("publishedClients")
    void shouldLetEveryClientWriteItsMetadata(PeerKind kind) {
        Peer server = peer(PeerKind.JAVA);
        String channel = serve(server, Serving.with("xor"));
        Peer client = peer(kind);

        for (int round = 0; round < 10; round++) {
            long before = departed(server);
            connect(client, channel, RING);
            client.ok("call-metadata 0" + round);
            call(client, 5, 1, 1, 1000, "xor");
            server.begin("init-metadata").ok(round + 1 + " 0" + round);
            if (round % 2 == 0) {
                client.ok("call-close");
            } else {
                client = killAndReplace(client, kind);
            }
            awaitDeparture(server, before);
        }
        cleanUpAfterClients(channel);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("publishedClients")
    void shouldAnswerOneAfterTheOtherWhenClientsOfThisLibraryAreAmongThem(PeerKind kind) {
        Peer server = peer(PeerKind.JAVA);
        String channel = serve(server, Serving.with("xor"));
        Peer ours = peer(PeerKind.JAVA);
        Peer client = peer(kind);

        for (int round = 0; round < 10; round++) {
            connect(client, channel, RING);
            call(client, 20, 4, 1, 2000, "xor");
            if (round % 2 == 0) {
                client.ok("call-close");
            } else {
                client = killAndReplace(client, kind);
            }
            connect(ours, channel, RING);
            call(ours, 20, 4, 1, 2000, "xor");
            ours.ok("call-close");
        }
        Peer killed = peer(PeerKind.JAVA);
        connect(killed, channel, RING);
        call(killed, 20, 4, 1, 2000, "xor");
        killed.kill();
        connect(client, channel, RING);
        call(client, 20, 4, 1, 2000, "xor");
        client.ok("call-close");
    }
}
