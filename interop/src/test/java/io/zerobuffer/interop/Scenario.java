package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zerobuffer.testkit.TestBuffers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What scenarios have in common: peers for as long as a test runs, names nobody else uses, and nothing left behind. */
abstract class Scenario {
    private final String prefix = TestBuffers.uniqueName() + "-";
    private final List<Peer> borrowed = new ArrayList<>();
    private int names;

    /** A name that no other test uses. */
    final String newName() {
        return prefix + ++names;
    }

    final Peer peer(PeerKind kind) {
        Peer peer = PeerPool.borrow(kind);
        borrowed.add(peer);
        return peer;
    }

    final Peer readerOf(Pair pair) {
        return peer(pair.reader());
    }

    final Peer writerOf(Pair pair) {
        return peer(pair.writer());
    }

    /** Lets the reader create a buffer without metadata and the writer connect to it, and returns the buffer's name. */
    final String connect(Peer reader, Peer writer, long payloadSize) {
        return connect(reader, writer, 0, payloadSize);
    }

    final String connect(Peer reader, Peer writer, long metadataSize, long payloadSize) {
        String name = newName();
        reader.create(name, metadataSize, payloadSize);
        writer.connect(name);
        return name;
    }

    /** Writes and reads these frames at the same time. */
    final void stream(Peer reader, Run reading, Peer writer, Run writing) {
        Pending written = writer.begin("write-many " + writing);
        List<String> readCountAndBytes = reader.ok("read-many " + reading);
        assertEquals(written.ok(), readCountAndBytes, "frames and bytes");
    }

    @AfterEach
    final void shouldLeaveNothingBehind() {
        borrowed.forEach(PeerPool::giveBack);
        if (borrowed.stream().anyMatch(peer -> peer.kind().isPublished())) {
            removeSemaphoresOfClosedReaders();
        }
        TestBuffers.assertNothingLeftOfAll(prefix);
    }

    /** The published Python readers leave theirs when they close. */
    private void removeSemaphoresOfClosedReaders() {
        for (Path file : leftovers()) {
            String name = file.getFileName().toString();
            if (name.matches("sem\\.sem-[wr]-.*")
                    && !Files.exists(TestBuffers.segmentFile(name.substring("sem.sem-w-".length())))) {
                TestBuffers.remove(List.of(file));
            }
        }
    }

    /** Files of this test's buffers. */
    final List<Path> leftovers() {
        return TestBuffers.leftOfAll(prefix);
    }
}
