package io.zerobuffer.jcstress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Java;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;

/**
 * The quick form: every test once, in one configuration, the second compiler with its orderings shuffled. The long one:
 * {@code stress/jcstress/run}.
 */
@Tag("long")
class JcstressTest {
    private static final String SHUFFLED =
            "-XX:+UnlockDiagnosticVMOptions -XX:-TieredCompilation -XX:+StressLCM -XX:+StressGCM -XX:+StressIGVN"
                    + " -XX:+StressCCP";

    private static final String RUNNER = "_jcstress.class";

    private static final int SHORT_MILLIS = 200;

    /** What is broken is seen sooner or later, on a slow machine or one processor later. */
    private static final int LONG_MILLIS = 20_000;

    @TempDir
    private Path directory;

    @Test
    void noOutcomeThatIsForbiddenIsSeen() throws Exception {
        List<TestResult> results = run(0, SHORT_MILLIS, Path.of("target/classes"));

        results.stream().map(JcstressTest::text).sorted().forEach(System.out::println);
        assertEquals(testsIn(Path.of("target/classes")), names(results));
        for (TestResult result : results) {
            assertEquals(Status.NORMAL, result.status(), result::getName);
            assertNotEquals(0, result.getTotalCount(), result::getName);
        }
    }

    @Test
    void whatIsBrokenIsSeen() throws Exception {
        List<TestResult> results = run(1, SHORT_MILLIS, Path.of("target/test-classes"), Path.of("target/classes"));
        for (int millis = 10 * SHORT_MILLIS;
                results.stream().anyMatch(result -> result.grading().isPassed) && millis <= LONG_MILLIS;
                millis *= 10) {
            results = run(1, millis, Path.of("target/test-classes"), Path.of("target/classes"));
        }

        assertEquals(testsIn(Path.of("target/test-classes")), names(results));
        for (TestResult result : results) {
            assertEquals(Status.NORMAL, result.status(), result::getName);
            assertFalse(result.grading().isPassed, () -> text(result));
        }
    }

    /**
     * Runs what the first directory holds: jcstress asks the first list on its class path. It ends with 1 if a
     * forbidden outcome was seen or a JVM failed.
     */
    private List<TestResult> run(int worstStatus, int millis, Path... classes)
            throws IOException, InterruptedException, ClassNotFoundException {
        Path work = Files.createTempDirectory(directory, "run");
        Path output = work.resolve("output");
        String classPath = Stream.concat(
                        Stream.of(classes).map(path -> path.toAbsolutePath().toString()),
                        Stream.of(System.getProperty("java.class.path")))
                .collect(Collectors.joining(":"));
        ProcessBuilder command = new ProcessBuilder(
                        Java.program(),
                        "-cp",
                        classPath,
                        Main.class.getName(),
                        "-jvmArgs",
                        SHUFFLED,
                        "-jvmArgsPrepend",
                        "--enable-native-access=ALL-UNNAMED",
                        "-sc",
                        "false",
                        "-iters",
                        "1",
                        "-time",
                        Integer.toString(millis),
                        "-hs",
                        "128",
                        "-pth",
                        "false")
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        try (ChildProcess jcstress = ChildProcess.start(command)) {
            assertTrue(jcstress.endsWithin(Duration.ofMinutes(10)), "jcstress hangs");
            assertTrue(jcstress.exitStatus() <= worstStatus, () -> read(output));
        }
        try (Stream<Path> files = Files.list(work)) {
            Path results = files.filter(file -> file.toString().endsWith(".bin.gz"))
                    .findFirst()
                    .orElseThrow();
            InProcessCollector collector = new InProcessCollector();
            new DiskReadCollector(results.toString(), collector).dump();
            return new ArrayList<>(collector.getTestResults());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** By the runners that jcstress has generated. */
    private static Set<String> testsIn(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString().replace('/', '.'))
                    .filter(name -> name.endsWith(RUNNER))
                    .map(name -> name.substring(0, name.length() - RUNNER.length()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> names(List<TestResult> results) {
        return results.stream().map(TestResult::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(TestResult result) {
        return result.getName()
                + result.getStateKeys().stream()
                        .sorted()
                        .map(state -> " [" + state + "] " + result.getCount(state))
                        .collect(Collectors.joining());
    }
}
