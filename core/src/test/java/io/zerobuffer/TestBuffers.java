package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Names no other process uses, and a look at what is left of them. */
public final class TestBuffers {
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final String PREFIX = "zb-core-" + ProcessHandle.current().pid() + "-";

    private TestBuffers() {}

    public static String uniqueName() {
        return PREFIX + COUNTER.incrementAndGet();
    }

    static Path segmentFile(String name) {
        return Path.of("/dev/shm", name);
    }

    static Path writeSemaphoreFile(String name) {
        return Path.of("/dev/shm", "sem.sem-w-" + name);
    }

    static Path readSemaphoreFile(String name) {
        return Path.of("/dev/shm", "sem.sem-r-" + name);
    }

    static Path lockFile(String name) {
        return Path.of("/tmp/zerobuffer", name + ".lock");
    }

    static Path csharpLockFile(String name) {
        return Path.of("/tmp/zerobuffer/locks", name + ".lock");
    }

    /** Everything a buffer of that name has on the machine. */
    static List<Path> filesOf(String name) {
        return List.of(
                segmentFile(name),
                writeSemaphoreFile(name),
                readSemaphoreFile(name),
                lockFile(name),
                csharpLockFile(name));
    }

    static void assertNothingLeft(String name) {
        assertEquals(List.of(), filesOf(name).stream().filter(Files::exists).toList());
    }

    public static void assertNothingLeft() throws IOException {
        for (Path directory :
                List.of(Path.of("/dev/shm"), Path.of("/tmp/zerobuffer"), Path.of("/tmp/zerobuffer/locks"))) {
            try (Stream<Path> files = Files.list(directory)) {
                assertEquals(
                        List.of(),
                        files.filter(file -> file.getFileName().toString().contains(PREFIX))
                                .toList());
            }
        }
    }
}
