package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.interop.PeerKind.Place;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.Segment;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the published C# programs do to a buffer from outside: they give up on half a buffer, disown a writer, and
 * remove what seems to be left.
 */
@Tag("long")
final class CSharpTest extends Scenario {
    private static final int ROUNDS = 200;
    private static final int RING = 4096;

    static Stream<PeerKind> csharp() {
        return Stream.of(PeerKind.C.as("csharp"), PeerKind.PYTHON.as("csharp"));
    }

    /**
     * It waits for a buffer that is not there, and gives up on one that it cannot map or whose header is not written.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("csharp")
    void shouldBeMetByAWriterThatGivesUpOnABufferThatIsNotComplete(PeerKind csharp) {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(csharp);

        for (int round = 0; round < ROUNDS; round++) {
            String name = newName();
            Pending connecting = writer.begin("connect " + name + " 60000");
            reader.create(name, 64, RING);
            connecting.ok("64 " + RING);
            writer.ok("close-writer");
            reader.ok("close-reader");
        }
    }

    /** It closes what it has refused to be, and with it zeroes the process id of the writer that is there. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("csharp")
    void shouldStayTheWriterWhenAnotherIsRefusedAndDisownsIt(PeerKind csharp) {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(PeerKind.JAVA);
        Peer second = peer(csharp);
        String name = connect(reader, writer, RING);
        writer.write(100, 0);
        reader.takes(100, 0);

        for (int round = 1; round <= 20; round++) {
            second.refused("writer-exists", "connect " + name + " 0");
            reader.begin("read 20").ok("timeout");
            writer.write(100, round);
            assertEquals(writer.pid(), Segment.of(name).getLong(Segment.WRITER_PID), "writer_pid");
            assertEquals(round + 1, reader.takes(100, round).sequence());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("csharp")
    void shouldReadOnWhileTheWriterIsDisownedAgainAndAgain(PeerKind csharp) {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(PeerKind.JAVA);
        Peer second = peer(csharp);
        String name = connect(reader, writer, RING);
        Run frames = Run.of(600, 1, 500);
        Pending writing = writer.begin("write-many " + frames.inBursts(1, 1000));
        Pending reading = reader.begin("read-many " + frames);

        while (!writing.isDone()) {
            second.refused("writer-exists", "connect " + name + " 0");
            Eventually.await(
                    "the writer's process id",
                    () -> writing.isDone() || Segment.of(name).getLong(Segment.WRITER_PID) == writer.pid());
        }

        assertEquals(writing.ok(), reading.ok(), "frames and bytes");
    }

    /** Where the process ids mean nothing to it, the lock file alone tells it that a buffer of that name is in use. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("csharp")
    void shouldKeepABufferThatItTookOverWhenAReaderElsewhereRemovesWhatSeemsLeft(PeerKind csharp)
            throws IOException, InterruptedException {
        assumeTrue(Place.CONTAINER.isAvailable(), "PID namespaces cannot be made here (needs root)");
        Peer killed = peer(csharp);
        Peer reader = peer(PeerKind.JAVA);
        Peer elsewhere = peer(csharp.at(Place.CONTAINER));
        String name = newName();
        killed.create(name, 0, RING);
        killed.kill();
        Path lock = TestBuffers.csharpLockFile(name);
        assertTrue(Files.exists(lock), "a killed reader cannot clean up");
        reader.create(name, 0, RING);

        elsewhere.create(newName(), 0, RING);

        Peer writer = peer(PeerKind.JAVA);
        writer.connect(name);
        writer.write(100, 1);
        reader.takes(100, 1);
        writer.ok("close-writer");
        reader.ok("close-reader");
        assertFalse(Files.exists(lock), "the lock file of the reader that was killed is left");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("csharp")
    void shouldKeepACSharpReaderOfTheSameNameOut(PeerKind csharp) throws IOException, InterruptedException {
        assumeTrue(Place.CONTAINER.isAvailable(), "PID namespaces cannot be made here (needs root)");
        Peer reader = peer(PeerKind.JAVA);
        String name = newName();
        reader.create(name, 0, RING);

        peer(csharp.at(Place.CONTAINER)).refused("reader-exists", "create " + name + " 0 " + RING);
    }
}
