package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zerobuffer.errors.ZeroBufferException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program on this library in a JVM of its own, as another user, in other mounts or under other limits. Killed when it
 * is closed.
 */
final class Elsewhere implements AutoCloseable {
    static final int OTHER_USER = 65534;
    static final List<String> GRANTED = List.of("--enable-native-access=ALL-UNNAMED");

    private static final int WATCHDOG_MINUTES = 2;

    private static final List<String> AS_OTHER_USER =
            List.of("setpriv", "--reuid=" + OTHER_USER, "--regid=" + OTHER_USER, "--clear-groups", "--");

    private final Process process;
    private final BufferedReader output;

    private Elsewhere(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        // Whoever reads its lines must not wait for ever on a program that hangs.
        CompletableFuture.delayedExecutor(WATCHDOG_MINUTES, TimeUnit.MINUTES).execute(process::destroyForcibly);
    }

    /** What runs a command in mounts of its own, in which a shell script has run before. */
    static List<String> mounts(String script) {
        return List.of("unshare", "--mount", "sh", "-c", "set -e; " + script + "; exec \"$@\"", "sh");
    }

    static List<String> asOtherUser() {
        return AS_OTHER_USER;
    }

    static List<String> both(List<String> outer, List<String> inner) {
        return Stream.concat(outer.stream(), inner.stream()).toList();
    }

    /** Whether a command can be run there, in which another user finds these classes. */
    static boolean canRun(List<String> launcher) throws IOException, InterruptedException {
        String classes = Path.of("target", "test-classes", "io", "zerobuffer", "Elsewhere.class")
                .toAbsolutePath()
                .toString();
        return new ProcessBuilder(both(launcher, List.of("test", "-r", classes)))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    /** @param words what it does, in this order: see {@link Program} */
    static Elsewhere start(List<String> launcher, List<String> options, String... words) throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-XX:-UsePerfData", "-cp"));
        command.add(Path.of("target", "classes").toAbsolutePath()
                + File.pathSeparator
                + Path.of("target", "test-classes").toAbsolutePath());
        command.add(Program.class.getName());
        command.addAll(List.of(words));
        return new Elsewhere(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Everything it prints until it ends. */
    static List<String> run(List<String> launcher, List<String> options, String... words)
            throws IOException, InterruptedException {
        try (Elsewhere program = start(launcher, options, words)) {
            List<String> lines = program.output.lines().toList();
            assertEquals(0, program.process.waitFor(), lines.toString());
            return lines;
        }
    }

    String readLine() {
        try {
            return output.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Does one thing after another, and prints a line for each: what it did, or the type of the exception and its
     * message. {@code create NAME PERMISSIONS}, {@code connect NAME TRUSTED}, {@code write}, {@code read}, {@code
     * close}, {@code left} (files), {@code stay} (until its input ends).
     */
    static final class Program {
        private static Reader reader;
        private static Writer writer;

        private Program() {}

        public static void main(String[] words) throws IOException {
            for (int i = 0; i < words.length; i++) {
                try {
                    switch (words[i]) {
                        case "create" ->
                            reader = Reader.create(
                                    words[++i],
                                    ReaderConfig.builder()
                                            .payloadSize(4096)
                                            .permissions(Permissions.valueOf(words[++i]))
                                            .build());
                        case "connect" ->
                            writer = Writer.connect(
                                    words[++i],
                                    WriterConfig.builder()
                                            .trusting(Permissions.valueOf(words[++i]))
                                            .build());
                        case "write" -> writer.write(new byte[] {1});
                        case "read" -> reader.read(Duration.ofMinutes(2)).release();
                        case "close" -> close();
                        case "left" -> {
                            System.out.println(left());
                            continue;
                        }
                        case "stay" -> System.in.read();
                        default -> throw new IllegalArgumentException(words[i]);
                    }
                    System.out.println("ok");
                } catch (ZeroBufferException refused) {
                    System.out.println(refused.getClass().getSimpleName() + ": " + refused.getMessage());
                }
            }
            Runtime.getRuntime().halt(0);
        }

        private static void close() {
            if (writer != null) {
                writer.close();
            }
            if (reader != null) {
                reader.close();
            }
        }

        private static List<String> left() throws IOException {
            List<String> names = new ArrayList<>();
            for (Path directory :
                    List.of(Path.of("/dev/shm"), Path.of("/tmp/zerobuffer"), Path.of("/tmp/zerobuffer/locks"))) {
                if (Files.isDirectory(directory)) {
                    try (Stream<Path> files = Files.list(directory)) {
                        files.filter(Files::isRegularFile).forEach(file -> names.add(file.toString()));
                    }
                }
            }
            return names;
        }
    }
}
