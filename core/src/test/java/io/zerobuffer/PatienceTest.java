package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A writer that waits for a reader is there before, or instead of, much else: it must cost the program next to nothing.
 */
final class PatienceTest {
    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    /** To close a shared arena, the JVM asks each of its threads whether it is using it. */
    @Test
    void shouldNotDisturbTheThreadsOfTheJvmWhileItWaits() throws IOException {
        try (ChildProcess waiting = ChildJvm.start(List.of("-Xlog:handshake=info"), WaitingProgram.class, name)) {
            int disturbances = 0;
            String line = waiting.readLine();
            while (!"not found".equals(line)) {
                disturbances += line.contains("CloseScopedMemory") ? 1 : 0;
                line = waiting.readLine();
            }
            assertEquals(0, disturbances);
        }
    }

    static final class WaitingProgram {
        private WaitingProgram() {}

        public static void main(String[] args) {
            try {
                Writer.connect(args[0], Duration.ofSeconds(1));
            } catch (BufferNotFoundException notThere) {
                System.out.println("not found");
            }
        }
    }
}
