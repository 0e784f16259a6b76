package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.interop.PeerKind.Place;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The published RocketWelder SDK on the other side of {@code zerobuffer write} and {@code zerobuffer call}, also from
 * another PID namespace.
 */
@Tag("long")
final class SdkTest extends Scenario {
    private static final int PREFIX = 24;
    private static final int WIDTH = 64;
    private static final int HEIGHT = 48;
    private static final int PIXELS = WIDTH * HEIGHT;
    private static final String METADATA =
            "{\"caps\":\"video/x-raw, format=(string)GRAY8, width=(int)" + WIDTH + ", height=(int)" + HEIGHT + "\"}";
    private static final int FRAMES = 40;
    /** How often a pipeline may be too late for an SDK that waits for 700 ms, on a machine that has much else to do. */
    private static final int ATTEMPTS = 10;

    private final List<ChildProcess> started = new ArrayList<>();

    static Stream<Arguments> places() {
        return Stream.of(
                Arguments.of(Place.PROCESS, Place.PROCESS),
                Arguments.of(Place.CONTAINER, Place.PROCESS),
                Arguments.of(Place.PROCESS, Place.CONTAINER));
    }

    @BeforeEach
    void needTheSdk() {
        Published.assumeInstalled(Published.SDK);
    }

    @ParameterizedTest(name = "SDK{0}, pipeline{1}")
    @MethodSource("places")
    void shouldShowTheSdkEveryPicture(Place place, Place pipeline) throws Exception {
        assumeAvailable(place, pipeline);
        String name = newName();
        ChildProcess sdk = sdk(place, "shm://" + name + "?size=256KB&metadata=4KB&mode=oneway&timeout=20000");
        ChildProcess writer = writer(pipeline, name);

        assertEquals(pictures(FRAMES), sdk.readLines());
        assertEquals(0, writer.exitStatus(), "exit status of the writer");
    }

    /** It takes a pipeline that has not attached within its timeout for one that died. */
    @ParameterizedTest(name = "SDK{0}, pipeline{1}")
    @MethodSource("places")
    void shouldAttachInTimeForAnSdkThatWaitsShortly(Place place, Place pipeline) throws Exception {
        assumeAvailable(place, pipeline);
        List<String> lines = List.of();
        for (int attempt = 0;
                attempt < ATTEMPTS && lines.stream().noneMatch(line -> line.startsWith("picture"));
                attempt++) {
            String name = newName();
            ChildProcess writer = writer(pipeline, name);
            ChildProcess sdk = sdk(place, "shm://" + name + "?size=256KB&metadata=4KB&mode=oneway&timeout=700");
            lines = sdk.readLines();
            writer.kill();
        }

        assertEquals(pictures(lines.size() - 2), lines);
        assertTrue(lines.size() > 2, "no picture came");
    }

    @ParameterizedTest(name = "SDK{0}, pipeline{1}")
    @MethodSource("places")
    void shouldGetAnAnswerOfTheSdkForEveryPicture(Place place, Place pipeline) throws Exception {
        assumeAvailable(place, pipeline);
        String channel = newName();
        ChildProcess sdk = sdk(place, "shm://" + channel + "?size=256KB&metadata=4KB&mode=duplex&timeout=20000");
        File answers = File.createTempFile("answers", ".raw", Programs.target().toFile());
        try {
            ChildProcess call = zerobuffer(
                    pipeline,
                    "call",
                    channel,
                    "-n",
                    Integer.toString(FRAMES),
                    "-s",
                    Integer.toString(PREFIX + PIXELS),
                    "-m",
                    METADATA,
                    "--payload-size",
                    "256KB",
                    "--wait-ms",
                    "60000",
                    "--timeout-ms",
                    "60000",
                    "--output",
                    answers.toString());

            assertEquals(0, call.exitStatus(), "exit status of the client");
            byte[] bytes = Files.readAllBytes(answers.toPath());
            assertEquals(FRAMES * PIXELS, bytes.length, "bytes of the answers");
            for (int i = 0; i < bytes.length; i++) {
                assertEquals((byte) (i / PIXELS + PREFIX + i % PIXELS), bytes[i], "byte " + i + " of the answers");
            }
        } finally {
            answers.delete();
        }
        sdk.endInput();
        assertEquals(pictures(FRAMES), sdk.readLines());
    }

    /** In a namespace of its own what is started below a launcher ends by the launcher's end. */
    @AfterEach
    void endProcesses() {
        started.forEach(ChildProcess::close);
        // A reader of the published implementation leaves its semaphores, one that is killed leaves all.
        TestBuffers.remove(leftovers());
    }

    private static void assumeAvailable(Place... places) {
        for (Place place : places) {
            assumeTrue(place.isAvailable(), () -> "cannot be made here" + place + " (needs root)");
        }
    }

    private ChildProcess sdk(Place place, String connection) throws IOException {
        String script = Programs.published().resolve("sdk.py").toString();
        return start(place.wrap(List.of(Published.python(Published.SDK).toString(), script, connection)));
    }

    private ChildProcess writer(Place place, String name) throws IOException {
        return zerobuffer(
                place,
                "write",
                name,
                "-n",
                Integer.toString(FRAMES),
                "-s",
                Integer.toString(PREFIX + PIXELS),
                "-m",
                METADATA,
                "--fps",
                "25",
                "--wait-ms",
                "60000",
                "--timeout-ms",
                "60000");
    }

    private ChildProcess zerobuffer(Place place, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(Programs.zerobuffer());
        command.addAll(List.of(arguments));
        return start(place.wrap(command));
    }

    private ChildProcess start(List<String> command) throws IOException {
        File log = Files.createDirectories(Programs.logs()).resolve("sdk.log").toFile();
        ChildProcess process = ChildProcess.start(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log)));
        started.add(process);
        return process;
    }

    private static List<String> pictures(int count) {
        List<String> lines = new ArrayList<>(List.of("ready"));
        IntStream.range(0, count).forEach(i -> lines.add("picture " + (i + PREFIX) % 256 + " right"));
        lines.add("ended");
        return lines;
    }
}
