package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.interop.PeerKind.Place;
import io.zerobuffer.testkit.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where there is not enough of something: the right error, and nothing left that would be in the way afterwards. */
@Tag("long")
final class LimitsTest extends Scenario {
    @ParameterizedTest
    @EnumSource(
            value = Place.class,
            names = {"SMALL_SHARED_MEMORY", "FILE_SIZE_LIMIT"})
    void shouldRefuseABufferThatDoesNotFitAndLeaveRoomForOneThatDoes(Place place)
            throws IOException, InterruptedException {
        assumeTrue(place.isAvailable(), "this place cannot be made here (needs root)");
        Peer reader = peer(PeerKind.JAVA.at(place));
        String name = newName();
        String text = reader.refused("no-space", "create " + name + " 0 8000000");
        assertTrue(text.contains("8000192"), text);
        assertEquals(List.of(), leftovers());

        for (int i = 0; i < 20; i++) {
            reader.create(name, 0, 65536);
            reader.refused("usage", "create " + newName() + " 0 64");
            reader.ok("close-reader");
            reader.refused("no-space", "create " + name + " 0 8000000");
        }
    }

    @Test
    void shouldRefuseToCreateWithTooFewDescriptorsAndLeaveNothing() {
        Peer reader = peer(PeerKind.JAVA.at(Place.FEW_DESCRIPTORS));
        String name = newName();
        reader.create(name, 0, 4096);
        reader.ok("close-reader");
        int left = 0;
        List<String> answer;
        do {
            reader.ok("leave-descriptors " + left);
            answer = reader.begin("create " + name + " 0 4096").words();
            reader.ok("free-descriptors");
            if (!answer.getFirst().equals("ok")) {
                assertEquals("descriptors", answer.get(1), answer.toString());
                assertTrue(String.join(" ", answer).contains("'" + name + "'"), answer.toString());
                assertEquals(List.of(), leftovers(), "with " + left + " descriptors");
            }
            left++;
            assertTrue(left < 8, answer.toString());
        } while (!answer.getFirst().equals("ok"));
        assertTrue(left > 2, "a lock file, a segment and a semaphore need one each");
        reader.ok("close-reader");
    }

    @Test
    void shouldRefuseToConnectWithTooFewDescriptorsAndBeAbleToLater() {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(PeerKind.JAVA.at(Place.FEW_DESCRIPTORS));
        String name = newName();
        reader.create(name, 0, 4096);
        writer.connect(name);
        writer.ok("close-writer");
        for (int left = 0; left < 2; left++) {
            writer.ok("leave-descriptors " + left);
            String text = writer.refused("descriptors", "connect " + name + " 0");
            assertTrue(text.contains(name), text);
            writer.ok("free-descriptors");
        }
        assertEquals(0, Segment.of(name).getLong(Segment.WRITER_PID), "writer_pid");
        writer.connect(name);
        writer.write(100, 1);
        reader.takes(100, 1);
    }

    /** Whom a peer takes for dead has nothing to do with how many files this side has open. */
    @ParameterizedTest
    @MethodSource("peersOfEveryLanguage")
    void shouldNotTakeTheOtherSideForDeadForWantOfDescriptors(PeerKind other) throws InterruptedException {
        Peer poor = peer(PeerKind.JAVA.at(Place.FEW_DESCRIPTORS));
        Peer rich = peer(other);
        String name = newName();
        rich.create(name, 0, 4096);
        poor.connect(name);
        poor.write(4080, 1);
        poor.ok("leave-descriptors 0");
        Pending blocked = poor.begin("write 4080 2 60000");
        Thread.sleep(500);
        assertFalse(blocked.isDone(), "the reader is silent, not dead");
        rich.takes(4080, 1);
        blocked.ok();
        rich.takes(4080, 2);
        poor.ok("free-descriptors");
        poor.ok("close-writer");
        rich.ok("close-reader");

        String second = newName();
        poor.create(second, 0, 4096);
        rich.connect(second);
        rich.write(100, 3);
        poor.takes(100, 3);
        poor.ok("leave-descriptors 0");
        Pending waiting = poor.begin("read 60000");
        Thread.sleep(500);
        assertFalse(waiting.isDone(), "the writer is silent, not dead");
        rich.write(100, 4);
        Taken.from(waiting).is(100, 4);
        poor.ok("free-descriptors");
    }

    static List<PeerKind> peersOfEveryLanguage() {
        return List.of(PeerKind.JAVA, PeerKind.C, PeerKind.PYTHON);
    }

    @ParameterizedTest
    @CsvSource({"OWNER, rw-------", "GROUP, rw-rw----", "EVERYONE, rw-rw-rw-"})
    void shouldGiveItsFilesTheAskedPermissionsWhateverTheUmask(String permissions, String mode) throws IOException {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(PeerKind.JAVA);
        String before = reader.ok("umask 77").getFirst();
        try {
            for (int umask = 0; umask <= 0_77; umask++) {
                String name = newName();
                reader.ok("umask " + Integer.toOctalString(umask));
                reader.ok("create-for " + permissions + " " + name);
                List<Path> files = leftovers();
                assertEquals(5, files.size(), files.toString());
                for (Path file : files) {
                    assertEquals(
                            mode,
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                            file + " with umask " + umask);
                }
                writer.connect(name);
                writer.write(100, umask);
                reader.takes(100, umask);
                writer.ok("close-writer");
                reader.ok("close-reader");
                assertEquals(List.of(), leftovers());
            }
        } finally {
            reader.ok("umask " + before);
        }
    }
}
