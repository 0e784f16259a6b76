package io.zerobuffer.stress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files that a buffer of a name consists of. */
public final class Leftovers {
    private Leftovers() {}

    public static Path segment(String name) {
        return Path.of("/dev/shm", name);
    }

    /** The write semaphore, then the read semaphore. */
    public static List<Path> semaphores(String name) {
        return List.of(Path.of("/dev/shm/sem.sem-w-" + name), Path.of("/dev/shm/sem.sem-r-" + name));
    }

    public static List<Path> of(String name) {
        List<Path> locks =
                List.of(Path.of("/tmp/zerobuffer", name + ".lock"), Path.of("/tmp/zerobuffer/locks", name + ".lock"));
        return Stream.of(List.of(segment(name), segment(".zb-" + name)), semaphores(name), locks)
                .flatMap(List::stream)
                .filter(Files::exists)
                .toList();
    }

    public static void remove(String name) {
        for (Path file : of(name)) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
