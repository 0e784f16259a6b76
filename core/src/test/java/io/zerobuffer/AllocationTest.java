package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The hot path allocates nothing once it is compiled. */
final class AllocationTest {
    /** Room for what the JVM itself does meanwhile. */
    static final double TOLERANCE = 0.1;

    /** One in twenty to forty compiled a claim before it knew enough of its use, and allocated 56 bytes to the end. */
    private static final int JVMS = 3;

    /** In a JVM of its own, because what the compiler makes of it depends on what it has compiled before. */
    @ParameterizedTest
    @EnumSource(AllocationProbe.Way.class)
    void shouldAllocateNothingPerFrameButWhereTheCompilerCannotTell(AllocationProbe.Way way)
            throws IOException, InterruptedException {
        double least = Double.MAX_VALUE;
        for (int jvm = 0; jvm < JVMS && least > way.mostBytes + TOLERANCE; jvm++) {
            least = Math.min(least, bytesPerFrame(way));
        }
        double bytes = least;
        assertTrue(bytes <= way.mostBytes + TOLERANCE, () -> bytes + " bytes per frame in the best round");
        TestBuffers.assertNothingLeft();
    }

    private static double bytesPerFrame(AllocationProbe.Way way) throws IOException, InterruptedException {
        try (ChildProcess probe =
                ChildJvm.start(List.of(), AllocationProbe.class, way.name(), TestBuffers.uniqueName())) {
            String printed = probe.readLine();
            // First, so that it has removed its buffer whatever comes out.
            assertEquals(0, probe.exitStatus());
            return Double.parseDouble(printed);
        }
    }
}
