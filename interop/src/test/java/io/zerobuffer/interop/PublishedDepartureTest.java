package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;


/** A published program, or this library beside one, leaves or is killed, and who comes next. */
@Tag("long")
final class PublishedDepartureTest extends Scenario {
    private static final int ROUNDS = 3;
    private static final int RING = 4096;

    @ForGenerations
    void shouldGoOnWithTheNextPublishedWriterWhenOneIsKilled(PeerKind published) {
        Peer reader = peer(PeerKind.JAVA);
        String name = newName();
        reader.create(name, 0, RING);

        for (int round = 0; round < ROUNDS; round++) {
            Peer writer = peer(published);
            writer.connect(name);
            writer.write(100, 1);
            reader.takes(100, 1);
            writer.write(200, 2);
            writer.write(300, 3);
            writer.kill();
            reader.takes(200, 2);
            reader.takes(300, 3);
            String text = reader.refused("writer-dead", "read 60000");
            assertTrue(text.contains("died"), text);
        }
    }

    @ForGenerations
    void shouldGoOnWithTheNextPublishedWriterWhenOneCloses(PeerKind published) {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(published);
        String name = newName();
        reader.create(name, 0, RING);

        for (int round = 0; round < ROUNDS; round++) {
            writer.connect(name);
            writer.write(100, 1);
            writer.write(200, 2);
            writer.ok("close-writer");
            reader.takes(100, 1);
            reader.takes(200, 2);
            reader.refused("writer-dead", "read 60000");
        }
    }

    /** It looks at the writer when its timeout has passed, and takes the next number of the sequence only. */
    @ForGenerations
    void shouldContinueTheSequenceInFrontOfAPublishedReaderWhenAWriterIsKilled(PeerKind published) {
        Peer reader = peer(published);
        String name = newName();
        reader.create(name, 0, RING);

        for (int round = 0; round < ROUNDS; round++) {
            Peer writer = peer(PeerKind.JAVA);
            writer.ok("connect " + name + " 60000");
            assertEquals(3L * round + 1, writer.write(100, 1));
            reader.takes(100, 1);
            writer.write(200, 2);
            writer.write(300, 3);
            writer.kill();
            reader.takes(200, 2);
            reader.takes(300, 3);
            reader.refused("writer-dead", "read 200");
        }
    }

    @ForGenerations
    void shouldNoticeThatAPublishedReaderWasKilledAndWriteToTheNextOneOfThatName(PeerKind published) {
        Peer writer = peer(PeerKind.JAVA);
        String name = newName();

        for (int round = 0; round < ROUNDS; round++) {
            Peer reader = peer(published);
            if (round > 0) {
                cleanUp(name);
            }
            reader.create(name, 0, RING);
            writer.connect(name);
            writer.write(1000, 1);
            reader.takes(1000, 1);
            writer.write(4080, 2);
            Pending waiting = writer.begin("write 1000 3 60000");
            reader.kill();
            waiting.refused("reader-dead");
            writer.ok("close-writer");
        }
        cleanUp(name);
    }

    /**
     * A published reader removes its own leftovers where nobody's start-up scan came first, which any other test's may
     * have: ours does it.
     */
    private void cleanUp(String name) {
        Peer next = peer(PeerKind.JAVA_THREAD);
        next.create(name, 0, RING);
        next.ok("close-reader");
    }

    /** It looks at the reader when its timeout has passed. */
    @ForGenerations
    void shouldLetAPublishedWriterNoticeThatTheReaderWasKilledAndWriteToTheNextOneOfThatName(PeerKind published) {
        Peer writer = peer(published);
        String name = newName();

        for (int round = 0; round < ROUNDS; round++) {
            Peer reader = peer(PeerKind.JAVA);
            reader.create(name, 0, RING);
            writer.connect(name);
            writer.write(1000, 1);
            reader.takes(1000, 1);
            writer.write(2000, 2);
            writer.write(1000, 3);
            reader.kill();
            writer.refused("reader-dead", "write 4000 4 300");
            writer.ok("close-writer");
        }
        cleanUp(name);
    }

    @ForGenerations
    void shouldKeepAPublishedReaderAndAPublishedWriterOutOfALiveBuffer(PeerKind published) {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(PeerKind.JAVA);
        Peer second = peer(published);
        String name = connect(reader, writer, RING);

        second.refused("reader-exists", "create " + name + " 64 4096");
        second.refused("writer-exists", "connect " + name + " 0");
        second.create(newName(), 64, RING);

        writer.write(100, 1);
        reader.takes(100, 1);
    }

    @ForGenerations
    void shouldStayOutOfALivePublishedBuffer(PeerKind published) {
        Peer reader = peer(published);
        Peer writer = peer(published);
        Peer second = peer(PeerKind.JAVA);
        String name = connect(reader, writer, 64, RING);

        second.refused("reader-exists", "create " + name + " 0 4096");
        second.refused("writer-exists", "connect " + name + " 0");

        writer.write(100, 1);
        reader.takes(100, 1);
    }

    @ForGenerations
    void shouldReadThePublishedWritersMetadataAndHaveItsOwnRead(PeerKind published) {
        Peer java = peer(PeerKind.JAVA);
        Peer other = peer(published);
        connect(java, other, 256, RING);
        other.ok("write-metadata 00ff7a62");
        java.begin("metadata").ok("00ff7a62");
        other.ok("close-writer");
        java.ok("close-reader");

        connect(other, java, 256, RING);
        java.ok("write-metadata 00ff7a62");
        other.begin("metadata").ok("00ff7a62");
    }
}
