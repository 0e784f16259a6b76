package io.zerobuffer;

import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.internal.peer.ExitHook;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that end without closing what they opened: a signal, or System.exit, runs the end of no try statement. */
final class ExitTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int ROUNDS = 3;
    private static final int SIGNALLED = 128;

    private final String name = TestBuffers.uniqueName();
    private final String own = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        try {
            TestBuffers.assertNothingLeft();
        } finally {
            TestBuffers.remove(TestBuffers.leftOf(own));
        }
    }

    static List<Arguments> endsAndDoings() {
        return List.of("INT", "TERM", "HUP", "exit").stream()
                .flatMap(end -> List.of("reading", "writing", "holding", "connecting").stream()
                        .map(doing -> Arguments.of(end, doing)))
                .toList();
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("endsAndDoings")
    void shouldLeaveNothingBehindAndSayGoodbye(String end, String doing) throws IOException, InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            try (Reader reader =
                            Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                    ChildProcess program = ChildJvm.start(List.of(), CarelessProgram.class, own, name, doing)) {
                assertEquals("ready", program.readLine());
                assertEquals(expectedStatus(end), statusAfter(end, program));
                TestBuffers.assertNothingLeft(own);
                assertTrue(assertWriterGone(() -> readAll(reader)).closed());
            }
        }
    }

    /** It still needs its buffers, and closes them. */
    @Test
    void shouldLeaveTheBuffersToAProgramThatClosesThemInAHookOfItsOwn() throws IOException, InterruptedException {
        List<String> options = List.of("-D" + ExitHook.PROPERTY + "=false");
        try (ChildProcess program = ChildJvm.start(options, CarefulProgram.class, own)) {
            assertEquals("ready", program.readLine());
            program.signal("TERM");
            assertEquals("read frame 1 at exit", program.readLine());
            assertEquals(SIGNALLED + 15, program.exitStatus());
        }
    }

    @Test
    void shouldRefuseABufferThatWouldOutliveTheProgram() throws IOException, InterruptedException {
        try (ChildProcess program = ChildJvm.start(List.of(), LateProgram.class, own)) {
            assertEquals("refused", program.readLine());
            assertEquals(0, program.exitStatus());
        }
    }

    private static void readAll(Reader reader) {
        while (true) {
            reader.read(LONG).release();
        }
    }

    private static int statusAfter(String end, ChildProcess program) throws IOException, InterruptedException {
        if (end.equals("exit")) {
            program.endInput();
        } else {
            program.signal(end);
        }
        return program.exitStatus();
    }

    private static int expectedStatus(String end) {
        return switch (end) {
            case "INT" -> SIGNALLED + 2;
            case "TERM" -> SIGNALLED + 15;
            case "HUP" -> SIGNALLED + 1;
            default -> 3;
        };
    }

    /** Opens a reader and a writer, and is stopped at whatever it does with them. */
    static final class CarelessProgram {
        private CarelessProgram() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            try (Reader reader =
                            Reader.create(args[0], ReaderConfig.ofPayload(4096).withMetadataSize(64));
                    Writer writer = Writer.connect(
                            args[1], WriterConfig.builder().writeTimeout(LONG).build())) {
                Thread.ofPlatform().daemon().start(CarelessProgram::exitAtEndOfInput);
                switch (args[2]) {
                    case "reading" -> readWithoutEnd(reader);
                    case "writing" -> writeWithoutEnd(writer);
                    case "holding" -> hold(reader, writer);
                    default -> connectWithoutEnd(args[0] + "-nobody");
                }
            } catch (BufferClosedException | BufferNotFoundException ended) {
                // By the end of the program.
            }
        }

        private static void exitAtEndOfInput() {
            try {
                System.in.read();
            } catch (IOException e) {
                // The end, too.
            }
            System.exit(3);
        }

        private static void readWithoutEnd(Reader reader) {
            System.out.println("ready");
            while (true) {
                reader.read(LONG);
            }
        }

        private static void writeWithoutEnd(Writer writer) {
            System.out.println("ready");
            while (true) {
                writer.write(new byte[100]);
            }
        }

        private static void hold(Reader reader, Writer writer) throws InterruptedException {
            try (Writer toItself = Writer.connect(reader.name())) {
                toItself.write(new byte[100]);
                reader.read(LONG).segment();
                writer.claim(100).segment().fill((byte) 1);
                System.out.println("ready");
                Thread.sleep(Long.MAX_VALUE);
            }
        }

        private static void connectWithoutEnd(String nobody) {
            System.out.println("ready");
            Writer.connect(nobody, LONG);
        }
    }

    /** Reads what is left when it is stopped. */
    static final class CarefulProgram {
        private CarefulProgram() {}

        public static void main(String[] args) throws InterruptedException {
            Reader reader = Reader.create(args[0], ReaderConfig.ofPayload(4096).withMetadataSize(64));
            Writer writer = Writer.connect(args[0]);
            writer.write(new byte[100]);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try (reader;
                        writer;
                        Frame frame = reader.read(LONG)) {
                    System.out.println("read frame " + frame.sequence() + " at exit");
                }
            }));
            System.out.println("ready");
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    /** Creates a reader when its buffers are already being closed. */
    static final class LateProgram {
        private LateProgram() {}

        public static void main(String[] args) {
            Reader first = Reader.create(args[0], ReaderConfig.ofPayload(4096).withMetadataSize(64));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                Eventually.await("the reader is closed at exit", () -> !isOpen(first));
                try {
                    Reader.create(args[0], ReaderConfig.ofPayload(4096).withMetadataSize(64));
                } catch (IllegalStateException refused) {
                    System.out.println("refused");
                }
            }));
        }

        private static boolean isOpen(Reader reader) {
            try {
                reader.health();
                return true;
            } catch (RuntimeException closed) {
                return false;
            }
        }
    }
}
