package io.zerobuffer.benchmarks;

import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where a run puts its files.
 *
 * @param memory a directory in memory for the peers, removed at the end
 * @param output reports, and what the peers write to standard error
 * @param cProgram the C peers, compiled; null where there is no compiler
 */
record Workplace(Path memory, Path output, Path cProgram) implements AutoCloseable {
    private static final String LOG = ".log";

    static Workplace prepare(Path module, Path output) throws IOException {
        Files.createDirectories(output);
        for (Peer peer : Peer.values()) {
            Files.deleteIfExists(output.resolve(peer.label() + LOG));
        }
        Files.deleteIfExists(output.resolve(Distance.LABEL + LOG));
        Path program = module.resolve("target/c/peers");
        boolean compiled = compile(module.resolve("src/main/c"), program);
        return new Workplace(
                Files.createTempDirectory(Path.of(TestBuffers.SHARED_MEMORY), "zerobuffer-bench-"),
                output,
                compiled ? program : null);
    }

    private static boolean compile(Path sources, Path program) throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                        "make", "-s", "-C", sources.toString(), "OUT=" + program.toAbsolutePath())
                .redirectOutput(ProcessBuilder.Redirect.to(Path.of("/dev/stderr").toFile()))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        try (ChildProcess make = ChildProcess.start(command)) {
            return make.exitStatus() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while compiling " + program, e);
        }
    }

    Path log(String label) {
        return output.resolve(label + LOG);
    }

    @Override
    public void close() {
        if (!Files.exists(memory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(memory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("bench: left behind in " + memory + ": " + e.getMessage());
        }
    }
}
