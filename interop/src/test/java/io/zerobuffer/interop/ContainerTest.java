package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.interop.PeerKind.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Peers in other PID namespaces, as containers that share /dev/shm and /tmp/zerobuffer have them, and of other users.
 * Peers of other languages know each other by process id alone, so across namespaces they take this library for dead
 * while it is silent, and as writers look dead themselves: docs/protocol.md, section 4.5. What remains to test with
 * them is that their death as readers is noticed.
 */
@Tag("long")
final class ContainerTest extends DuplexScenario {
    private static final PeerKind JAVA_ELSEWHERE = PeerKind.JAVA.at(Place.OTHER_PID_NAMESPACE);

    @BeforeEach
    void needRoot() throws IOException, InterruptedException {
        assumeTrue(Place.OTHER_PID_NAMESPACE.isAvailable(), "PID namespaces cannot be made here (needs root)");
    }

    static Stream<Pair> namespaces() {
        return Stream.of(
                new Pair(PeerKind.JAVA, JAVA_ELSEWHERE),
                new Pair(JAVA_ELSEWHERE, PeerKind.JAVA),
                new Pair(JAVA_ELSEWHERE, JAVA_ELSEWHERE));
    }

    static Stream<Pair> namespacesOfReaders() {
        return Stream.concat(
                namespaces(),
                Stream.of(
                        new Pair(PeerKind.C.at(Place.OTHER_PID_NAMESPACE), PeerKind.JAVA),
                        new Pair(PeerKind.PYTHON.at(Place.OTHER_PID_NAMESPACE), PeerKind.JAVA)));
    }

    static Stream<Pair> users() {
        return Stream.of(
                new Pair(PeerKind.JAVA, PeerKind.JAVA.at(Place.OTHER_USER)),
                new Pair(PeerKind.JAVA.at(Place.OTHER_USER), PeerKind.JAVA),
                new Pair(PeerKind.C, PeerKind.JAVA.at(Place.OTHER_USER)),
                new Pair(PeerKind.JAVA, PeerKind.C.at(Place.OTHER_USER)));
    }

    @ParameterizedTest
    @MethodSource("namespaces")
    void shouldStreamAcrossPidNamespacesAndNeverTakeASilentPeerForDead(Pair pair) throws InterruptedException {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = newName();
        reader.create(name, 0, 1024);
        writer.ok("connect " + name + " 60000");
        stream(reader, Run.of(2000, 1, 300), writer, Run.of(2000, 1, 300));

        Pending waiting = reader.begin("read 60000");
        Thread.sleep(500);
        assertFalse(waiting.isDone(), "the writer is silent, not dead");
        writer.write(1008, 7);
        Pending blocked = writer.begin("write 1008 8 60000");
        Thread.sleep(500);
        assertFalse(blocked.isDone(), "the reader is silent, not dead");

        Taken.from(waiting).is(1008, 7);
    }

    @ParameterizedTest
    @MethodSource("namespacesOfReaders")
    void shouldNoticeADeathInAnotherPidNamespaceAndCleanUpAfterIt(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = newName();
        reader.create(name, 0, 1024);
        writer.ok("connect " + name + " 60000");
        writer.write(1008, 1);

        if (pair.reader().isJava()) {
            reader.takes(1008, 1);
            Pending waiting = reader.begin("read 60000");
            writer.kill();
            String text = waiting.refused("writer-dead");
            assertTrue(text.contains("died"), text);
            writer = writerOf(pair);
            writer.ok("connect " + name + " 60000");
            writer.write(1008, 2);
        }
        Pending blocked = writer.begin("write 1008 3 60000");
        reader.kill();
        blocked.refused("reader-dead");
        writer.ok("close-writer");

        // It has the process id of the dead one, number 1, in its own namespace.
        Peer successor = peer(JAVA_ELSEWHERE);
        successor.create(name, 0, 4096);
        writer.ok("connect " + name + " 60000");
        writer.write(2000, 4);
        successor.takes(2000, 4);
    }

    static Stream<Ends> namespacesOfEnds() {
        return namespaces().map(pair -> new Ends(pair.reader(), pair.writer()));
    }

    /** In its namespace every client has the same process id, which is all that tells clients apart in a header. */
    @ParameterizedTest
    @MethodSource("namespacesOfEnds")
    void shouldServeDuplexClientsAcrossPidNamespacesAndNoticeADeath(Ends ends) throws InterruptedException {
        Peer server = peer(ends.server());
        Peer killed = peer(ends.client());
        String channel = open(server, Serving.ECHO, killed, RING);
        call(killed, 100, 4, 1, 1000, "echo");
        Pending waiting = killed.begin("call-receive 600000");
        Thread.sleep(500);
        assertFalse(waiting.isDone(), "the server is silent, not dead");
        killed.kill();

        Peer next = peer(ends.client());
        connect(next, channel, RING);
        call(next, 100, 4, 1, 1000, "echo");
        waiting = next.begin("call-receive 600000");
        server.kill();
        waiting.refused("server-dead");
        next.ok("call-close");
        // In a namespace of its own, too: process 1 of this one lives.
        cleanUp(channel, JAVA_ELSEWHERE);
    }

    @ParameterizedTest
    @MethodSource("users")
    void shouldRefuseAnotherUserUntilThePermissionsAllowIt(Pair pair) throws IOException, InterruptedException {
        assumeTrue(
                Place.OTHER_USER.canRun("test", "-r", Programs.cPeer().toString()),
                "another user cannot read this project");
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = newName();
        reader.create(name, 0, 4096);
        if (pair.writer().place() == Place.OTHER_USER) {
            writer.refused("permission", "connect " + name + " 0");
        }
        for (Path file : leftovers()) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        }
        if (pair.reader().place() == Place.OTHER_USER) {
            writer.refused("permission", "connect " + name + " 0");
            writer.ok("trust EVERYONE");
        }
        writer.connect(name);
        stream(reader, Run.of(1000, 1, 500), writer, Run.of(1000, 1, 500));

        Pending waiting = reader.begin("read 60000");
        Thread.sleep(300);
        assertFalse(waiting.isDone(), "a process of another user is alive");
        writer.kill();
        waiting.refused("writer-dead");
    }
}
