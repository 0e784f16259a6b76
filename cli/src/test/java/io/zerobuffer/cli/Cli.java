package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The command line in a process of its own. */
final class Cli implements AutoCloseable {
    private static final long WATCHDOG_SECONDS = 60;

    private final Process process;
    private final Path out;
    private final Path err;

    private Cli(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Standard input is a pipe; output and errors can be read while it runs. */
    static Cli start(String... arguments) throws IOException {
        return start(null, arguments);
    }

    static Cli start(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("zerobuffer-cli", ".out");
        Path err = Files.createTempFile("zerobuffer-cli", ".err");
        Process process = new ProcessBuilder(command)
                .directory(directory == null ? null : directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new Cli(process, out, err);
    }

    static Outcome run(String... arguments) throws Exception {
        try (Cli cli = start(arguments)) {
            return cli.outcome();
        }
    }

    static String uniqueName() {
        return "cli-test-" + UUID.randomUUID();
    }

    Process process() {
        return process;
    }

    String out() throws IOException {
        return new String(outBytes(), StandardCharsets.UTF_8);
    }

    String err() throws IOException {
        return Files.readString(err, StandardCharsets.UTF_8);
    }

    byte[] outBytes() throws IOException {
        return Files.readAllBytes(out);
    }

    void signal(String signal) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).inheritIO().start();
        assertTrue(kill.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS) && kill.exitValue() == 0, "kill -" + signal);
    }

    /** Processes started in the background of a shell ignore SIGINT. */
    static void assumeHeeds(Cli cli, String signal) throws IOException {
        boolean ignoresInterrupt = Files.readAllLines(Path.of("/proc/" + cli.process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
        assumeFalse(signal.equals("INT") && ignoresInterrupt, "started where SIGINT is ignored");
    }

    Outcome outcome() throws Exception {
        assertTrue(process.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS), () -> "still running: " + process.info().commandLine().orElse(""));
        return new Outcome(process.exitValue(), out(), err());
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WATCHDOG_SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, "waited in vain: " + what);
            Thread.sleep(20);
        }
    }

    /** What exists of a buffer outside of any process. */
    static List<Path> remains(String name) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path directory : List.of(Path.of("/dev/shm"), Path.of("/tmp/zerobuffer"))) {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> entries = Files.list(directory)) {
                    entries.filter(entry -> entry.getFileName().toString().contains(name)).forEach(found::add);
                }
            }
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
    }

    record Outcome(int status, String out, String err) {
    }
}
