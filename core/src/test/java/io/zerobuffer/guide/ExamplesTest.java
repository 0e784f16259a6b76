package io.zerobuffer.guide;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.Batch;
import io.zerobuffer.Claim;
import io.zerobuffer.ClaimQueue;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.stream.FanOut;
import io.zerobuffer.stream.FrameLoop;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.Java;
import io.zerobuffer.testkit.TestBuffers;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs of README.md and docs/guide.md, compiled and run as they stand there, and the examples in the Javadoc of
 * reader, writer and streams, which are copied from here.
 */
final class ExamplesTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path GUIDE = Path.of("..", "docs", "guide.md");
    private static final Path MAIN = Path.of("src", "main", "java", "io", "zerobuffer");
    private static final Path SOURCE = Path.of("src", "test", "java", "io", "zerobuffer", "guide", "ExamplesTest.java");
    private static final String CLASSES = Path.of("target", "classes").toString();
    private static final Pattern PROGRAM = Pattern.compile("public class (\\w+)");
    private static final Pattern IN_PAGE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern IN_JAVADOC = Pattern.compile("\\{@snippet :\n(.*?)\n \\* }\n \\*\n", Pattern.DOTALL);

    private final String name = TestBuffers.uniqueName();
    private final List<Object> seen = Collections.synchronizedList(new ArrayList<>());
    private final byte[] data = {1, 2, 3};
    private final int size = 5;

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldHaveRunEveryExample() throws IOException {
        String source = unindented(Files.readString(SOURCE));
        List<String> examples = new ArrayList<>();
        for (Path folder : List.of(MAIN, MAIN.resolve("stream"))) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    examples.addAll(examples(IN_JAVADOC, file));
                }
            }
        }
        assertTrue(examples.size() > 4, examples::toString);
        for (String example : examples) {
            assertTrue(source.contains(unindented(example)), () -> "not in " + SOURCE + ":\n" + example);
        }
    }

    @Test
    void shouldRunTheProgramsOfTheReadme(@TempDir Path folder) throws Exception {
        List<String> programs = examples(IN_PAGE, README);
        assertEquals(2, programs.size(), "a reader and a writer");
        List<String> names = new ArrayList<>();
        for (String program : programs) {
            names.add(compiled(program, folder));
        }
        try (ChildProcess reader = started(names.getFirst(), folder)) {
            Eventually.await("the reader has created its buffer", () -> Files.exists(TestBuffers.segmentFile(name)));
            try (ChildProcess writer = started(names.getLast(), folder)) {
                assertEquals(0, writer.exitStatus(), () -> printed(names.getLast(), folder));
                assertEquals(0, reader.exitStatus(), () -> printed(names.getFirst(), folder));
            }
        }
        String output = printed(names.getFirst(), folder);
        assertEquals(5, output.lines().count(), output);
        assertTrue(Files.readString(README).contains(output.indent(4)), output);
        assertEquals("", printed(names.getLast(), folder));
    }

    @Test
    void shouldRunTheEncoderOfTheGuide(@TempDir Path folder) throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(16 << 20).withMetadataSize(0));
                ChildProcess encoder = started(compiled(guideProgram("Encoder"), folder), folder)) {
            int count = 0;
            for (Frame frame : reader.frames()) {
                count++;
                assertEquals(200_000 + count, frame.size());
                assertEquals((byte) count, frame.getByte(frame.size() - 1));
            }
            assertEquals(100, count);
            assertEquals(0, encoder.exitStatus(), () -> printed("Encoder", folder));
        }
    }

    @Test
    void shouldRunTheThreeClaimsOfTheGuide(@TempDir Path folder) throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 20).withMetadataSize(0));
                ChildProcess claiming = started(compiled(guideProgram("ThreeClaims"), folder), folder)) {
            int count = 0;
            for (Frame frame : reader.frames()) {
                assertEquals(1 + count % 3, frame.getByte(0));
                assertEquals(1 + count % 3, frame.getByte(99_999));
                count++;
                assertEquals(count, frame.sequence());
            }
            assertEquals(300, count);
            assertEquals(0, claiming.exitStatus(), () -> printed("ThreeClaims", folder));
        }
    }

    @Test
    void shouldRunTheThreadOfSomebodyElseOfTheGuide(@TempDir Path folder) throws Exception {
        String program = compiled(guideProgram("ClosedWhileRendering"), folder);
        for (int round = 0; round < 3; round++) {
            try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4 << 20).withMetadataSize(0))) {
                try (ChildProcess closing = started(program, folder)) {
                    assertEquals(0, closing.exitStatus(), () -> printed(program, folder));
                    assertEquals("the writer was closed\n", printed(program, folder));
                }
                try (Writer next = Writer.connect(name)) {
                    assertEquals(1, next.write(data));
                }
                try (Frame frame = reader.poll()) {
                    assertArrayEquals(data, frame.toByteArray());
                }
            }
        }
    }

    private static String guideProgram(String className) throws IOException {
        return examples(IN_PAGE, GUIDE).stream()
                .filter(example -> example.contains("public class " + className + " {"))
                .findFirst()
                .orElseThrow();
    }

    /** Compiles the program with a buffer name that nobody else uses; returns the name of its class. */
    private String compiled(String program, Path folder) throws IOException {
        Matcher named = PROGRAM.matcher(program);
        assertTrue(named.find(), program);
        Path file = folder.resolve(named.group(1) + ".java");
        Files.writeString(file, program.replace("\"camera\"", "\"" + name + "\""));
        StringWriter errors = new StringWriter();
        int status = ToolProvider.findFirst("javac").orElseThrow().run(new PrintWriter(errors), new PrintWriter(errors),
                "-Xlint:all", "-Werror", "-cp", CLASSES, "-d", folder.toString(), file.toString());
        assertEquals(0, status, errors::toString);
        return named.group(1);
    }

    private static ChildProcess started(String program, Path folder) throws IOException {
        return ChildProcess.start(new ProcessBuilder(Java.program(), "--enable-native-access=ALL-UNNAMED",
                        "-cp", CLASSES + File.pathSeparator + folder, program)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(program + ".out").toFile()));
    }

    private static String printed(String program, Path folder) {
        try {
            return Files.readString(folder.resolve(program + ".out"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> examples(Pattern pattern, Path file) throws IOException {
        List<String> examples = new ArrayList<>();
        for (Matcher matcher = pattern.matcher(Files.readString(file)); matcher.find(); ) {
            examples.add(matcher.group(1).replaceAll("(?m)^ \\* ", ""));
        }
        return examples;
    }

    private static String unindented(String code) {
        return code.replaceAll("(?m)^ +", "").strip();
    }

    private void process(MemorySegment frame) {
        seen.add(frame.byteSize());
    }

    private void record(MemorySegment frame) {
        seen.add(frame.byteSize());
    }

    private void show(Object content) {
        seen.add(switch (content) {
            case MemorySegment frame -> frame.byteSize();
            case ByteBuffer frame -> (long) frame.remaining();
            default -> content;
        });
    }

    private static void render(MemorySegment frame) {
        frame.fill((byte) 1);
    }

    private void waitUntilTheUserHasEnough() {
        Eventually.await("a frame is shown", () -> !seen.isEmpty());
    }

    private static CompletableFuture<Void> inAnotherThread(Runnable side) {
        return CompletableFuture.runAsync(side, run -> Thread.ofPlatform().daemon().start(run));
    }

    private void write() {
        try (Writer writer = Writer.connect(name, Duration.ofSeconds(10))) {
            writer.write(data);                              // by copy
            try (Claim claim = writer.claim(size)) {
                render(claim.segment());                     // in place
                claim.commit();
            }
        }
    }

    @Test
    void shouldClaimSeveral() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name);
                ExecutorService pool = Executors.newFixedThreadPool(2)) {
            try (ClaimQueue queue = writer.claims()) {
                Claim first = queue.claim(size);
                Claim second = queue.claim(size);
                pool.execute(() -> { render(second.segment()); second.commit(); });   // waits for the first
                pool.execute(() -> { render(first.segment()); first.commit(); });     // publishes both
            }
            for (int i = 1; i <= 2; i++) {
                try (Frame frame = reader.read()) {
                    assertEquals(i, frame.sequence());
                }
            }
        }
    }

    @Test
    void shouldReadUntilTheWriterCloses() {
        CompletableFuture<Void> writing = inAnotherThread(this::write);
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64 << 20))) {
            for (Frame frame : reader.frames()) {            // each is released when the next is asked for
                process(frame.segment());
            }
        }                                                    // the writer has closed
        Eventually.join(writing);
        assertEquals(List.of(3L, 5L), seen);
    }

    @Test
    void shouldWriteInBatchesAndReadInALoop() {
        List<byte[]> samples = List.of(new byte[1], new byte[2]);
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 20))) {
            try (Writer writer = Writer.connect(name)) {
                try (Batch batch = writer.batch()) {
                    for (byte[] sample : samples) {
                        batch.write(sample);
                    }
                }
            }
            for (Frame frame : reader.frames()) {
                process(frame.segment());
            }
        }
        assertEquals(List.of(1L, 2L), seen);
    }

    @Test
    void shouldHandFramesToAListener() {
        CompletableFuture<Void> writing = inAnotherThread(this::write);
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64 << 20));
                FrameLoop loop = FrameLoop.start(reader, frame -> show(frame.buffer()))) {
            waitUntilTheUserHasEnough();
        }
        Eventually.join(writing.exceptionally(readerHasClosed -> null));
        assertEquals(3L, seen.getFirst());
    }

    @Test
    void shouldHandFramesToSeveralListeners() {
        CompletableFuture<Void> writing = inAnotherThread(this::write);
        ReaderConfig config = ReaderConfig.builder().payloadSize(64 << 20).releaseFromAnyThread(true).build();
        try (Reader reader = Reader.create(name, config);
                FanOut fanOut = FanOut.start(reader)) {
            fanOut.subscribe(FanOut.Delivery.EVERY_FRAME, frame -> record(frame.segment()));
            fanOut.subscribe(FanOut.Delivery.LATEST, frame -> show(frame.segment()));
            waitUntilTheUserHasEnough();
        }
        Eventually.join(writing.exceptionally(readerHasClosed -> null));
        // The user may have had enough when the newest frame was shown, before any was recorded.
        assertTrue(seen.contains(3L) || seen.contains(5L), seen::toString);
    }
}
