package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names, metadata and texts that are not ASCII, where a Java takes each byte of them for an unknown character:
 * containers, cron, systemd units.
 */
@Tag("long")
final class LocaleTest {
    /** What scripts of these tests begin with: the accents come from printf, whatever the locale of the tests is. */
    private static final String ACCENTS = """
        program() { %s "$@"; }
        a=$(printf '\\303\\241') e=$(printf '\\303\\251') broken=$(printf '\\351')
        """;

    private static final byte[] E = {(byte) 0xC3, (byte) 0xA9};

    @TempDir
    private static Path directory;

    private static Path launcher;
    private static Path jar;

    private final String name = TestBuffers.uniqueName();

    /** How the program is started. */
    enum Start {
        LAUNCHER,
        JAVA
    }

    @BeforeAll
    static void install() throws IOException {
        launcher = Files.copy(Path.of("..", "zerobuffer"), directory.resolve("zerobuffer"));
        jar = Files.createDirectories(directory.resolve("cli/target")).resolve("zerobuffer-cli.jar");
        ProgramJar.build(jar);
    }

    @AfterEach
    void shouldLeaveNothingBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void shouldNotTakeTwoNamesForOne(Start start) throws Exception {
        try (Cli reader = run(
                start, "C", "program read " + name + "$e -n 1 --payload-size 64KB --timeout-ms 300000 --json-output")) {
            Eventually.await("buffer", this::isThere);
            try (Cli other = run(start, "C", "program write " + name + "$a -n 1 --wait-ms 0")) {
                assertEquals(ExitStatus.NOT_CONNECTED, other.outcome().status(), other.out());
                assertTrue(other.err().contains(name + "\u00e1"), other.err());
            }
            try (Cli same = run(start, "C.UTF-8", "program write " + name + "$e -n 1 -s 8 -m $e --wait-ms 0")) {
                assertEquals(ExitStatus.DONE, same.outcome().status(), same.err());
            }
            Cli.Outcome read = reader.outcome();
            assertEquals(ExitStatus.DONE, read.status(), read.err());
            assertTrue(
                    read.out().contains("\"buffer_name\":\"" + name + "\u00e9\"")
                            && read.out().contains("\"metadata_size\":2,"),
                    read.out());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendTheBytesOfAText(Start start) throws Exception {
        try (Cli server = run(start, "C", "program serve " + name + "$e -n 1 --payload-size 64KB --timeout-ms 300000");
                Cli client = run(
                        start,
                        "C",
                        "program call " + name
                                + "$e -n 1 --text $e --output - --payload-size 64KB --timeout-ms 300000 --wait-ms"
                                + " 300000")) {
            assertEquals(ExitStatus.DONE, client.outcome().status(), client.err());
            assertArrayEquals(E, client.outBytes());
            assertEquals(ExitStatus.DONE, server.outcome().status(), server.err());
        }
    }

    @Test
    void shouldReadAndWriteFilesOfAnyNameWithTheLauncher() throws Exception {
        String files = directory + "/" + name;
        try (Cli reader = run(
                        Start.LAUNCHER,
                        "C",
                        "program read " + name + " -n 1 --payload-size 64KB --timeout-ms 300000 --output " + files
                                + "$e");
                Cli writer = run(
                        Start.LAUNCHER,
                        "C",
                        "printf hello >" + files + "$a && program write " + name + " -n 1 --wait-ms 300000 --input "
                                + files
                                + "$a --metadata-file " + files + "$a")) {
            assertEquals(ExitStatus.DONE, writer.outcome().status(), writer.err());
            assertEquals(ExitStatus.DONE, reader.outcome().status(), reader.err());
            assertTrue(reader.out().contains("metadata: 5 bytes"), reader.out());
        }
        try (Cli shown = run(Start.LAUNCHER, "C", "cat " + files + "$e")) {
            assertEquals("hello", shown.outcome().out());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldWriteAPictureOfAnyNameOrRefuse(Start start) throws Exception {
        String file = directory + "/" + name;
        try (Cli demo = run(
                start,
                "C",
                "program demo --seconds 0.1 --width 64 --height 64 --output " + file + "$e && head -c 4 " + file
                        + "$e")) {
            if (start == Start.LAUNCHER) {
                assertEquals(ExitStatus.DONE, demo.outcome().status(), demo.err());
                assertTrue(demo.out().endsWith("PNG"), demo.out());
            } else {
                assertRefused(demo, file + "\u00e9", "LC_ALL=C.UTF-8");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"write x --input", "write x --metadata-file", "read x --output"})
    void shouldRefuseAFileThatJavaCannotNameInItsLocale(String command) throws Exception {
        try (Cli cli = run(Start.JAVA, "C", "program " + command + " /tmp/$e")) {
            assertRefused(cli, "/tmp/\u00e9", "LC_ALL=C.UTF-8");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseANameThatIsNotUtf8(Start start) throws Exception {
        for (String locale : List.of("C", "C.UTF-8")) {
            try (Cli cli = run(start, locale, "program read " + name + "$broken")) {
                assertRefused(cli, "argument 2 is not UTF-8");
            }
        }
    }

    @Test
    void shouldTellTheArgumentsByTheEndOfTheCommandLine() throws IOException {
        byte[] line = "java\0-jar\0x.jar\0read\0\0\u00e9\0".getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(new String[] {"read", "", "\u00e9"}, RawArguments.decoded(3, line));
        assertThrows(IOException.class, () -> RawArguments.decoded(7, line));
    }

    private static void assertRefused(Cli cli, String... said) throws Exception {
        Cli.Outcome refused = cli.outcome();
        assertEquals(ExitStatus.USAGE, refused.status(), refused.err());
        assertEquals("", refused.out());
        for (String text : said) {
            assertTrue(refused.err().contains(text), refused.err());
        }
    }

    /** The segment takes its name when everything else is there; what lies beside it ends with the name, too. */
    private boolean isThere() {
        try (Stream<Path> files = Files.list(Path.of(TestBuffers.SHARED_MEMORY))) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith(name));
        } catch (IOException e) {
            return false;
        }
    }

    private static Cli run(Start start, String locale, String script) throws IOException {
        String program =
                start == Start.LAUNCHER ? "\"" + launcher + "\"" : String.join(" ", Cli.java("-jar", jar.toString()));
        Path file = Files.createTempFile(directory, "script", ".sh");
        Files.writeString(file, ACCENTS.formatted(program) + script + "\n");
        Map<String, String> environment =
                Map.of("LC_ALL", locale, "JAVA_HOME", System.getProperty("java.home"), "JAVA_TOOL_OPTIONS", "");
        return Cli.start(directory, environment, List.of("sh", file.toString()));
    }
}
