package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zerobuffer.errors.ZeroBufferException;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A program on this library in a JVM of its own, as another user, in other mounts or under other limits. */
final class Elsewhere {
    static final int OTHER_USER = 65534;
    static final List<String> GRANTED = List.of("--enable-native-access=ALL-UNNAMED");

    private static final List<String> AS_OTHER_USER =
            List.of("setpriv", "--reuid=" + OTHER_USER, "--regid=" + OTHER_USER, "--clear-groups", "--");

    private Elsewhere() {}

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
    static boolean canRun(List<String> launcher) {
        String classes = Path.of("target", "test-classes", "io", "zerobuffer", "Elsewhere.class")
                .toAbsolutePath()
                .toString();
        return ChildProcess.succeeds(both(launcher, List.of("test", "-r", classes)));
    }

    /** @param words what it does, in this order: see {@link Program} */
    static ChildProcess start(List<String> launcher, List<String> options, String... words) throws IOException {
        List<String> command =
                ChildJvm.command(both(options, List.of("-XX:-UsePerfData")), Program.class, words);
        return ChildProcess.start(
                new ProcessBuilder(both(launcher, command)).redirectError(ProcessBuilder.Redirect.INHERIT));
    }

    /** Everything it prints until it ends. */
    static List<String> run(List<String> launcher, List<String> options, String... words)
            throws IOException, InterruptedException {
        try (ChildProcess program = start(launcher, options, words)) {
            List<String> lines = program.readLines();
            assertEquals(0, program.exitStatus(), lines.toString());
            return lines;
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
            // Constants, which the compiler copies: another user may not be able to read the class that has them.
            for (String directory :
                    List.of(TestBuffers.SHARED_MEMORY, TestBuffers.LOCKS, TestBuffers.CSHARP_LOCKS)) {
                if (Files.isDirectory(Path.of(directory))) {
                    try (Stream<Path> files = Files.list(Path.of(directory))) {
                        files.filter(Files::isRegularFile).forEach(file -> names.add(file.toString()));
                    }
                }
            }
            return names;
        }
    }
}
