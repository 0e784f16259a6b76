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
    /** A frame object alone would be 64 bytes each; this leaves room for what the JVM itself does meanwhile. */
    private static final double MOST_BYTES_PER_FRAME = 0.1;

    /** In about one JVM in six the compiler comes to Claim.commit before its caller, does not inline it any more and leaves the object in. */
    private static final int JVMS = 6;

    /** In JVMs of their own, because whether the compiler removes a frame object depends on what it has compiled before. */
    @ParameterizedTest
    @EnumSource(AllocationProbe.Way.class)
    void shouldAllocateNothingPerFrame(AllocationProbe.Way way) throws IOException, InterruptedException {
        double least = Double.MAX_VALUE;
        for (int jvm = 0; jvm < JVMS && least > MOST_BYTES_PER_FRAME; jvm++) {
            least = Math.min(least, bytesPerFrame(way));
        }
        double bytes = least;
        assertTrue(bytes <= MOST_BYTES_PER_FRAME, () -> bytes + " bytes per frame in the best round of the best JVM");
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
