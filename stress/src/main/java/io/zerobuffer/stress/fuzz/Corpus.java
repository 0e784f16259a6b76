package io.zerobuffer.stress.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The inputs kept for a target: in the project a file with one input per line, in base64; for Jazzer a directory with
 * one file each.
 */
record Corpus(List<byte[]> inputs) {
    static Corpus read(Path file) throws IOException {
        return new Corpus(Files.readAllLines(file).stream()
                .map(Base64.getDecoder()::decode)
                .toList());
    }

    static Corpus readDirectory(Path directory) throws IOException {
        return new Corpus(list(directory).stream().map(Corpus::content).toList());
    }

    static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void writeDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (int i = 0; i < inputs.size(); i++) {
            Files.write(directory.resolve("kept-" + i), inputs.get(i));
        }
    }

    /** Shortest first, so that what differs between two runs is seen. */
    void write(Path file) throws IOException {
        List<String> lines = inputs.stream()
                .map(Base64.getEncoder()::encodeToString)
                .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .toList();
        Files.createDirectories(file.getParent());
        Files.write(file, lines);
    }
}
