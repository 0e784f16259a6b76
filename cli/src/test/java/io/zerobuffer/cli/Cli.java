package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The command line in a process of its own, which ends at the latest when it is closed. */
final class Cli implements AutoCloseable {
    static final long WATCHDOG_SECONDS = 300;

    private static final String MOST_MILLIS = Long.toString(TimeUnit.SECONDS.toMillis(WATCHDOG_SECONDS));
    private static final Set<String> WAIT = Set.of("write", "writer", "call");
    private static final Set<String> TIME_OUT = Set.of("write", "writer", "read", "reader", "relay", "serve", "call");

    /** What a test that is torn down with its JVM leaves running. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Cli::kill)));
    }

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
        List<String> command = java(
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
        command.addAll(patient(arguments));
        return start(directory, Map.of(), heedingInterrupts(command));
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
        Process process = builder.start();
        RUNNING.add(process);
        return new Cli(process, out, err);
    }

    /** The Java of the tests. */
    static List<String> java(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
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

    /**
     * Where SIGINT is ignored, as under nohup or in the background of a shell, a process could not be told to heed it
     * but by coreutils 8.31 and later.
     */
    private static List<String> heedingInterrupts(List<String> command) {
        if (!CAN_RESET_INTERRUPTS) {
            return command;
        }
        List<String> wrapped = new ArrayList<>(List.of("env", "--default-signal=HUP,INT,TERM"));
        wrapped.addAll(command);
        return wrapped;
    }

    private static final boolean CAN_RESET_INTERRUPTS = canResetInterrupts();

    private static boolean canResetInterrupts() {
        try {
            return new ProcessBuilder("env", "--default-signal=HUP,INT,TERM", "true")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
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
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .inheritIO()
                .start();
        assertTrue(kill.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS) && kill.exitValue() == 0, "kill -" + signal);
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
        assertTrue(
                process.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS),
                () -> "still running: " + process.info().commandLine().orElse(""));
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
        for (Path directory :
                List.of(Path.of("/dev/shm"), Path.of("/tmp/zerobuffer"), Path.of("/tmp/zerobuffer/locks"))) {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> entries = Files.list(directory)) {
                    entries.filter(entry -> entry.getFileName().toString().contains(name))
                            .forEach(found::add);
                }
            }
        }
        return found;
    }

    /**
     * Fails if anything exists of these buffers, and removes it: a test that failed for another reason leaves nothing
     * behind either.
     */
    static void assertNothingRemains(String... names) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String name : names) {
            found.addAll(remains(name));
        }
        for (Path file : found) {
            Files.deleteIfExists(file);
        }
        assertEquals(List.of(), found);
    }

    /** Ends it in order, so that it removes what it made, however the test ends; by force if that takes too long. */
    @Override
    public void close() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            if (process.isAlive()) {
                endInOrder();
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            kill(process);
            RUNNING.remove(process);
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void endInOrder() throws IOException, InterruptedException {
        process.destroy();
        // One that was stopped hears of it when it goes on.
        new ProcessBuilder("kill", "-CONT", Long.toString(process.pid()))
                .redirectErrorStream(true)
                .start()
                .waitFor();
        process.waitFor(60, TimeUnit.SECONDS);
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }

    record Outcome(int status, String out, String err) {}
}
