package io.zerobuffer.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Request and answer allocate nothing once they are compiled. */
final class DuplexAllocationTest extends ChannelFixture {
    /** Room for what the JVM itself does meanwhile, and for waits that get long. */
    private static final double TOLERANCE = 0.5;

    /** In a JVM of its own, because what the compiler makes of it depends on what it has compiled before. */
    @ParameterizedTest
    @EnumSource(DuplexAllocationProbe.Way.class)
    void shouldAllocateNothingPerRequestButTheObjectsHandedOut(DuplexAllocationProbe.Way way) throws IOException, InterruptedException {
        double bytes = bytesPerRequest(way);
        assertTrue(bytes <= way.mostBytes + TOLERANCE, () -> bytes + " bytes per request in the best round");
    }

    private double bytesPerRequest(DuplexAllocationProbe.Way way) throws IOException, InterruptedException {
        String classPath = Path.of("target", "classes") + File.pathSeparator + Path.of("target", "test-classes");
        Process probe = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath,
                        DuplexAllocationProbe.class.getName(),
                        way.name(),
                        channel)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, probe.waitFor());
        return Double.parseDouble(output);
    }
}
