package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.Segment;
import io.zerobuffer.testkit.TestBuffers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoTest {
    @TempDir
    private Path directory;

    @Test
    void shouldStreamPicturesBetweenTwoProcessesAndSaveTheLast() throws Exception {
        try (Cli demo =
                Cli.start(directory, "demo", "--seconds", "1", "--width", "320", "--height", "200", "--fps", "30")) {
            Cli.Outcome outcome = demo.outcome();
            assertEquals(ExitStatus.DONE, outcome.status(), outcome.out() + outcome.err());
            assertTrue(outcome.out().contains("\n30 frames, "), outcome.out());
            assertTrue(outcome.out().contains("every byte compared: 0 frames lost, 0 damaged"), outcome.out());
            assertEquals("", outcome.err());
            assertEquals(
                    320,
                    ImageIO.read(directory.resolve("zerobuffer-demo.png").toFile())
                            .getWidth());
            assertEquals(
                    List.of(), TestBuffers.leftOfAll("zerobuffer-demo-" + demo.process().pid()));
        }
    }

    /** Of a directory that even root cannot write to, before pictures are streamed for it. */
    @Test
    void shouldNameThePictureThatCannotBeSaved() throws Exception {
        List<String> readOnly = List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o ro none \"$0\" && cd \"$0\" && exec \"$@\"",
                directory.toString());
        List<String> check = new ArrayList<>(readOnly);
        check.add("true");
        assumeTrue(ChildProcess.succeeds(check), "nothing can be mounted here (needs root)");
        List<String> command = new ArrayList<>(readOnly);
        command.addAll(Cli.java("-cp", System.getProperty("java.class.path"), Main.class.getName(), "demo"));
        try (Cli demo = Cli.start(directory, Map.of(), command)) {
            Cli.Outcome outcome = demo.outcome();
            assertEquals(ExitStatus.USAGE, outcome.status(), outcome.out() + outcome.err());
            assertTrue(
                    outcome.err().contains("cannot write 'zerobuffer-demo.png': Read-only file system"), outcome.err());
        }
    }

    @Tag("long")
    @Test
    void shouldEndInOrderWhenStopped() throws Exception {
        try (Cli demo = Cli.start(directory, "demo", "--seconds", "600", "--width", "64", "--height", "64")) {
            List<ProcessHandle> children = streaming(demo);
            demo.signal("TERM");
            Cli.Outcome outcome = demo.outcome();
            assertEquals(143, outcome.status());
            assertTrue(outcome.out().contains("0 frames lost, 0 damaged"), outcome.out());
            children.forEach(child -> assertFalse(child.isAlive()));
            assertEquals(
                    List.of(), TestBuffers.leftOfAll("zerobuffer-demo-" + demo.process().pid()));
        }
    }

    @Tag("long")
    @Test
    void shouldTakeItsProcessesWithItWhenKilled() throws Exception {
        try (Cli demo = Cli.start(directory, "demo", "--seconds", "600", "--width", "64", "--height", "64")) {
            List<ProcessHandle> children = streaming(demo);
            demo.process().destroyForcibly().waitFor();
            Eventually.await("end of its processes", () -> children.stream().noneMatch(ProcessHandle::isAlive));
            assertEquals(
                    List.of(), TestBuffers.leftOfAll("zerobuffer-demo-" + demo.process().pid()));
        }
    }

    private static List<ProcessHandle> streaming(Cli demo) throws Exception {
        String name = "zerobuffer-demo-" + demo.process().pid();
        Eventually.await(
                "frames",
                () -> Files.exists(TestBuffers.segmentFile(name))
                        && Segment.of(name).getLong(Segment.WRITTEN_COUNT) > 0);
        List<ProcessHandle> children = demo.process().children().toList();
        assertEquals(2, children.size());
        return children;
    }
}
