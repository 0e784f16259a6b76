package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server process and client processes. */
final class ServeCallTest {
    private static final int SIGTERM_STATUS = 128 + 15;

    private final String channel = TestBuffers.uniqueName();

    @AfterEach
    void shouldLeaveNothingBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Tag("long")
    @ParameterizedTest
    @CsvSource({
        "echo, 1, 1",
        "echo, 16, 1",
        "xor, 1, 1",
        "xor, 16, 1",
        "xor, 16, 4",
        "double, 1, 1",
        "double, 16, 1",
        "double, 16, 4"
    })
    void shouldAnswerEveryRequestWithEveryByteAsItShouldBe(String handler, String inFlight, String threads)
            throws Exception {
        try (Cli server = Cli.start(
                        "serve",
                        channel,
                        "-n",
                        "2000",
                        "--handler",
                        handler,
                        "--xor-key",
                        "90",
                        "--threads",
                        threads,
                        "--payload-size",
                        "8KB",
                        "--json-output");
                Cli client = Cli.start(
                        "call",
                        channel,
                        "-n",
                        "2000",
                        "-s",
                        "1-3000",
                        "--pattern",
                        "random",
                        "--payload-size",
                        "8KB",
                        "-m",
                        "caps",
                        "--in-flight",
                        inFlight,
                        "--check",
                        handler,
                        "--xor-key",
                        "90",
                        "--json-output")) {
            Cli.Outcome called = client.outcome();
            Cli.Outcome served = server.outcome();
            assertEquals(ExitStatus.DONE, called.status(), called::err);
            assertEquals(ExitStatus.DONE, served.status(), served::err);
            assertTrue(
                    called.out()
                            .startsWith("{\"operation\":\"call\",\"channel_name\":\"" + channel
                                    + "\",\"answers_received\":2000,"),
                    called.out());
            assertTrue(
                    called.out().contains("\"metadata_size\":4,")
                            && called.out().contains("\"verification_errors\":0,"),
                    called.out());
            assertTrue(
                    served.out()
                            .startsWith("{\"operation\":\"serve\",\"channel_name\":\"" + channel
                                    + "\",\"requests_answered\":2000,"),
                    served.out());
            assertTrue(
                    served.out().contains("\"metadata_size\":4,")
                            && served.out().contains("\"errors\":[]"),
                    served.out());
            assertEquals("", called.err() + served.err());
        }
    }

    @Tag("long")
    @Test
    void shouldTellHowLongAnswersTook() throws Exception {
        try (Cli server = Cli.start("serve", channel, "-n", "40", "--delay-ms", "2", "--payload-size", "64KB")) {
            Cli.Outcome json = Cli.run("call", channel, "-n", "20", "--payload-size", "64KB", "--json-output");
            double previous = 0;
            for (String key : List.of("p50", "p90", "p99", "p99.9", "max")) {
                double latency = latency(json.out(), key);
                assertTrue(latency >= previous, key + " in " + json.out());
                previous = latency;
            }
            Cli.Outcome text = Cli.run("call", channel, "-n", "20", "--payload-size", "64KB");
            assertTrue(
                    text.out()
                            .matches("(?s)called '.*': 20 answers, .*latency: p50 [\\d.]+ us, p90 [\\d.]+ us, p99"
                                    + " [\\d.]+ us, p99.9 [\\d.]+ us, max [\\d.]+ us\\R.*"),
                    text.out());
            assertEquals(ExitStatus.DONE, server.outcome().status(), server.err());
        }
    }

    /**
     * Answers take 5 ms, requests are due every millisecond: the last one leaves 400 ms late, on a slow machine later.
     */
    @Tag("long")
    @Test
    void shouldCountTheTimeARequestWaitedForItsTurnWhenThereIsARate() throws Exception {
        try (Cli server = Cli.start("serve", channel, "-n", "100", "--delay-ms", "5", "--payload-size", "64KB")) {
            Cli.Outcome called =
                    Cli.run("call", channel, "-n", "100", "--rate", "1000", "--payload-size", "64KB", "--json-output");
            assertEquals(ExitStatus.DONE, called.status(), called::err);
            assertTrue(latency(called.out(), "max") >= 100 * 5_000 - 99 * 1_000, called.out());
            assertTrue(latency(called.out(), "p50") >= 49 * 4_000, called.out());
            assertEquals(ExitStatus.DONE, server.outcome().status(), server.err());
        }
    }

    /** A machine that is slow takes longer, none takes less. */
    @Tag("long")
    @Test
    void shouldNotSendBeforeARequestIsDue() throws Exception {
        try (Cli server = Cli.start("serve", channel, "-n", "50", "--payload-size", "64KB")) {
            Cli.Outcome called = Cli.run(
                    "call",
                    channel,
                    "-n",
                    "50",
                    "--rate",
                    "500",
                    "--in-flight",
                    "4",
                    "--payload-size",
                    "64KB",
                    "--json-output");
            assertEquals(ExitStatus.DONE, called.status(), called::err);
            assertTrue(number(called.out(), "duration_seconds") >= 49 / 500.0, called.out());
            assertEquals(ExitStatus.DONE, server.outcome().status(), server.err());
        }
    }

    @Tag("long")
    @Test
    void shouldEndWithStatus4WhenAnAnswerIsWrong() throws Exception {
        try (Cli server = Cli.start(
                "serve", channel, "-n", "20", "--handler", "xor", "--xor-key", "1", "--payload-size", "64KB")) {
            Cli.Outcome otherBytes =
                    Cli.run("call", channel, "-n", "10", "--check", "echo", "--payload-size", "64KB", "--json-output");
            assertEquals(ExitStatus.NOT_VERIFIED, otherBytes.status());
            assertTrue(otherBytes.out().contains("\"verification_errors\":10,"), otherBytes.out());
            assertTrue(otherBytes.err().contains("answer 9 differs from that of echo at byte 0"), otherBytes.err());
            Cli.Outcome otherSize = Cli.run("call", channel, "-n", "10", "--check", "double", "--payload-size", "64KB");
            assertEquals(ExitStatus.NOT_VERIFIED, otherSize.status());
            assertTrue(otherSize.err().contains("answer 9 has 1024 bytes instead of 2048"), otherSize.err());
            assertEquals(ExitStatus.DONE, server.outcome().status(), server.err());
        }
    }

    @Tag("long")
    @Test
    void shouldSendAFileAndKeepTheAnswers(@TempDir Path directory) throws Exception {
        byte[] content = new byte[123_456];
        new Random(4).nextBytes(content);
        Path input = Files.write(directory.resolve("input"), content);
        Path output = directory.resolve("output");
        try (Cli server = serving("--handler", "xor", "--xor-key", "90")) {
            Cli.Outcome called = Cli.run(
                    "call",
                    channel,
                    "-n",
                    "0",
                    "-s",
                    "10000",
                    "--input",
                    input.toString(),
                    "--output",
                    output.toString(),
                    "--in-flight",
                    "3",
                    "--payload-size",
                    "64KB",
                    "--check",
                    "xor",
                    "--xor-key",
                    "90");
            assertEquals(ExitStatus.DONE, called.status(), called::err);
            stop(server);
        }
        for (int i = 0; i < content.length; i++) {
            content[i] ^= 90;
        }
        assertArrayEquals(content, Files.readAllBytes(output));
    }

    @Tag("long")
    @Test
    void shouldEndWithStatus2WhenTheInputEndsBeforeTheRequestsAskedFor(@TempDir Path directory) throws Exception {
        Path input = Files.write(directory.resolve("input"), new byte[2500]);
        try (Cli server = serving()) {
            Cli.Outcome called = Cli.run(
                    "call",
                    channel,
                    "-n",
                    "10",
                    "-s",
                    "1000",
                    "--input",
                    input.toString(),
                    "--payload-size",
                    "64KB",
                    "--json-output");
            assertEquals(ExitStatus.FAILED, called.status());
            assertTrue(called.out().contains("\"answers_received\":3,"), called.out());
            assertTrue(called.err().contains("'" + input + "' ended: 3 of 10 requests answered"), called.err());
            Cli.Outcome all =
                    Cli.run("call", channel, "-s", "1", "--input", input.toString(), "--payload-size", "64KB");
            assertEquals(ExitStatus.DONE, all.status(), all.err());
            assertTrue(all.out().contains("2500 answers"), all.out());
            stop(server);
        }
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"1GB", "9223372036854775807"})
    void shouldRefuseASizeThatNoRingHas(String size) throws Exception {
        try (Cli server = serving()) {
            Cli.Outcome called = Cli.run("call", channel, "-s", size, "--payload-size", "64KB", "--json-output");
            assertEquals(ExitStatus.FAILED, called.status());
            assertTrue(
                    called.out().startsWith("{\"operation\":\"call\"")
                            && called.out().contains("too large"),
                    called.out());
            stop(server);
        }
    }

    @Test
    void shouldAskAndPrintTheAnswer() throws Exception {
        try (Cli server = Cli.start("serve", channel, "-n", "1", "--handler", "double", "--payload-size", "4KB")) {
            Cli.Outcome called =
                    Cli.run("call", channel, "-n", "1", "--text", "héllo ", "--output", "-", "--payload-size", "4KB");
            assertEquals("héllo héllo ", called.out());
            assertTrue(called.err().startsWith("called '" + channel + "': 1 answers, 14 bytes"), called.err());
            assertEquals(ExitStatus.DONE, server.outcome().status(), server.err());
        }
    }

    /** Servers of other implementations may look for it only once, as soon as they have connected. */
    @Tag("long")
    @Test
    void shouldHaveTheMetadataWrittenBeforeAServerCanConnect() throws Exception {
        try (Reader requests = Reader.create(
                        channel + "_request", ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Cli client = Cli.start("call", channel, "-n", "1", "-s", "1", "-m", "hello", "--payload-size", "4KB")) {
            Eventually.await("the response buffer", () -> Files.exists(TestBuffers.segmentFile(channel + "_response")));
            assertEquals("hello", requests.metadata().map(String::new).orElse("no metadata"));
            try (Writer responses = Writer.connect(channel + "_response", Duration.ofMinutes(5))) {
                responses.write(requests.read(Duration.ofMinutes(5)));
                assertEquals(ExitStatus.DONE, client.outcome().status(), client.err());
            }
        }
    }

    @Test
    void shouldSayWhatToDoWhenThereIsNoChannel() throws Exception {
        Cli.Outcome outcome = Cli.run("call", channel, "--wait-ms", "100", "--json-output");
        assertEquals(ExitStatus.NOT_CONNECTED, outcome.status());
        assertTrue(
                outcome.out().contains("\"answers_received\":0,")
                        && !outcome.out().contains("latency"),
                outcome.out());
        assertTrue(
                outcome.err()
                        .contains("no server within 100 ms; start one, such as 'zerobuffer serve " + channel
                                + "', or wait longer with --wait-ms"),
                outcome.err());
    }

    @Tag("long")
    @Test
    void shouldEndWithStatus1WhenTheChannelIsServedAlready() throws Exception {
        try (Cli server = serving()) {
            assertEquals(
                    ExitStatus.NOT_CONNECTED,
                    Cli.run("serve", channel, "--payload-size", "64KB").status());
            stop(server);
        }
    }

    @Test
    void shouldEndWithStatus2WhenTheServerDies() throws Exception {
        try (Cli server = serving();
                Cli client =
                        Cli.start("call", channel, "-n", "0", "-s", "100", "--payload-size", "64KB", "--output", "-")) {
            Eventually.await("answers", () -> size(client) > 10_000);
            server.process().destroyForcibly().waitFor();
            Cli.Outcome called = client.outcome();
            assertEquals(ExitStatus.FAILED, called.status());
            assertTrue(
                    called.err().matches("(?s).*the server stopped, died.*; \\d+ requests answered\\R"), called.err());
        } finally {
            // Removes what the killed process could not.
            Cli.Outcome next = Cli.run("read", channel + "_request", "--payload-size", "64KB", "--timeout-ms", "1");
            assertEquals(ExitStatus.FAILED, next.status(), next.err());
        }
    }

    /** A thread comes with each request until there are enough; none ends before all are there. */
    @Tag("long")
    @Test
    void shouldWorkOnSeveralRequestsAtTheSameTime() throws Exception {
        try (Cli server = serving("-n", "3", "--threads", "3", "--delay-ms", "600000");
                Cli client = Cli.start(
                        "call",
                        channel,
                        "-n",
                        "3",
                        "--in-flight",
                        "3",
                        "--timeout-ms",
                        "0",
                        "--check",
                        "echo",
                        "--payload-size",
                        "64KB")) {
            Eventually.await("handlers", () -> threads(server, "handler-") == 3);
            server.signal("TERM");
            assertEquals(ExitStatus.DONE, client.outcome().status(), client.err());
            assertTrue(server.outcome().out().contains("\"requests_answered\":3,"), server.out() + server.err());
        }
    }

    /** With more requests under way than fit into the ring, the client learns of it while it sends. */
    @Tag("long")
    @ParameterizedTest
    @CsvSource({"5, 1", "1000, 1", "1000, 4"})
    void shouldCountEveryAnswerOfAServerThatStops(String inFlight, String threads) throws Exception {
        try (Cli server = Cli.start("serve", channel, "-n", "50", "--threads", threads, "--payload-size", "4KB")) {
            Cli.Outcome called = Cli.run(
                    "call",
                    channel,
                    "-n",
                    "1000",
                    "-s",
                    "100",
                    "--in-flight",
                    inFlight,
                    "--check",
                    "echo",
                    "--payload-size",
                    "64KB");
            assertEquals(ExitStatus.FAILED, called.status());
            assertTrue(called.err().contains("; 50 of 1000 requests answered"), called.err());
            assertEquals(ExitStatus.DONE, server.outcome().status(), server.err());
        }
    }

    @Tag("long")
    @Test
    void shouldGoOnWhenAClientIsKilled() throws Exception {
        try (Cli server = serving("--handler", "double")) {
            try (Cli client = Cli.start(
                    "call",
                    channel,
                    "-n",
                    "0",
                    "-s",
                    "100",
                    "--in-flight",
                    "8",
                    "--payload-size",
                    "64KB",
                    "--output",
                    "-")) {
                Eventually.await("answers", () -> size(client) > 10_000);
                client.process().destroyForcibly().waitFor();
            }
            Cli.Outcome next = Cli.run("call", channel, "-n", "100", "--check", "double", "--payload-size", "64KB");
            assertEquals(ExitStatus.DONE, next.status(), next.err());
            stop(server);
            assertTrue(
                    server.err().contains("a client has connected")
                            && server.err().contains("a client has left"),
                    server.err());
        }
    }

    @Tag("long")
    @Test
    void shouldGiveUpAClientWhoseAnswersAreTooLargeAndEndWithStatus2() throws Exception {
        try (Cli server = serving()) {
            Cli.Outcome called = Cli.run("call", channel, "-n", "10", "-s", "5000", "--payload-size", "4KB");
            assertEquals(ExitStatus.FAILED, called.status());
            assertTrue(called.err().contains("0 of 10 requests answered"), called.err());
            Cli.Outcome next =
                    Cli.run("call", channel, "-n", "10", "-s", "5000", "--payload-size", "64KB", "--check", "echo");
            assertEquals(ExitStatus.DONE, next.status(), next.err());
            server.signal("TERM");
            Cli.Outcome served = server.outcome();
            assertEquals(ExitStatus.FAILED, served.status());
            assertTrue(served.out().contains("\"requests_answered\":10,"), served.out());
            assertTrue(
                    served.err().contains(channel + "_response") && served.err().contains("too large"), served.err());
        }
    }

    @Tag("long")
    @Test
    void shouldEndWithStatus2WhenNoAnswerComesInTime() throws Exception {
        try (Cli server = serving()) {
            server.signal("STOP");
            Cli.Outcome called = Cli.run(
                    "call", channel, "-n", "10", "--wait-ms", "0", "--timeout-ms", "200", "--payload-size", "64KB");
            assertEquals(ExitStatus.FAILED, called.status());
            assertTrue(called.err().contains("no answer within 200 ms; 0 of 10 requests answered"), called.err());
            server.signal("CONT");
            stop(server);
        }
    }

    @Tag("long")
    @Test
    void shouldStopOnASignalWhileRequestsAreUnderWay() throws Exception {
        try (Cli server = serving("--delay-ms", "60000");
                Cli client = Cli.start(
                        "call", channel, "-n", "5", "--timeout-ms", "0", "--payload-size", "64KB", "--json-output")) {
            Eventually.await("client", () -> hasLogged(server, "a client has connected"));
            client.signal("TERM");
            Cli.Outcome called = client.outcome();
            assertEquals(SIGTERM_STATUS, called.status(), called::err);
            assertTrue(
                    called.out().contains("\"answers_received\":0,")
                            && called.out().contains("\"errors\":[]"),
                    called.out());
            stop(server);
        }
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void shouldCountASignalAsTheEndOfAnUnlimitedRun(String signal) throws Exception {
        try (Cli server = serving();
                Cli client = Cli.start(
                        "call",
                        channel,
                        "-n",
                        "0",
                        "-s",
                        "100",
                        "--rate",
                        "500",
                        "--payload-size",
                        "64KB",
                        "--check",
                        "echo",
                        "--json-output")) {
            Eventually.await("client", () -> hasLogged(server, "a client has connected"));
            Cli.assumeHeeds(client, signal);
            client.signal(signal);
            Cli.Outcome called = client.outcome();
            assertEquals(ExitStatus.DONE, called.status(), called::err);
            assertTrue(
                    called.out().contains("\"latency_us\":{\"p50\":")
                            && called.out().contains("\"errors\":[]"),
                    called.out());
            server.signal(signal);
            Cli.Outcome served = server.outcome();
            assertEquals(ExitStatus.DONE, served.status(), served::err);
            assertTrue(served.out().contains("\"errors\":[]"), served.out());
        }
    }

    @Tag("long")
    @Test
    void shouldBeSeenInTheStatusWhenRequestsAreMissing() throws Exception {
        try (Cli server = serving("-n", "10")) {
            assertEquals(
                    ExitStatus.DONE,
                    Cli.run("call", channel, "-n", "9", "--payload-size", "64KB")
                            .status());
            server.signal("TERM");
            assertEquals(SIGTERM_STATUS, server.outcome().status());
            assertTrue(server.out().contains("\"requests_answered\":9,"), server.out());
        }
    }

    /** A server that is ready. */
    private Cli serving(String... options) throws Exception {
        String[] arguments = new String[options.length + 6];
        System.arraycopy(
                new String[] {"serve", channel, "--payload-size", "64KB", "--json-output", "-v"}, 0, arguments, 0, 6);
        System.arraycopy(options, 0, arguments, 6, options.length);
        Cli server = Cli.start(arguments);
        Eventually.await("server", () -> hasLogged(server, "serving channel"));
        return server;
    }

    private static void stop(Cli server) throws Exception {
        server.signal("TERM");
        Cli.Outcome served = server.outcome();
        assertEquals(ExitStatus.DONE, served.status(), served::err);
        assertTrue(served.out().contains("\"errors\":[]"), served.out());
    }

    private static long threads(Cli cli, String prefix) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + cli.process().pid() + "/task"))) {
            return tasks.filter(task -> name(task).startsWith(prefix)).count();
        } catch (IOException e) {
            return 0;
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException e) {
            return "";
        }
    }

    private static double latency(String json, String key) {
        return number(json.replaceAll(".*\"latency_us\":(\\{[^}]*}).*", "$1"), key);
    }

    private static double number(String json, String key) {
        return Double.parseDouble(json.replaceAll("(?s).*\"" + key.replace(".", "\\.") + "\":([\\d.E-]+).*", "$1"));
    }

    private static boolean hasLogged(Cli cli, String text) {
        try {
            return cli.err().contains(text);
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
