package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/** What a test starts ends with it. */
final class CliTest {
    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void shouldLeaveNothingBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    static List<Supplier<Throwable>> ends() {
        return List.of(() -> new TestAbortedException("assumed"), () -> new AssertionError("asserted"));
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("ends")
    void shouldEndWithATestThatIsAbortedOrFails(Supplier<Throwable> end) throws Exception {
        Process[] process = new Process[1];
        assertThrows(Throwable.class, () -> {
            try (Cli reader = reading(process)) {
                throw end.get();
            }
        });
        assertFalse(process[0].isAlive());
        assertEquals(List.of(), TestBuffers.leftOfAll(name));
    }

    @Test
    void shouldEndWithATestThatIsInterruptedAlthoughItIsStopped() throws Exception {
        Process[] process = new Process[1];
        try (Cli reader = reading(process)) {
            reader.signal("STOP");
            Thread.currentThread().interrupt();
        }
        assertTrue(Thread.interrupted());
        assertFalse(process[0].isAlive());
        assertEquals(List.of(), TestBuffers.leftOfAll(name));
    }

    /** One that has created its buffer, and waits. */
    private Cli reading(Process[] process) throws Exception {
        Cli reader = Cli.start("read", name, "--payload-size", "64KB");
        process[0] = reader.process();
        // The segment takes its name when everything else is there.
        Eventually.await("buffer", () -> Files.exists(TestBuffers.segmentFile(name)));
        return reader;
    }
}
