package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Without consent to native access: the flag that is missing, as an exception of this library, every time. */
final class NativeAccessTest {
    @Test
    void shouldNameTheFlagEveryTimeWhenNativeAccessIsDenied() throws IOException, InterruptedException {
        assumeTrue(Runtime.version().feature() >= 24, "the option came with Java 24");
        String name = TestBuffers.uniqueName();
        List<String> lines = Elsewhere.run(
                List.of(),
                List.of("--illegal-native-access=deny"),
                "create",
                name,
                "OWNER",
                "create",
                name,
                "OWNER",
                "connect",
                name,
                "OWNER",
                "connect",
                name,
                "OWNER");
        assertEquals(4, lines.size(), lines.toString());
        for (String line : lines) {
            assertTrue(line.startsWith("NativeAccessDeniedException: buffer '" + name + "': "), line);
            assertTrue(line.contains("--enable-native-access=ALL-UNNAMED"), line);
            assertTrue(line.contains("Enable-Native-Access: ALL-UNNAMED"), line);
        }
        TestBuffers.assertNothingLeft(name);
    }
}
