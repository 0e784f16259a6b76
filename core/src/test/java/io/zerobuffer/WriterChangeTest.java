package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.stream.FrameLoop;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A listener hears of a writer before it gets a frame of that one, however frames are read, and all writers have one
 * process id.
 */
final class WriterChangeTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final String name = TestBuffers.uniqueName();
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    private boolean refuses;

    private final ConnectionListener listener = new ConnectionListener() {
        @Override
        public void connected(long pid) {
            assertEquals(ProcessHandle.current().pid(), pid);
            log.add("connected");
            if (refuses) {
                throw new IllegalArgumentException("not this one");
            }
        }

        @Override
        public void disconnected(PeerGoneException reason) {
            log.add("disconnected");
        }
    };

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        reader.close();
        TestBuffers.assertNothingLeft();
    }

    private final Reader reader = Reader.create(
            name,
            ReaderConfig.builder().payloadSize(4096).reconnecting(listener).build());

    private void logged(Frame frame) {
        log.add("frame " + frame.sequence());
        frame.release();
    }

    /** Ways to read what there is, each until nothing more comes at once. */
    static Stream<Arguments> waysToRead() {
        return Stream.of(
                way("read", test -> {
                    Duration moment = Duration.ofMillis(1);
                    for (Frame frame = test.reader.read(moment); frame != null; frame = test.reader.read(moment)) {
                        test.logged(frame);
                    }
                }),
                way("poll", test -> {
                    for (Frame frame = test.reader.poll(); frame != null; frame = test.reader.poll()) {
                        test.logged(frame);
                    }
                }),
                way("drain", test -> {
                    while (test.reader.drain(test::logged, 100) > 0) {}
                }),
                way("drain one at a time", test -> {
                    while (test.reader.drain(test::logged, 1, Duration.ofMillis(1)) > 0) {}
                }));
    }

    private static Arguments way(String what, Consumer<WriterChangeTest> read) {
        return Arguments.argumentSet(what, read);
    }

    @ParameterizedTest
    @MethodSource("waysToRead")
    void shouldTellOfAWriterBeforeItsFirstFrame(Consumer<WriterChangeTest> readAll) {
        try (Writer writer = Writer.connect(name)) {
            writer.write(new byte[8]);
            writer.write(new byte[8]);
            readAll.accept(this);
            assertEquals(List.of("connected", "frame 1", "frame 2"), log);
        }
    }

    @ParameterizedTest
    @MethodSource("waysToRead")
    void shouldTellOfEachOfManyWritersBeforeItsFirstFrame(Consumer<WriterChangeTest> readAll) {
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            try (Writer writer = Writer.connect(name)) {
                writer.write(new byte[8]);
                readAll.accept(this);
            }
            if (i > 1) {
                expected.add("disconnected");
            }
            expected.addAll(List.of("connected", "frame " + i));
            // The next one comes before the end of this one was noticed.
        }
        assertEquals(expected, log);
    }

    @Test
    void shouldTellOfAWriterThatLeftBeforeItsFrameWasRead() {
        try (Writer writer = Writer.connect(name)) {
            writer.write(new byte[8]);
        }
        logged(reader.read(LONG));
        assertNull(reader.read(Duration.ofMillis(1)));
        assertEquals(List.of("connected", "frame 1", "disconnected"), log);
    }

    /** What is read ahead is not told of: the next call begins with it. */
    @Test
    void shouldEndABatchWhereTheNextWriterBegins() {
        try (Writer first = Writer.connect(name)) {
            first.write(new byte[8]);
            List<Writer> next = new ArrayList<>();
            int frames = reader.drain(
                    frame -> {
                        log.add("frame " + frame.sequence());
                        if (next.isEmpty()) {
                            first.close();
                            next.add(Writer.connect(name));
                            next.getFirst().write(new byte[8]);
                        }
                    },
                    100);
            try (Writer second = next.getFirst()) {
                assertEquals(1, frames);
                assertEquals(List.of("connected", "frame 1"), log);
                assertEquals(1, reader.drain(this::logged, 100));
                assertEquals(List.of("connected", "frame 1", "disconnected", "connected", "frame 2"), log);
                second.write(new byte[8]);
                logged(reader.read(LONG));
            }
        }
    }

    @Test
    void shouldTellOfTheNextWriterBeforeTheNewestFrameIsItsOwn() {
        try (Writer first = Writer.connect(name)) {
            first.write(new byte[8]);
            logged(reader.latest(LONG));
            first.close();
            try (Writer second = Writer.connect(name)) {
                second.write(new byte[8]);
                second.write(new byte[8]);
                logged(reader.latest(LONG));
            }
        }
        assertEquals(List.of("connected", "frame 1", "disconnected", "connected", "frame 3"), log);
    }

    @Test
    void shouldKeepTheFrameOfAConnectionWhoseListenerThrows() {
        refuses = true;
        try (Writer writer = Writer.connect(name)) {
            writer.write(new byte[8]);
            assertThrows(IllegalArgumentException.class, () -> reader.read(LONG));
            logged(reader.read(LONG));
            assertEquals(List.of("connected", "frame 1"), log);
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldTellAFrameLoopOfWritersBeforeTheirFrames() {
        try (FrameLoop loop = FrameLoop.start(reader, frame -> log.add("frame " + frame.sequence()))) {
            for (int i = 1; i <= 20; i++) {
                long sequence = i;
                try (Writer writer = Writer.connect(name)) {
                    assertEquals(sequence, writer.write(new byte[8]));
                    Eventually.await("frame " + i, () -> log.contains("frame " + sequence));
                }
                List<String> seen = List.copyOf(log);
                assertEquals("connected", seen.get(seen.indexOf("frame " + i) - 1));
            }
        }
    }
}
