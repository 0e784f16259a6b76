package io.zerobuffer.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Names that no other process uses, the files that a buffer of a name has on Linux, and what is left of them. */
public final class TestBuffers {
    public static final String SHARED_MEMORY = "/dev/shm";
    public static final String LOCKS = "/tmp/zerobuffer";
    /** Where C# readers have their locks. */
    public static final String CSHARP_LOCKS = "/tmp/zerobuffer/locks";

    private static final AtomicInteger COUNTER = new AtomicInteger();
    /** With the time, because containers give out the same process ids again. */
    private static final String PREFIX =
            "zb-" + ProcessHandle.current().pid() + "-" + Long.toString(System.nanoTime() & 0xff_ffff, 36) + "-";

    private TestBuffers() {}

    public static String uniqueName() {
        return PREFIX + COUNTER.incrementAndGet();
    }

    public static Path segmentFile(String name) {
        return Path.of(SHARED_MEMORY, name);
    }

    /** The segment until it is complete. */
    public static Path unfinishedSegmentFile(String name) {
        return Path.of(SHARED_MEMORY, ".zb-" + name);
    }

    public static Path writeSemaphoreFile(String name) {
        return Path.of(SHARED_MEMORY, "sem.sem-w-" + name);
    }

    public static Path readSemaphoreFile(String name) {
        return Path.of(SHARED_MEMORY, "sem.sem-r-" + name);
    }

    public static Path lockFile(String name) {
        return Path.of(LOCKS, name + ".lock");
    }

    public static Path csharpLockFile(String name) {
        return Path.of(CSHARP_LOCKS, name + ".lock");
    }

    /** Everything that a buffer in use has on the machine. */
    public static List<Path> filesOf(String name) {
        return List.of(
                segmentFile(name),
                writeSemaphoreFile(name),
                readSemaphoreFile(name),
                lockFile(name),
                csharpLockFile(name));
    }

    /** What there is of this buffer. */
    public static List<Path> leftOf(String name) {
        return Stream.concat(filesOf(name).stream(), Stream.of(unfinishedSegmentFile(name)))
                .filter(Files::exists)
                .toList();
    }

    /**
     * What there is of all buffers whose name contains this part. Only file names are compared, whose rest may be
     * outside the platform's character set.
     */
    public static List<Path> leftOfAll(String part) {
        List<Path> left = new ArrayList<>();
        for (String directory : List.of(SHARED_MEMORY, LOCKS, CSHARP_LOCKS)) {
            if (Files.isDirectory(Path.of(directory))) {
                try (Stream<Path> files = Files.list(Path.of(directory))) {
                    files.filter(file -> file.getFileName().toString().contains(part))
                            .forEach(left::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return left;
    }

    public static void remove(List<Path> files) {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Fails if there is anything of a buffer of this name. */
    public static void assertNothingLeft(String name) {
        requireNone(leftOf(name));
    }

    /** Fails if there is anything of a buffer whose name came from {@link #uniqueName}, or begins with one. */
    public static void assertNothingLeft() {
        assertNothingLeftOfAll(PREFIX);
    }

    /** Fails if there is anything of a buffer whose name contains this part. */
    public static void assertNothingLeftOfAll(String part) {
        requireNone(leftOfAll(part));
    }

    /** Removes what it complains about: where a test fails, shared memory is not to fill up. */
    private static void requireNone(List<Path> left) {
        remove(left);
        if (!left.isEmpty()) {
            throw new AssertionError("left behind: " + left);
        }
    }
}
