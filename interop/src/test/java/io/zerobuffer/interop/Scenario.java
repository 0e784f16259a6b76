package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** What scenarios have in common: peers for as long as a test runs, names nobody else uses, and nothing left behind. */
abstract class Scenario {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final String prefix = "interop-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet() + "-";
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
        List<File> leftovers = leftovers();
        // Even when a test fails, shared memory is not to fill up.
        leftovers.forEach(File::delete);
        assertEquals(List.of(), leftovers, "left behind");
    }

    /** The published Python readers leave theirs when they close. */
    private void removeSemaphoresOfClosedReaders() {
        for (File file : leftovers()) {
            if (file.getName().matches("sem\\.sem-[wr]-.*")
                    && !Segment.of(file.getName().substring("sem.sem-w-".length()))
                            .file()
                            .toFile()
                            .exists()) {
                file.delete();
            }
        }
    }

    /**
     * Files of this test's buffers. Only the start of a name is compared: the rest may be outside the platform's
     * character set.
     */
    final List<File> leftovers() {
        return Stream.of("/dev/shm", "/tmp/zerobuffer", "/tmp/zerobuffer/locks")
                .map(File::new)
                .filter(File::isDirectory)
                .flatMap(directory -> Stream.of(directory.listFiles()))
                .filter(file -> file.getName().contains(prefix))
                .toList();
    }
}
