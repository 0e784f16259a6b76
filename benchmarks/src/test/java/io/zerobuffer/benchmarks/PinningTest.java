package io.zerobuffer.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinningTest {
    @TempDir
    private Path processors;

    @Test
    void shouldSayNothingOfEqualCoresOfOneSocket() throws Exception {
        processor(0, "0", "0", "1024");
        processor(1, "0", "1", "1024");

        assertEquals("", relation());
    }

    @Test
    void shouldTellTwoThreadsOfOneCore() throws Exception {
        processor(0, "0", "0-1", "1024");
        processor(1, "0", "0-1", "1024");

        assertEquals(", which are two threads of one core", relation());
    }

    @Test
    void shouldTellTwoSockets() throws Exception {
        processor(0, "0", "0", "1024");
        processor(1, "1", "1", "1024");

        assertEquals(", which are on two sockets", relation());
    }

    @Test
    void shouldTellCoresOfTwoKinds() throws Exception {
        processor(0, "0", "0", "1024");
        processor(1, "0", "1", "446");

        assertEquals(", which are cores of two kinds", relation());
    }

    @Test
    void shouldSayNothingWhereTheSystemDoesNot() {
        assertEquals("", relation());
    }

    private String relation() {
        return Pinning.relation(processors, 0, 1);
    }

    private void processor(int number, String socket, String threads, String capacity) throws Exception {
        Path processor = processors.resolve("cpu" + number);
        Files.createDirectories(processor.resolve("topology"));
        Files.writeString(processor.resolve("topology/physical_package_id"), socket + "\n");
        Files.writeString(processor.resolve("topology/thread_siblings_list"), threads + "\n");
        Files.writeString(processor.resolve("cpu_capacity"), capacity + "\n");
    }
}
