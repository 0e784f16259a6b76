package io.zerobuffer.stress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files that a buffer of a name consists of. */
final class Leftovers {
    private Leftovers() {}

    static Path segment(String name) {
        return Path.of("/dev/shm", name);
    }

    static List<Path> of(String name) {
        return List.of(
                        segment(name),
                        Path.of("/dev/shm/sem.sem-w-" + name),
                        Path.of("/dev/shm/sem.sem-r-" + name),
                        Path.of("/tmp/zerobuffer", name + ".lock"))
                .stream()
                .filter(Files::exists)
                .toList();
    }

    static void remove(String name) {
        for (Path file : of(name)) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
