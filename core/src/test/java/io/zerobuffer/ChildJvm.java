package io.zerobuffer;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the tests in a JVM of its own, ended at the latest when it is closed. */
public final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    public static ChildJvm start(List<String> options, Class<?> program, String... arguments) throws IOException {
        // Some parents ignore these, and with them all their children.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP,INT,TERM"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(Path.of("target", "classes") + File.pathSeparator + Path.of("target", "test-classes"));
        command.add(program.getName());
        command.addAll(List.of(arguments));
        return new ChildJvm(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /**
     * A writer that has written that many frames of 8 bytes, which hold 1, 2 and so on, when this returns, and then
     * stays.
     */
    public static ChildJvm writer(String bufferName, int frames) throws IOException {
        ChildJvm writer = start(List.of(), WriterProgram.class, bufferName, Integer.toString(frames));
        if (!"written".equals(writer.readLine())) {
            writer.close();
            throw new IllegalStateException("the writer process failed");
        }
        return writer;
    }

    /** The next line it prints; null when it has ended. */
    public String readLine() {
        try {
            return output.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** Sends it a signal, by its name without SIG. */
    public void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("no signal " + signal + " could be sent to process " + pid());
        }
    }

    /** Ends its input, which is how a program that stays is told to leave. */
    public void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** How it ended; kills it when it has not after two minutes. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return process.waitFor();
    }

    /** Kills it. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes and waits to be killed. */
    static final class WriterProgram {
        private WriterProgram() {}

        public static void main(String[] args) throws IOException {
            try (Writer writer = Writer.connect(args[0])) {
                for (long i = 1; i <= Integer.parseInt(args[1]); i++) {
                    long value = i;
                    writer.write(Long.BYTES, claim -> claim.putLong(0, value));
                }
                System.out.println("written");
                System.in.read();
            }
        }
    }
}
