package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real film, decoded by a real program, through two processes of the command line: what comes out is what went in.
 */
final class FilmTest extends Scenario {
    private static final Path FILMS = Path.of("/usr/share/doc/opencv-doc/examples/data");
    private static final int FRAMES = 120;
    private static final int BYTES_PER_PIXEL = 3;

    private final List<Process> started = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"vtest.avi", "Megamind.avi"})
    void shouldCarryAFilmUnchanged(String title) throws Exception {
        Path film = FILMS.resolve(title);
        assumeTrue(isInstalled("ffmpeg") && isInstalled("ffprobe"), "ffmpeg is not installed (Debian: ffmpeg)");
        assumeTrue(Files.exists(film), film + " is not installed (Debian: opencv-doc)");
        String name = newName();
        String frameSize = Integer.toString(pixels(film) * BYTES_PER_PIXEL);

        Process direct = start(List.of(decoding(film)));
        Process reader = start(List.of(zerobuffer(
                "read", name, "-n", "0", "--payload-size", "16MB", "--timeout-ms", "60000", "--output", "-")));
        Process writer = start(List.of(
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

        assertEquals(md5(direct.getInputStream()), md5(reader.getInputStream()));
        assertEquals(0, exitStatus(reader), "exit status of the reader");
        assertEquals(0, exitStatus(writer), "exit status of the writer");
    }

    @AfterEach
    void endProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private int pixels(Path film) throws IOException {
        Process probe = start(List.of(command(
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
        String[] widthAndHeight = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(",");
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
    private Process start(List<ProcessBuilder> pipeline) throws IOException {
        for (ProcessBuilder program : pipeline) {
            program.redirectError(ProcessBuilder.Redirect.appendTo(
                    Files.createDirectories(Programs.logs()).resolve("film.log").toFile()));
        }
        List<Process> processes = ProcessBuilder.startPipeline(pipeline);
        started.addAll(processes);
        return processes.getLast();
    }

    private static String md5(InputStream bytes) throws IOException, NoSuchAlgorithmException {
        try (DigestInputStream digested = new DigestInputStream(bytes, MessageDigest.getInstance("MD5"))) {
            long count = digested.transferTo(OutputStream.nullOutputStream());
            assertTrue(count > 0, "no bytes came out");
            return HexFormat.of().formatHex(digested.getMessageDigest().digest());
        }
    }

    private static int exitStatus(Process process) throws InterruptedException {
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it does not end");
        return process.exitValue();
    }
}
