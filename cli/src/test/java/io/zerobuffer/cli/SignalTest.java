package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.Segment;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A signal ends a run in order: everything is cleaned up and the result is printed. */
final class SignalTest {
    private static final int SIGTERM_STATUS = 128 + 15;

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void shouldLeaveNothingBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void shouldCountAsTheEndOfAnUnlimitedRun(String signal) throws Exception {
        try (Cli reader = Cli.start(
                        "read",
                        name,
                        "-n",
                        "0",
                        "--payload-size",
                        "64KB",
                        "--json-output",
                        "--verify",
                        "sequential",
                        "--announce");
                Cli writer = Cli.start("write", name, "-n", "0", "--fps", "200", "--json-output")) {
            Eventually.await("buffer", () -> contains(reader, "start-stream"));
            Eventually.await("writer", () -> hasWriter(name));
            Cli.assumeHeeds(writer, signal);
            writer.signal(signal);
            Cli.Outcome wrote = writer.outcome();
            assertEquals(ExitStatus.DONE, wrote.status());
            assertTrue(
                    wrote.out().startsWith("{\"operation\":\"write\"")
                            && wrote.out().contains("\"errors\":[]"),
                    wrote.out());
            Cli.Outcome read = reader.outcome();
            assertEquals(ExitStatus.DONE, read.status(), read::err);
            assertEquals(frames(wrote.out()), frames(read.out()));
        }
    }

    @Tag("long")
    @Test
    void shouldBeSeenInTheStatusWhenFramesAreMissing() throws Exception {
        try (Cli reader = Cli.start(
                "read",
                name,
                "-n",
                "100",
                "--payload-size",
                "64KB",
                "--timeout-ms",
                "0",
                "--announce",
                "--json-output")) {
            Eventually.await("buffer", () -> contains(reader, "start-stream"));
            reader.signal("TERM");
            Cli.Outcome read = reader.outcome();
            assertEquals(SIGTERM_STATUS, read.status());
            assertTrue(read.out().contains("\"frames_read\":0,") && read.out().contains("\"errors\":[]"), read.out());
        }
    }

    @Tag("long")
    @Test
    void shouldEndAWriterThatWaitsForItsInput() throws Exception {
        try (Cli reader = Cli.start("read", name, "-n", "0", "--payload-size", "64KB");
                Cli writer = Cli.start("write", name, "-n", "0", "-s", "100", "--input", "-")) {
            writer.process().getOutputStream().write(new byte[250]);
            writer.process().getOutputStream().flush();
            Eventually.await("writer", () -> hasWriter(name));
            writer.signal("TERM");
            assertEquals(ExitStatus.DONE, writer.outcome().status(), writer.err());
            assertEquals(ExitStatus.DONE, reader.outcome().status(), reader.err());
        }
    }

    @Tag("long")
    @Test
    void shouldEndAWriterThatWaitsForItsBuffer() throws Exception {
        try (Cli writer = Cli.start("write", name, "--wait-ms", "600000", "-v")) {
            Eventually.await("log", () -> hasLogged(writer));
            writer.signal("TERM");
            assertEquals(SIGTERM_STATUS, writer.outcome().status());
            assertTrue(writer.out().contains("0 frames"), writer.out());
        }
    }

    private static boolean contains(Cli cli, String text) {
        try {
            return cli.out().contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean hasWriter(String name) {
        return Files.exists(TestBuffers.segmentFile(name)) && Segment.of(name).getLong(Segment.WRITER_PID) != 0;
    }

    private static boolean hasLogged(Cli cli) {
        try {
            return !cli.err().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private static String frames(String json) {
        return json.replaceAll("(?s).*\"frames_(written|read)\":(\\d+).*", "$2");
    }
}
