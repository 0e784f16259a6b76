package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A writer process and a reader process. */
final class WriteReadTest {
    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void shouldLeaveNothingBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"sequential", "random", "zero", "ones"})
    void shouldCarryEveryByteOfEveryPattern(String pattern) throws Exception {
        try (Cli reader = Cli.start(
                        "read",
                        name,
                        "-n",
                        "2000",
                        "-s",
                        "1-3000",
                        "--seed",
                        "7",
                        "--payload-size",
                        "8KB",
                        "--verify",
                        pattern,
                        "--json-output");
                Cli writer = Cli.start(
                        "writer",
                        name,
                        "-n",
                        "2000",
                        "-s",
                        "1-3000",
                        "--seed",
                        "7",
                        "--pattern",
                        pattern,
                        "-m",
                        "caps",
                        "--json-output")) {
            Cli.Outcome wrote = writer.outcome();
            Cli.Outcome read = reader.outcome();
            assertEquals(ExitStatus.DONE, wrote.status(), wrote::err);
            assertEquals(ExitStatus.DONE, read.status(), read::err);
            assertTrue(
                    wrote.out()
                            .startsWith("{\"operation\":\"write\",\"buffer_name\":\"" + name
                                    + "\",\"frames_written\":2000,"),
                    wrote.out());
            assertTrue(
                    wrote.out().contains("\"metadata_size\":4,") && wrote.out().contains("\"errors\":[]"), wrote.out());
            assertTrue(
                    read.out()
                            .startsWith(
                                    "{\"operation\":\"read\",\"buffer_name\":\"" + name + "\",\"frames_read\":2000,"),
                    read.out());
            assertTrue(
                    read.out().contains("\"metadata_size\":4,") && read.out().contains("\"verification_errors\":0,"),
                    read.out());
            assertEquals("", wrote.err() + read.err());
        }
    }

    @Test
    void shouldEndWithStatus4WhenBytesAreNotWhatTheyShouldBe() throws Exception {
        try (Cli reader = Cli.start(
                        "reader",
                        name,
                        "-n",
                        "0",
                        "--payload-size",
                        "1MB",
                        "--verify",
                        "random",
                        "--seed",
                        "2",
                        "--json-output");
                Cli writer = Cli.start("write", name, "-n", "10", "--pattern", "random", "--seed", "3")) {
            assertEquals(ExitStatus.DONE, writer.outcome().status());
            Cli.Outcome read = reader.outcome();
            assertEquals(ExitStatus.NOT_VERIFIED, read.status());
            assertTrue(read.out().contains("\"verification_errors\":10,"), read.out());
            assertTrue(read.err().contains("frame 0 differs from the pattern at byte 0"), read.err());
        }
    }

    @Tag("long")
    @Test
    void shouldEndWithStatus4WhenSizesAreNotWhatTheyShouldBe() throws Exception {
        try (Cli reader = Cli.start("read", name, "-n", "3", "-s", "1KB", "--payload-size", "1MB");
                Cli writer = Cli.start("write", name, "-n", "3", "-s", "1000")) {
            assertEquals(ExitStatus.DONE, writer.outcome().status());
            Cli.Outcome read = reader.outcome();
            assertEquals(ExitStatus.NOT_VERIFIED, read.status());
            assertTrue(read.err().contains("frame 2 has 1000 bytes instead of 1024"), read.err());
        }
    }

    @Tag("long")
    @Test
    void shouldCarryAFileAsRawFramesAndTellTheirChecksums(@TempDir Path directory) throws Exception {
        byte[] content = new byte[1_234_567];
        new Random(1).nextBytes(content);
        Path input = Files.write(directory.resolve("input"), content);
        Path output = directory.resolve("output");
        try (Cli reader = Cli.start(
                        "read",
                        name,
                        "-n",
                        "0",
                        "--payload-size",
                        "300KB",
                        "--output",
                        output.toString(),
                        "--checksum",
                        "--json-output");
                Cli writer = Cli.start(
                        "write", name, "-n", "0", "-s", "100KB", "--input", input.toString(), "--json-output")) {
            Cli.Outcome wrote = writer.outcome();
            Cli.Outcome read = reader.outcome();
            assertEquals(ExitStatus.DONE, wrote.status(), wrote::err);
            assertEquals(ExitStatus.DONE, read.status(), read::err);
            assertArrayEquals(content, Files.readAllBytes(output));
            assertTrue(wrote.out().contains("\"frames_written\":13,\"frame_size\":102400,"), wrote.out());
            CRC32C last = new CRC32C();
            last.update(content, 12 * 102_400, content.length - 12 * 102_400);
            assertTrue(
                    read.out()
                            .contains("{\"frame\":12,\"checksum\":\"" + String.format("%08x", last.getValue()) + "\"}"),
                    read.out());
        }
    }

    @Test
    void shouldCarryStandardInputToStandardOutput() throws Exception {
        byte[] content = new byte[500_000];
        new Random(2).nextBytes(content);
        try (Cli reader = Cli.start("read", name, "-n", "0", "--payload-size", "64KB", "--output", "-");
                Cli writer = Cli.start("write", name, "-n", "0", "-s", "20KB", "--input", "-")) {
            try (OutputStream pipe = writer.process().getOutputStream()) {
                pipe.write(content);
            }
            assertEquals(ExitStatus.DONE, writer.outcome().status());
            assertEquals(ExitStatus.DONE, reader.outcome().status());
            assertTrue(Arrays.equals(content, reader.outBytes()), "standard output holds nothing but the frames");
            assertTrue(reader.err().startsWith("read from '" + name + "': 25 frames, 500000 bytes"), reader.err());
        }
    }

    @Tag("long")
    @Test
    void shouldReadNoMoreOfTheInputThanTheFramesAskedFor(@TempDir Path directory) throws Exception {
        Path input = Files.write(directory.resolve("input"), new byte[100_000]);
        try (Cli reader = Cli.start("read", name, "-n", "0", "--payload-size", "64KB");
                Cli writer = Cli.start("write", name, "-n", "3", "-s", "1000", "--input", input.toString())) {
            assertEquals(ExitStatus.DONE, writer.outcome().status());
            assertTrue(
                    reader.outcome().out().startsWith("read from '" + name + "': 3 frames, 3000 bytes"), reader.out());
        }
    }

    @Tag("long")
    @Test
    void shouldWriteTheWholeInputWhenNoNumberIsAskedFor(@TempDir Path directory) throws Exception {
        Path input = Files.write(directory.resolve("input"), new byte[15_005]);
        try (Cli reader = Cli.start("read", name, "-n", "0", "--payload-size", "64KB");
                Cli writer = Cli.start("write", name, "-s", "10", "--input", input.toString())) {
            assertEquals(ExitStatus.DONE, writer.outcome().status());
            assertTrue(
                    reader.outcome().out().startsWith("read from '" + name + "': 1501 frames, 15005 bytes"),
                    reader.out());
        }
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(ints = {0, 2500})
    void shouldEndWithStatus2WhenTheInputEndsBeforeTheFramesAskedFor(int bytes, @TempDir Path directory)
            throws Exception {
        Path input = Files.write(directory.resolve("input"), new byte[bytes]);
        int frames = bytes == 0 ? 0 : 3;
        try (Cli reader = Cli.start("read", name, "-n", "0", "--payload-size", "64KB");
                Cli writer = Cli.start(
                        "write", name, "-n", "1000", "-s", "1000", "--input", input.toString(), "--json-output")) {
            Cli.Outcome wrote = writer.outcome();
            assertEquals(ExitStatus.FAILED, wrote.status());
            String problem = "'" + input + "' ended: " + frames + " of 1000 frames written";
            assertTrue(
                    wrote.out().contains("\"frames_written\":" + frames + ",")
                            && wrote.out().contains("\"errors\":[\"" + problem + "\"]"),
                    wrote.out());
            assertEquals("zerobuffer: " + problem + "\n", wrote.err());
            assertEquals(ExitStatus.DONE, reader.outcome().status(), reader.err());
        }
    }

    @Tag("long")
    @Test
    void shouldSayThatStandardInputEndedEarly() throws Exception {
        try (Cli reader = Cli.start("read", name, "-n", "0", "--payload-size", "64KB");
                Cli writer = Cli.start("write", name, "-n", "2", "-s", "1000", "--input", "-")) {
            writer.process().getOutputStream().close();
            assertEquals(ExitStatus.FAILED, writer.outcome().status());
            assertTrue(writer.err().contains("standard input ended: 0 of 2 frames written"), writer.err());
            assertEquals(ExitStatus.DONE, reader.outcome().status(), reader.err());
        }
    }

    @Tag("long")
    @Test
    void shouldNameTheOutputThatIsFull() throws Exception {
        try (Cli reader = Cli.start(
                        "read", name, "-n", "1", "--payload-size", "64KB", "--output", "/dev/full", "--json-output");
                Cli writer = Cli.start("write", name, "-n", "1")) {
            assertEquals(ExitStatus.FAILED, reader.outcome().status());
            assertTrue(
                    reader.out().contains("\"errors\":[\"cannot write '/dev/full': No space left on device\"]"),
                    reader.out());
            writer.outcome();
        }
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"1GB", "9223372036854775000", "9223372036854775807"})
    void shouldRefuseASizeThatNoRingHas(String size) throws Exception {
        try (Cli reader = Cli.start("read", name, "-n", "0", "--payload-size", "64KB")) {
            Cli.Outcome wrote = Cli.run("write", name, "-s", size, "--json-output");
            assertEquals(ExitStatus.FAILED, wrote.status());
            assertTrue(
                    wrote.out().startsWith("{\"operation\":\"write\"")
                            && wrote.out().contains("too large"),
                    wrote.out());
            assertTrue(wrote.err().contains("too large") && !wrote.err().contains("MemorySegment"), wrote.err());
            assertEquals(ExitStatus.DONE, reader.outcome().status(), reader.err());
        }
    }

    @Tag("long")
    @Test
    void shouldWriteMetadataFromAFile(@TempDir Path directory) throws Exception {
        Path metadata = Files.write(directory.resolve("metadata"), new byte[100]);
        try (Cli reader = Cli.start("read", name, "-n", "1", "--payload-size", "64KB");
                Cli writer = Cli.start("write", name, "-n", "1", "--metadata-file", metadata.toString())) {
            assertEquals(ExitStatus.DONE, writer.outcome().status());
            assertTrue(reader.outcome().out().contains("metadata: 100 bytes"), reader.out());
        }
    }

    @Tag("long")
    @Test
    void shouldAnnounceTheBufferSoThatAStreamerCanFindItInTheLog() throws Exception {
        try (Cli reader = Cli.start(
                        "read", name, "-n", "5", "--payload-size", "2000", "--metadata-size", "1000", "--announce");
                Cli parser = Cli.start("announce-parse", "--first", "--json-output");
                OutputStream log = parser.process().getOutputStream()) {
            Eventually.await("announcement", () -> contains(reader, "start-stream"));
            log.write(("starting\n" + reader.out() + "and so on\n").getBytes());
            log.flush();
            Cli.Outcome parsed = parser.outcome();
            assertEquals(ExitStatus.DONE, parsed.status());
            assertEquals(
                    "{\"buffer_name\":\"" + name + "\",\"metadata_size\":1024,\"payload_size\":2048}\n", parsed.out());
            assertEquals(
                    ExitStatus.DONE,
                    Cli.run("write", name, "-n", "5", "--wait-ms", "0", "-s", "100")
                            .status());
            assertEquals(ExitStatus.DONE, reader.outcome().status());
        }
    }

    @Test
    void shouldEndWithStatus1WhenThereIsNoBuffer() throws Exception {
        Cli.Outcome outcome = Cli.run("write", name, "--wait-ms", "100", "--json-output");
        assertEquals(ExitStatus.NOT_CONNECTED, outcome.status());
        assertTrue(
                outcome.out().contains("\"frames_written\":0,") && outcome.out().contains("not found"), outcome.out());
    }

    @Test
    void shouldEndWithStatus1WhenTheBufferHasAReaderAlready() throws Exception {
        try (Cli reader = Cli.start("read", name, "-n", "1", "--payload-size", "64KB", "--announce")) {
            Eventually.await("announcement", () -> contains(reader, "start-stream"));
            assertEquals(
                    ExitStatus.NOT_CONNECTED,
                    Cli.run("read", name, "--payload-size", "64KB").status());
            assertEquals(ExitStatus.DONE, Cli.run("write", name, "-n", "1").status());
            assertEquals(ExitStatus.DONE, reader.outcome().status());
        }
    }

    @Tag("long")
    @Test
    void shouldEndWithStatus2WhenNoFrameComesInTime() throws Exception {
        Cli.Outcome outcome = Cli.run("read", name, "--payload-size", "64KB", "--timeout-ms", "100");
        assertEquals(ExitStatus.FAILED, outcome.status());
        assertTrue(outcome.err().contains("no frame within 100 ms; 0 of 1000 frames read"), outcome.err());
    }

    @Tag("long")
    @Test
    void shouldEndWithStatus2WhenTheReaderDoesNotMakeRoomInTime() throws Exception {
        try (Cli reader =
                Cli.start("read", name, "-n", "0", "--payload-size", "4KB", "--timeout-ms", "0", "--announce")) {
            Eventually.await("announcement", () -> contains(reader, "start-stream"));
            reader.signal("STOP");
            Cli.Outcome wrote = Cli.run("write", name, "-n", "100", "-s", "1000", "--timeout-ms", "200");
            assertEquals(ExitStatus.FAILED, wrote.status());
            assertTrue(wrote.err().contains("full"), wrote.err());
            reader.signal("CONT");
            assertEquals(ExitStatus.DONE, reader.outcome().status());
        }
    }

    @Tag("long")
    @Test
    void shouldEndWithStatus2WhenTheWriterLeavesBeforeAllFramesHaveCome() throws Exception {
        try (Cli reader = Cli.start("read", name, "-n", "20", "--payload-size", "64KB");
                Cli writer = Cli.start("write", name, "-n", "10")) {
            assertEquals(ExitStatus.DONE, writer.outcome().status());
            assertEquals(ExitStatus.FAILED, reader.outcome().status());
            assertTrue(reader.err().contains("closed; 10 of 20 frames read"), reader.err());
        }
    }

    @Test
    void shouldEndWithStatus2WhenTheWriterDied() throws Exception {
        try (Cli reader = Cli.start("read", name, "-n", "0", "--payload-size", "64KB", "--output", "-");
                Cli writer = Cli.start("write", name, "-n", "0", "--fps", "100")) {
            Eventually.await("frames", () -> size(reader) > 5_000);
            writer.process().destroyForcibly().waitFor();
            assertEquals(ExitStatus.FAILED, reader.outcome().status());
            assertTrue(reader.err().contains("died"), reader.err());
        }
    }

    @Tag("long")
    @Test
    void shouldLogWhatHappensOnlyWhenAsked() throws Exception {
        try (Cli reader = Cli.start("read", name, "-n", "1", "--payload-size", "64KB", "-v");
                Cli writer = Cli.start("write", name, "-n", "1")) {
            assertEquals("", writer.outcome().err());
            assertEquals(ExitStatus.DONE, reader.outcome().status());
            assertTrue(reader.err().contains("io.zerobuffer"), reader.err());
        }
    }

    private static boolean contains(Cli cli, String text) {
        try {
            return cli.out().contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    private static long size(Cli cli) {
        try {
            return cli.outBytes().length;
        } catch (IOException e) {
            return 0;
        }
    }
}
