package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes: writer, relay, reader. */
final class RelayTest {
    private final String in = TestBuffers.uniqueName();
    private final String out = TestBuffers.uniqueName();

    @AfterEach
    void shouldLeaveNothingBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldPassOnFramesAndMetadataAsTheyAre() throws Exception {
        try (Cli reader = Cli.start(
                        "read", out, "-n", "0", "-s", "1-500", "--payload-size", "4KB", "--verify", "sequential");
                Cli relay = Cli.start("relay", in, out, "--create-output", "--buffer-size", "4KB", "--json-output");
                Cli writer = Cli.start("write", in, "-n", "3000", "-s", "1-500", "-m", "caps")) {
            assertEquals(ExitStatus.DONE, writer.outcome().status(), writer.err());
            Cli.Outcome relayed = relay.outcome();
            assertEquals(ExitStatus.DONE, relayed.status(), relayed::err);
            assertTrue(
                    relayed.out().contains("\"frames_relayed\":3000,")
                            && relayed.out().contains("\"metadata_size\":4,"),
                    relayed.out());
            Cli.Outcome read = reader.outcome();
            assertEquals(ExitStatus.DONE, read.status(), read::err);
            assertTrue(read.out().contains("3000 frames") && read.out().contains("metadata: 4 bytes"), read.out());
        }
    }

    @Tag("long")
    @Test
    void shouldTransformFramesOnTheWay(@TempDir Path directory) throws Exception {
        byte[] content = new byte[10_001];
        new Random(3).nextBytes(content);
        Path input = Files.write(directory.resolve("input"), content);
        Path output = directory.resolve("output");
        try (Cli reader = Cli.start("read", out, "-n", "1", "--payload-size", "64KB", "--output", output.toString());
                Cli relay = Cli.start(
                        "relay",
                        in,
                        out,
                        "-n",
                        "1",
                        "--create-output",
                        "--buffer-size",
                        "64KB",
                        "--transform",
                        "xor",
                        "--xor-key",
                        "90");
                Cli writer = Cli.start("write", in, "-n", "0", "-s", "10001", "--input", input.toString())) {
            assertEquals(ExitStatus.DONE, reader.outcome().status(), reader.err());
            assertEquals(ExitStatus.DONE, relay.outcome().status(), relay.err());
            assertEquals(ExitStatus.DONE, writer.outcome().status(), writer.err());
        }
        for (int i = 0; i < content.length; i++) {
            content[i] ^= 90;
        }
        assertArrayEquals(content, Files.readAllBytes(output));
    }

    @Tag("long")
    @Test
    void shouldEndWithStatus1WhenNobodyReadsTheOutput() throws Exception {
        Cli.Outcome outcome = Cli.run("relay", in, out, "--buffer-size", "64KB");
        assertEquals(ExitStatus.NOT_CONNECTED, outcome.status());
        assertTrue(outcome.err().contains(out) && outcome.err().contains("not found"), outcome.err());
    }

    @Tag("long")
    @Test
    void shouldEndWithStatus2WhenAFrameDoesNotFitIntoTheOutput() throws Exception {
        try (Cli reader = Cli.start("read", out, "-n", "0", "--payload-size", "4KB");
                Cli relay = Cli.start("relay", in, out, "--create-output", "--buffer-size", "64KB");
                Cli writer = Cli.start("write", in, "-n", "1", "-s", "8KB")) {
            assertEquals(ExitStatus.FAILED, relay.outcome().status());
            assertTrue(relay.err().contains("too large"), relay.err());
            assertEquals(ExitStatus.DONE, writer.outcome().status(), writer.err());
            assertEquals(ExitStatus.DONE, reader.outcome().status(), reader.err());
        }
    }
}
