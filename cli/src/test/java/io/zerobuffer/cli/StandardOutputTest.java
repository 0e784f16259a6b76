package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher with a real Java and the real program: nothing but the result reaches standard output. */
@Tag("long")
final class StandardOutputTest {
    private static final String LOG = """
        starting
        > {"jsonrpc": "2.0", "method": "start-stream", "params": ["cam", 4096, 8388608]}
        """;
    private static final String FOUND = "cam\t4096\t8388608\n";
    private static final List<String> VARIABLES =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS", "_JAVA_OPTIONS");

    @TempDir
    private static Path directory;

    private static Path launcher;
    private static Path jar;
    private static Path agent;

    private final String name = TestBuffers.uniqueName();

    /** Without sources: an installation, which builds nothing. */
    @BeforeAll
    static void install() throws Exception {
        launcher = Files.copy(Path.of("..", "zerobuffer"), directory.resolve("zerobuffer"));
        jar = Files.createDirectories(directory.resolve("cli/target")).resolve("zerobuffer-cli.jar");
        ProgramJar.build(jar);
        agent = ProgramJar.buildAgent(directory);
        assertEquals(0, launched(Map.of(), "--version").status());
        assertTrue(
                Files.exists(
                        jar.resolveSibling(Runtime.version().feature() < 25 ? "zerobuffer.jsa" : "zerobuffer.aot")),
                "a class cache is made");
    }

    @AfterEach
    void shouldLeaveNothingBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-javaagent:AGENT",
                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0",
                "-Xmx40g",
                "-XX:-UseCompressedOops",
                "-XX:+IgnoreUnrecognizedVMOptions -XX:+UseCompactObjectHeaders",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-modules=java.logging",
                "-Xbootclasspath/a:AGENT",
                "-XX:+UseG1GC",
                "-XX:+UseZGC",
                "-XX:+UseParallelGC",
                "-Xshare:off",
                "-Xlog:gc*,class+load",
                "-XX:+PrintFlagsFinal",
                "-Dtwo='two words'"
            })
    void shouldHoldNothingButTheResultWhateverJavaIsTold(String options) throws Exception {
        Cli.Outcome found = parsed(Map.of("JAVA_TOOL_OPTIONS", options.replace("AGENT", agent.toString())));
        assertEquals(0, found.status(), found.err());
        assertEquals(FOUND, found.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"JDK_JAVA_OPTIONS", "JAVA_OPTS", "_JAVA_OPTIONS"})
    void shouldHoldNothingButTheResultWhereverJavaIsTold(String variable) throws Exception {
        Cli.Outcome found = parsed(Map.of(variable, "-XX:+UseG1GC -javaagent:" + agent));
        assertEquals(0, found.status(), found.err());
        assertEquals(FOUND, found.out());
        assertTrue(found.err().contains("the agent has started"), "the options are passed on: " + found.err());
    }

    @Test
    void shouldHoldNothingButTheFrames() throws Exception {
        Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-javaagent:" + agent);
        try (Cli reader = start(environment, "read", name, "-n", "100", "--payload-size", "64KB", "--output", "-");
                Cli writer = start(
                        environment, "write", name, "-n", "100", "-s", "1000", "--pattern", "ones", "--json-output")) {
            Cli.Outcome wrote = writer.outcome();
            assertEquals(0, wrote.status(), wrote.err());
            assertTrue(
                    wrote.out().startsWith("{\"operation\":\"write\"")
                            && wrote.out().lines().count() == 1,
                    wrote.out());
            assertEquals(0, reader.outcome().status(), reader.err());
            byte[] expected = new byte[100_000];
            Arrays.fill(expected, (byte) 0xFF);
            assertTrue(Arrays.equals(expected, reader.outBytes()), () -> reader.process() + " wrote something else");
        }
    }

    /** Whatever a package of the JDK holds inside may change. */
    @Test
    void shouldNeedNoOpenedPackage() throws Exception {
        try (JarFile program = new JarFile(jar.toFile())) {
            Attributes manifest = program.getManifest().getMainAttributes();
            assertEquals("ALL-UNNAMED", manifest.getValue("Enable-Native-Access"));
            assertNull(manifest.getValue("Add-Opens"));
        }
    }

    @Test
    void shouldBeASocketAsWell() throws Exception {
        assumeTrue(canRun(List.of("bash", "-c")), "only bash connects a socket");
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout((int) Eventually.PATIENCE.toMillis());
            try (Cli version = startWith("/dev/tcp/127.0.0.1/" + server.getLocalPort(), "--version");
                    Socket socket = server.accept()) {
                String line = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(0, version.outcome().status(), version.err());
                assertTrue(line.startsWith("zerobuffer ") && line.lines().count() == 1, line);
            }
            try (Cli reader = startWith(
                            "/dev/tcp/127.0.0.1/" + server.getLocalPort(),
                            "read",
                            name,
                            "-n",
                            "9",
                            "--payload-size",
                            "1MB",
                            "--output",
                            "-");
                    Socket socket = server.accept();
                    Cli writer = start(Map.of(), "write", name, "-n", "9", "-s", "1000003", "--pattern", "ones")) {
                byte[] frames = socket.getInputStream().readAllBytes();
                assertEquals(0, writer.outcome().status(), writer.err());
                assertEquals(0, reader.outcome().status(), reader.err());
                byte[] expected = new byte[9 * 1_000_003];
                Arrays.fill(expected, (byte) 0xFF);
                assertTrue(Arrays.equals(expected, frames), () -> frames.length + " bytes");
            }
        }
    }

    @Test
    void shouldLetAReaderStopWhosePipeIsFull() throws Exception {
        List<String> command = List.of(
                launcher.toString(),
                "read",
                name,
                "-n",
                "0",
                "--timeout-ms",
                "0",
                "--payload-size",
                "1MB",
                "--output",
                "-");
        try (Cli reader = Cli.start(directory, environment(Map.of()), command, ProcessBuilder.Redirect.PIPE)) {
            stopWhenFull(reader, reader.process().getInputStream());
        }
    }

    @Test
    void shouldLetAReaderStopWhoseNamedPipeIsFull() throws Exception {
        Path pipe = directory.resolve(name);
        assertTrue(ChildProcess.succeeds(List.of("mkfifo", pipe.toString())));
        // Open for both, because opening for one waits for the other.
        try (RandomAccessFile both = new RandomAccessFile(pipe.toFile(), "rw");
                InputStream end = new FileInputStream(both.getFD());
                Cli reader =
                        startWith(pipe.toString(), "read", name, "-n", "0", "--payload-size", "1MB", "--output", "-")) {
            stopWhenFull(reader, end);
        }
    }

    @Test
    void shouldLetAReaderStopWhoseSocketIsFull() throws Exception {
        assumeTrue(canRun(List.of("bash", "-c")), "only bash connects a socket");
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout((int) Eventually.PATIENCE.toMillis());
            try (Cli reader = startWith(
                            "/dev/tcp/127.0.0.1/" + server.getLocalPort(),
                            "read",
                            name,
                            "-n",
                            "0",
                            "--payload-size",
                            "1MB",
                            "--output",
                            "-");
                    Socket socket = server.accept()) {
                stopWhenFull(reader, socket.getInputStream());
            }
        }
    }

    @Test
    void shouldBeNamedWhenItIsFull() throws Exception {
        try (Cli reader = startWith("/dev/full", "read", name, "-n", "1", "--payload-size", "64KB", "--output", "-");
                Cli writer = start(Map.of(), "write", name, "-n", "1")) {
            assertEquals(ExitStatus.FAILED, reader.outcome().status());
            assertTrue(
                    reader.err().contains("zerobuffer: cannot write standard output: No space left on device\n"),
                    reader.err());
            writer.outcome();
        }
    }

    /** In order: without the ten seconds after which the process would end anyway, and leave its buffer. */
    private void stopWhenFull(Cli reader, InputStream end) throws Exception {
        try (Cli writer = start(Map.of(), "write", name, "-n", "0", "-s", "200000")) {
            int[] seen = {0, 0};
            Eventually.await("a full pipe", () -> {
                int available = available(end);
                seen[1] = available > 0 && available == seen[0] ? seen[1] + 1 : 0;
                seen[0] = available;
                return seen[1] == 20;
            });
            reader.signal("TERM");
            Cli.Outcome stopped = reader.outcome();
            assertEquals(ExitStatus.DONE, stopped.status(), stopped.err());
            assertTrue(stopped.err().startsWith("read from '" + name + "': "), stopped.err());
            writer.outcome();
        }
    }

    private static int available(InputStream end) {
        try {
            return end.available();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void shouldHoldNothingButTheCompletionScript() throws Exception {
        Cli.Outcome plain = launched(Map.of(), "generate-completion");
        Cli.Outcome talked = launched(Map.of("JAVA_TOOL_OPTIONS", "-javaagent:" + agent), "generate-completion");
        assertTrue(plain.out().startsWith("#!/usr/bin/env bash"), plain.out());
        assertEquals(
                plain.out().lines().skip(10).toList(),
                talked.out().lines().skip(10).toList());
        assertEquals(plain.out().lines().count(), talked.out().lines().count());
    }

    /** Image tools set it back, so that builds are the same. */
    @ParameterizedTest
    @ValueSource(longs = {1, 4_000_000_000L})
    void shouldNotTalkOfAJarOfAnotherTime(long seconds) throws Exception {
        Files.setLastModifiedTime(jar, FileTime.from(seconds, TimeUnit.SECONDS));
        for (int i = 0; i < 2; i++) {
            Cli.Outcome found = parsed(Map.of());
            assertEquals(FOUND, found.out());
            assertEquals("", found.err());
        }
    }

    /** Where nothing can be written, the cache of another time stays. */
    @Test
    void shouldNotTalkOfACacheThatDoesNotFit() throws Exception {
        parsed(Map.of());
        FileTime other = FileTime.from(2, TimeUnit.SECONDS);
        Files.setLastModifiedTime(jar, other);
        try (var files = Files.list(jar.getParent())) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".for")).toList()) {
                Files.setLastModifiedTime(file, other);
            }
        }
        Cli.Outcome found = parsed(Map.of());
        assertEquals(FOUND, found.out());
        assertEquals("", found.err());
    }

    /** Two containers with one /tmp: both are process 1 there, and a Java has a file in it by that number. */
    @Test
    void shouldNotTalkOfAJavaWithTheSameProcessIdInAnotherContainer() throws Exception {
        List<String> container = List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc");
        assumeTrue(canRun(container), "PID namespaces cannot be made here (needs root)");
        try (Cli one = start(container, Map.of(), "announce-parse");
                Cli other = start(container, Map.of(), "announce-parse")) {
            for (Cli cli : List.of(one, other)) {
                cli.process().getOutputStream().write(LOG.getBytes(StandardCharsets.UTF_8));
                cli.process().getOutputStream().flush();
            }
            for (Cli cli : List.of(one, other)) {
                Eventually.await("announcement", () -> hasPrinted(cli, FOUND));
            }
            for (Cli cli : List.of(one, other)) {
                cli.process().getOutputStream().close();
                Cli.Outcome found = cli.outcome();
                assertEquals(FOUND, found.out());
                assertEquals("", found.err());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:NoSuchOption",
                "-XX:+UseG1GC -XX:+UseZGC",
                "-Xmx1k",
                "-javaagent:/nonexistent.jar",
                "-agentlib:nonexistent"
            })
    void shouldSayInOneLineWithStatus127WhyJavaDoesNotStart(String options) throws Exception {
        Cli.Outcome refused = parsed(Map.of("JAVA_TOOL_OPTIONS", options));
        assertEquals(127, refused.status(), refused.err());
        assertEquals("", refused.out());
        assertEquals(1, refused.err().lines().count(), refused.err());
        assertTrue(
                refused.err().startsWith("zerobuffer: ") && refused.err().contains("JAVA_TOOL_OPTIONS"), refused.err());
    }

    @Test
    void shouldWriteTheLogThatTheUserAsksFor() throws Exception {
        Path log = directory.resolve("gc.log");
        assertEquals(
                FOUND,
                parsed(Map.of("JAVA_TOOL_OPTIONS", "-Xlog:gc*:file=" + log)).out());
        assertTrue(Files.size(log) > 0);
    }

    @Test
    void shouldGoOnWhereTheFileThatItIsAppendedToEnds() throws Exception {
        Path script = directory.resolve("append");
        Path file = directory.resolve("appended");
        Files.writeString(script, "{ echo before; \"$1\" --version; echo after; } >\"$2\"\n");
        try (Cli cli = Cli.start(
                directory,
                environment(Map.of()),
                List.of("sh", script.toString(), launcher.toString(), file.toString()))) {
            assertEquals(0, cli.outcome().status(), cli.err());
        }
        List<String> lines = Files.readAllLines(file);
        assertEquals(3, lines.size(), lines::toString);
        assertTrue(
                lines.get(0).equals("before")
                        && lines.get(1).startsWith("zerobuffer ")
                        && lines.get(2).equals("after"),
                lines::toString);
    }

    @Test
    void shouldShowADemoWhateverItsProcessesPrintToo() throws Exception {
        for (boolean withLauncher : new boolean[] {true, false}) {
            List<String> command =
                    new ArrayList<>(withLauncher ? List.of(launcher.toString()) : Cli.java("-jar", jar.toString()));
            command.addAll(List.of("demo", "--seconds", "0.2", "--width", "64", "--height", "64"));
            try (Cli demo =
                    Cli.start(directory, environment(Map.of("JAVA_TOOL_OPTIONS", "-javaagent:" + agent)), command)) {
                Cli.Outcome outcome = demo.outcome();
                assertEquals(0, outcome.status(), outcome.out() + outcome.err());
                assertTrue(outcome.out().contains("0 frames lost, 0 damaged"), outcome.out());
                assertEquals(!withLauncher, outcome.out().contains("the agent"), outcome.out());
                assertFalse(outcome.err().contains("zerobuffer: "), outcome.err());
            }
        }
    }

    private static boolean hasPrinted(Cli cli, String text) {
        try {
            return cli.out().contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    /** With a file, or what bash takes for one, as standard output. */
    private static Cli startWith(String output, String... arguments) throws IOException {
        String shell = output.startsWith("/dev/tcp/") ? "bash" : "sh";
        return start(List.of(shell, "-c", "exec \"$@\" >" + output, shell), Map.of(), arguments);
    }

    private static boolean canRun(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        return ChildProcess.succeeds(command);
    }

    /** Finds an announcement in a log. */
    private static Cli.Outcome parsed(Map<String, String> environment) throws Exception {
        try (Cli cli = start(environment, "announce-parse")) {
            try (var log = cli.process().getOutputStream()) {
                log.write(LOG.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // One that does not start has closed it.
                assertFalse(cli.outcome().status() == 0, cli.err());
            }
            return cli.outcome();
        }
    }

    private static Cli.Outcome launched(Map<String, String> environment, String... arguments) throws Exception {
        try (Cli cli = start(environment, arguments)) {
            return cli.outcome();
        }
    }

    private static Cli start(Map<String, String> environment, String... arguments) throws IOException {
        return start(List.of(), environment, arguments);
    }

    private static Cli start(List<String> prefix, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(launcher.toString());
        command.addAll(Cli.patient(arguments));
        return Cli.start(directory, environment(environment), command);
    }

    /** That of the tests without options for Java, and with the Java of the tests. */
    private static Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        VARIABLES.forEach(variable -> environment.put(variable, ""));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.putAll(more);
        return environment;
    }
}
