package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.Java;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The command line in a process of its own, which ends at the latest when it is closed. */
final class Cli implements AutoCloseable {
    private static final String MOST_MILLIS = Long.toString(Eventually.PATIENCE.toMillis());
    private static final Set<String> WAIT = Set.of("write", "writer", "call");
    private static final Set<String> TIME_OUT = Set.of("write", "writer", "read", "reader", "relay", "serve", "call");

    private final ChildProcess process;
    private final Path out;
    private final Path err;

    private Cli(ChildProcess process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Standard input is a pipe; output and errors can be read while it runs. */
    static Cli start(String... arguments) throws IOException {
        return start(null, arguments);
    }

    static Cli start(Path directory, String... arguments) throws IOException {
        List<String> command = java(
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
        command.addAll(patient(arguments));
        return start(directory, Map.of(), command);
    }

    /** Any command, with variables more than those of the tests; those of no value are taken away. */
    static Cli start(Path directory, Map<String, String> environment, List<String> command) throws IOException {
        return start(directory, environment, command, null);
    }

    /** Standard output is what is told, a pipe for example. */
    static Cli start(
            Path directory, Map<String, String> environment, List<String> command, ProcessBuilder.Redirect output)
            throws IOException {
        Path out = Files.createTempFile("zerobuffer-cli", ".out");
        Path err = Files.createTempFile("zerobuffer-cli", ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory == null ? null : directory.toFile())
                .redirectOutput(output == null ? ProcessBuilder.Redirect.to(out.toFile()) : output)
                .redirectError(err.toFile());
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        return new Cli(ChildProcess.start(builder), out, err);
    }

    /** The Java of the tests. */
    static List<String> java(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Java.program()));
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * With the longest times where none are given: how long another process takes to start is the machine's business.
     */
    static List<String> patient(String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        if (!words.isEmpty() && WAIT.contains(words.getFirst()) && !words.contains("--wait-ms")) {
            words.addAll(List.of("--wait-ms", MOST_MILLIS));
        }
        if (!words.isEmpty() && TIME_OUT.contains(words.getFirst()) && !words.contains("--timeout-ms")) {
            words.addAll(List.of("--timeout-ms", MOST_MILLIS));
        }
        return words;
    }

    static Outcome run(String... arguments) throws Exception {
        try (Cli cli = start(arguments)) {
            return cli.outcome();
        }
    }

    Process process() {
        return process.process();
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

    void signal(String signal) {
        process.signal(signal);
    }

    /** Where SIGINT is ignored and cannot be reset. */
    static void assumeHeeds(Cli cli, String signal) throws IOException {
        boolean ignoresInterrupt = Files.readAllLines(Path.of("/proc/" + cli.process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
        assumeFalse(
                signal.equals("INT") && ignoresInterrupt,
                "started where SIGINT is ignored, and env has no --default-signal");
    }

    Outcome outcome() throws Exception {
        return new Outcome(process.exitStatus(), out(), err());
    }

    /** Ends it in order, so that it removes what it made, however the test ends. */
    @Override
    public void close() throws IOException {
        process.end();
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
    }

    record Outcome(int status, String out, String err) {}
}
