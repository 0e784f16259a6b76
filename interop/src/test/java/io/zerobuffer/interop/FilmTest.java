package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.testkit.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real film, decoded by a real program, through two processes of the command line: what comes out is what went in.
 */
@Tag("long")
final class FilmTest extends Scenario {
    private static final Path FILMS = Path.of("/usr/share/doc/opencv-doc/examples/data");
    private static final int FRAMES = 120;
    private static final int BYTES_PER_PIXEL = 3;

    private final List<ChildProcess> started = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"vtest.avi", "Megamind.avi"})
    void shouldCarryAFilmUnchanged(String title) throws Exception {
        Path film = FILMS.resolve(title);
        assumeTrue(isInstalled("ffmpeg") && isInstalled("ffprobe"), "ffmpeg is not installed (Debian: ffmpeg)");
        assumeTrue(Files.exists(film), film + " is not installed (Debian: opencv-doc)");
        String name = newName();
        String frameSize = Integer.toString(pixels(film) * BYTES_PER_PIXEL);

        ChildProcess direct = start(List.of(decoding(film)));
        ChildProcess reader = start(List.of(zerobuffer(
                "read", name, "-n", "0", "--payload-size", "16MB", "--timeout-ms", "60000", "--output", "-")));
        ChildProcess writer = start(List.of(
                decoding(film),
                zerobuffer(
                        "write",
                        name,
                        "-n",
                        "0",
                        "-s",
                        frameSize,
                        "--wait-ms",
                        "60000",
                        "--timeout-ms",
                        "60000",
                        "--input",
                        "-")));

        assertEquals(md5(direct), md5(reader));
        assertEquals(0, reader.exitStatus(), "exit status of the reader");
        assertEquals(0, writer.exitStatus(), "exit status of the writer");
    }

    @AfterEach
    void endProcesses() {
        started.forEach(ChildProcess::close);
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private int pixels(Path film) throws IOException {
        ChildProcess probe = start(List.of(command(
                "ffprobe",
                "-v",
                "error",
                "-select_streams",
                "v:0",
                "-show_entries",
                "stream=width,height",
                "-of",
                "csv=p=0",
                film.toString())));
        String[] widthAndHeight = probe.readLine().strip().split(",");
        return Integer.parseInt(widthAndHeight[0]) * Integer.parseInt(widthAndHeight[1]);
    }

    private static ProcessBuilder decoding(Path film) {
        return command(
                "ffmpeg",
                "-v",
                "error",
                "-nostdin",
                "-i",
                film.toString(),
                "-frames:v",
                Integer.toString(FRAMES),
                "-f",
                "rawvideo",
                "-pix_fmt",
                "bgr24",
                "-");
    }

    private static ProcessBuilder zerobuffer(String... arguments) {
        List<String> command = new ArrayList<>(Programs.zerobuffer());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    private static ProcessBuilder command(String... words) {
        return new ProcessBuilder(words);
    }

    /** Starts a pipeline and returns its last process, whose output can be read. */
    private ChildProcess start(List<ProcessBuilder> pipeline) throws IOException {
        for (ProcessBuilder program : pipeline) {
            program.redirectError(ProcessBuilder.Redirect.appendTo(
                    Files.createDirectories(Programs.logs()).resolve("film.log").toFile()));
        }
        List<ChildProcess> processes = ChildProcess.startPipeline(pipeline);
        started.addAll(processes);
        return processes.getLast();
    }

    private static String md5(ChildProcess source) throws IOException, NoSuchAlgorithmException {
        InputStream bytes = source.process().getInputStream();
        try (DigestInputStream digested = new DigestInputStream(bytes, MessageDigest.getInstance("MD5"))) {
            long count = digested.transferTo(OutputStream.nullOutputStream());
            assertTrue(count > 0, "no bytes came out");
            return HexFormat.of().formatHex(digested.getMessageDigest().digest());
        }
    }
}
