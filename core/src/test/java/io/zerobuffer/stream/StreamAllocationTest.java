package io.zerobuffer.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.ChildJvm;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("long")
final class StreamAllocationTest {
    /** Room for what the JVM itself does meanwhile, and for what a lock allocates when a thread waits for it. */
    private static final double TOLERANCE = 8;

    @ParameterizedTest
    @EnumSource(StreamAllocationProbe.Way.class)
    void shouldAllocatePerFrameWhatTheDocumentationSays(StreamAllocationProbe.Way way)
            throws IOException, InterruptedException {
        try (ChildProcess probe =
                ChildJvm.start(List.of(), StreamAllocationProbe.class, way.name(), TestBuffers.uniqueName())) {
            double bytes = Double.parseDouble(probe.readLine());
            assertTrue(bytes <= way.mostBytes + TOLERANCE, () -> bytes + " bytes per frame in the best round");
            assertEquals(0, probe.exitStatus());
        }
        TestBuffers.assertNothingLeft();
    }
}
