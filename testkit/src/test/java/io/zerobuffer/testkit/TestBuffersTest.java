package io.zerobuffer.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TestBuffersTest {
    private final String name = TestBuffers.uniqueName();

    @Test
    void shouldGiveNoNameTwice() {
        assertNotEquals(name, TestBuffers.uniqueName());
    }

    @Test
    void shouldComplainOfWhatIsLeftAndRemoveIt() throws IOException {
        List<Path> files = List.of(
                TestBuffers.segmentFile(name),
                TestBuffers.writeSemaphoreFile(name),
                TestBuffers.unfinishedSegmentFile(name));
        for (Path file : files) {
            Files.createFile(file);
        }
        assertEquals(files, TestBuffers.leftOf(name));
        assertEquals(files.size(), TestBuffers.leftOfAll(name).size());
        assertThrows(AssertionError.class, () -> TestBuffers.assertNothingLeft());
        TestBuffers.assertNothingLeft(name);
    }
}
