package io.zerobuffer.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.ChildJvm;
import io.zerobuffer.testkit.ChildProcess;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Request and answer allocate nothing once they are compiled. */
@Tag("long")
final class DuplexAllocationTest extends ChannelFixture {
    /**
     * Room for what the JVM itself does meanwhile, and for waits that get long; an object in each request would be 16
     * bytes at least.
     */
    private static final double TOLERANCE = 4;

    /** In a JVM of its own, because what the compiler makes of it depends on what it has compiled before. */
    @ParameterizedTest
    @EnumSource(DuplexAllocationProbe.Way.class)
    void shouldAllocateNothingPerRequestButTheObjectsHandedOut(DuplexAllocationProbe.Way way)
            throws IOException, InterruptedException {
        try (ChildProcess probe = ChildJvm.start(List.of(), DuplexAllocationProbe.class, way.name(), channel)) {
            double bytes = Double.parseDouble(probe.readLine());
            assertTrue(bytes <= way.mostBytes + TOLERANCE, () -> bytes + " bytes per request in the best round");
            assertEquals(0, probe.exitStatus());
        }
    }
}
