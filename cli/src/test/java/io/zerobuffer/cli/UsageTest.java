package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.AutoComplete;
import picocli.CommandLine;

final class UsageTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "wriet x",
                "write",
                "write x y",
                "write x --pattern stripes",
                "write x --size 0",
                "write x --size 3QB",
                "write x --frames -1",
                "write x --frames many",
                "write x --fps 0",
                "write x --fps 25 --delay-ms 3",
                "write x --pattern zero --input -",
                "write x --input - --size 1-2",
                "write x --input /nonexistent/file",
                "write x --metadata a --metadata-file b",
                "write x --metadata-file /nonexistent/file",
                "write x --batch-size 0",
                "write x --timeout-ms -1",
                "write a/b --wait-ms 0",
                "read",
                "read x --verify stripes",
                "read x --permissions 0644",
                "read x --payload-size 0",
                "read x --announce --output -",
                "read x --output /nonexistent/file",
                "read a/b",
                "relay x",
                "relay x x",
                "relay x y --xor-key 256",
                "relay x y --transform rot13",
                "serve",
                "serve x --handler rot13",
                "serve x --count -1",
                "serve x --delay-ms -1",
                "serve x --threads 0",
                "serve x --xor-key 256",
                "serve x --permissions 0644",
                "serve x --payload-size 0",
                "serve a/b",
                "call",
                "call x --check rot13",
                "call x --count -1",
                "call x --size 0",
                "call x --in-flight 0",
                "call x --rate 0",
                "call x --xor-key -1",
                "call x --text a --pattern zero",
                "call x --input - --size 1-2",
                "call x --input /nonexistent/file",
                "call x --output /nonexistent/file",
                "call x --payload-size 0",
                "call a/b --wait-ms 0",
                "demo --seconds 0",
                "demo --width 0",
                "demo --fps -1",
                "announce-parse x"
            })
    void shouldRefuseBadArgumentsWithStatus3AndSayWhatIsWrong(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
        assertEquals(ExitStatus.USAGE, execute(arguments));
    }

    @ParameterizedTest
    @ValueSource(strings = {"write", "read", "serve", "call"})
    void shouldRefuseANameThatIsTooLongWithStatus3(String command) {
        assertEquals(ExitStatus.USAGE, execute(command, "x".repeat(300)));
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "write x --input",
                "write x --metadata-file",
                "call x --input",
                "call x --metadata-file",
                "read x --output",
                "demo --output"
            })
    void shouldNameTheFileThatCannotBeUsed(String line) {
        for (String file : new String[] {"/tmp", "/nonexistent/file"}) {
            assertEquals(ExitStatus.USAGE, execute((line + " " + file).split(" ")));
            String reason = file.equals("/tmp") ? "Is a directory" : "No such file or directory";
            assertTrue(err.toString().contains("'" + file + "': " + reason), err.toString());
        }
    }

    @Test
    void shouldNameTheCommandsWhenNoneIsGiven() {
        execute();
        assertTrue(err.toString().contains("write, read, relay, serve, call, demo, announce-parse"), err.toString());
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "write --help",
                "writer -h",
                "read --help",
                "reader -h",
                "relay --help",
                "serve --help",
                "call --help",
                "demo --help",
                "announce-parse --help",
                "help",
                "help relay"
            })
    void shouldExplainItself(String line) {
        assertEquals(ExitStatus.DONE, execute(line.split(" ")));
        assertTrue(out.toString().startsWith("Usage: zerobuffer"), out.toString());
        assertEquals("", err.toString());
    }

    @Test
    void shouldTellItsVersionAndThatOfTheProtocol() {
        assertEquals(ExitStatus.DONE, execute("--version"));
        assertTrue(out.toString().matches("zerobuffer .*, protocol 1\\.0\\.0, Java .*\\R"), out.toString());
    }

    @Test
    void shouldHideWhatIsNotMeantForPeople() {
        execute("--help");
        assertFalse(out.toString().contains("demo-reader"), out.toString());
        assertFalse(out.toString().contains("training-run"), out.toString());
    }

    @Test
    void shouldCompleteCommandsAndOptions() {
        String script = AutoComplete.bash("zerobuffer", Main.commandLine("generate-completion"));
        assertTrue(script.contains("announce-parse")
                && script.contains("--payload-size")
                && script.contains("\"sequential\"")
                && script.contains("--in-flight")
                && script.contains("\"double\""));
    }

    private int execute(String... arguments) {
        CommandLine commandLine = Main.commandLine(arguments);
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
