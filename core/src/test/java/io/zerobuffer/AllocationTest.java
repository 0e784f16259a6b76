package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The hot path allocates nothing once it is compiled. */
final class AllocationTest {
    /** Room for what the JVM itself does meanwhile. */
    private static final double TOLERANCE = 0.1;

    /** In a JVM of its own, because what the compiler makes of it depends on what it has compiled before. */
    @ParameterizedTest
    @EnumSource(AllocationProbe.Way.class)
    void shouldAllocateNothingPerFrameButTheObjectsHandedOut(AllocationProbe.Way way) throws IOException, InterruptedException {
        double bytes = bytesPerFrame(way);
        assertTrue(bytes <= way.mostBytes + TOLERANCE, () -> bytes + " bytes per frame in the best round");
        TestBuffers.assertNothingLeft();
    }

    private static double bytesPerFrame(AllocationProbe.Way way) throws IOException, InterruptedException {
        String classPath = Path.of("target", "classes") + File.pathSeparator + Path.of("target", "test-classes");
        Process probe = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath,
                        AllocationProbe.class.getName(),
                        way.name(),
                        TestBuffers.uniqueName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, probe.waitFor());
        return Double.parseDouble(output);
    }
}
