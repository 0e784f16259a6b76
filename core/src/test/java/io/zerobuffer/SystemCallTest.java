package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hot path asks the system for nothing while the peer keeps up: counted with strace, not timed. */
final class SystemCallTest {
    private static final long FEW = 100_000;
    private static final long MANY = 2_100_000;

    /**
     * A JVM makes some calls of its own for as long as it runs, tens per second, and is given minutes so; one per frame
     * would be 1.
     */
    private static final double MOST_CALLS_PER_FRAME = 0.005;

    @TempDir
    private Path directory;

    @Test
    void shouldMakeNoSystemCallPerFrame() throws IOException, InterruptedException {
        assumeTrue(
                ChildProcess.succeeds(List.of("strace", "-o", "/dev/null", "true")),
                "strace is not installed, or may not trace (Debian: strace)");
        double perFrame = (callsFor(MANY) - callsFor(FEW)) / (double) (MANY - FEW);
        assertTrue(perFrame <= MOST_CALLS_PER_FRAME, () -> perFrame + " system calls per frame");
        TestBuffers.assertNothingLeft();
    }

    private long callsFor(long frames) throws IOException, InterruptedException {
        Path report = directory.resolve("calls");
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-c", "-o", report.toString()));
        command.addAll(ChildJvm.command(
                List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"),
                SystemCallProbe.class,
                Long.toString(frames),
                TestBuffers.uniqueName()));
        try (ChildProcess probe = ChildProcess.start(new ProcessBuilder(command).inheritIO())) {
            assertEquals(0, probe.exitStatus());
        }
        List<String> lines = Files.readAllLines(report);
        // "100.00 0.171764 125 1369 130 total": share, seconds, microseconds per call, calls, errors
        String[] total = lines.getLast().strip().split("\\s+");
        assertEquals("total", total[total.length - 1]);
        return Long.parseLong(total[3]);
    }
}
