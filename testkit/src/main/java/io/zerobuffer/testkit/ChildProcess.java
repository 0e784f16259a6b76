package io.zerobuffer.testkit;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A process that a test has started, with all that it starts itself. It has ended when it is closed, and at the latest
 * when this JVM ends; a read of its output ends it after {@link Eventually#PATIENCE}, because no interrupt ends a read.
 */
public final class ChildProcess implements AutoCloseable {
    /** How long a process may take to end when it is killed. */
    private static final Duration LAST_BREATH = Duration.ofMinutes(1);

    /** What a JVM that is torn down in the midst of a test leaves running. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    /** Some parents ignore these, and with them all their children; env undoes that since coreutils 8.31. */
    private static final List<String> HEEDING_SIGNALS = List.of("env", "--default-signal=HUP,INT,TERM");

    private static final boolean CAN_HEED_SIGNALS = canHeedSignals();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(ChildProcess::destroyTree)));
    }

    private final Process process;
    private final BufferedReader output;
    private final BufferedWriter input;
    private volatile Thread listener;

    private ChildProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        RUNNING.add(process);
        process.onExit().thenRun(() -> RUNNING.remove(process));
    }

    /** Starts what was prepared, which then heeds SIGHUP, SIGINT and SIGTERM even where this process ignores them. */
    public static ChildProcess start(ProcessBuilder prepared) throws IOException {
        if (CAN_HEED_SIGNALS) {
            List<String> command = new ArrayList<>(HEEDING_SIGNALS);
            command.addAll(prepared.command());
            prepared.command(command);
        }
        return new ChildProcess(prepared.start());
    }

    /** Starts a pipeline as {@link ProcessBuilder#startPipeline} does; all but the last have only to be closed. */
    public static List<ChildProcess> startPipeline(List<ProcessBuilder> prepared) throws IOException {
        return ProcessBuilder.startPipeline(prepared).stream()
                .map(ChildProcess::new)
                .toList();
    }

    /** Whether a command can be run, and succeeds. */
    public static boolean succeeds(List<String> command) {
        try {
            return new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notThere) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean canHeedSignals() {
        List<String> command = new ArrayList<>(HEEDING_SIGNALS);
        command.add("true");
        return succeeds(command);
    }

    public Process process() {
        return process;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The next line that it prints; null when it has ended. */
    public String readLine() {
        return watched(output::readLine);
    }

    /** All that it prints until it ends, or closes its output. */
    public List<String> readLines() {
        return watched(() -> output.lines().toList());
    }

    /** Tells every line that it prints, and then, once, that there will be none any more: from a thread of its own. */
    public void listen(Consumer<String> line, Runnable end) {
        listener = Thread.ofPlatform().daemon().name("output of " + pid()).start(() -> {
            try {
                for (String next = output.readLine(); next != null; next = output.readLine()) {
                    line.accept(next);
                }
            } catch (IOException closed) {
                // As the end of the output of a process that was killed may look.
            } finally {
                end.run();
            }
        });
    }

    /** @throws IOException if it has ended or closed its input */
    public void send(String line) throws IOException {
        input.write(line);
        input.write('\n');
        input.flush();
    }

    /** Ends its input, which is how a program that stays is told to leave. */
    public void endInput() throws IOException {
        input.close();
    }

    /** Sends it a signal, by its name without SIG. */
    public void signal(String name) {
        if (!succeeds(List.of("kill", "-" + name, Long.toString(pid())))) {
            throw new AssertionError("no signal " + name + " could be sent to process " + pid());
        }
    }

    /** How it ended; one that does not end within {@link Eventually#PATIENCE} is killed, and the test fails. */
    public int exitStatus() throws InterruptedException {
        if (!endsWithin(Eventually.PATIENCE)) {
            String command = process.info().commandLine().orElse("process " + pid());
            kill();
            throw new AssertionError("did not end within " + Eventually.PATIENCE.toSeconds() + " s: " + command);
        }
        return process.exitValue();
    }

    public boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Ends it as SIGTERM does, so that it removes what it made, and closes its input and output; kills it if that takes
     * too long.
     */
    public void end() {
        uninterrupted(() -> {
            if (process.isAlive()) {
                process.destroy();
                // One that was stopped hears of it when it goes on.
                succeeds(List.of("kill", "-CONT", Long.toString(pid())));
                endsWithin(LAST_BREATH);
            }
        });
        kill();
    }

    /** Ends it as SIGKILL does: nothing is cleaned up. */
    public void kill() {
        destroyTree(process);
        uninterrupted(() -> {
            endsWithin(LAST_BREATH);
            if (listener != null && listener != Thread.currentThread()) {
                // Also what runs below it has then closed its output.
                listener.join(LAST_BREATH);
            }
        });
    }

    /** Kills it. */
    @Override
    public void close() {
        kill();
    }

    /**
     * What runs below it first: it would see its input end, and might close in good order before its end reaches it.
     */
    private static void destroyTree(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> T watched(Reading<T> reading) {
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                () -> destroyTree(process),
                CompletableFuture.delayedExecutor(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        try {
            return reading.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            watchdog.cancel(false);
        }
    }

    private interface Waiting {
        void run() throws InterruptedException;
    }

    /** Waits although the thread was interrupted, as that of a test is that took too long. */
    private static void uninterrupted(Waiting waiting) {
        boolean interrupted = Thread.interrupted();
        try {
            waiting.run();
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
