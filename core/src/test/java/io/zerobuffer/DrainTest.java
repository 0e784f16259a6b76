package io.zerobuffer;

import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.FrameReleasedException;
import io.zerobuffer.errors.SequenceGapException;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.Segment;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DrainTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final String name = TestBuffers.uniqueName();
    private final List<Long> seen = new ArrayList<>();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    private void see(Frame frame) {
        seen.add(frame.sequence());
    }

    @Test
    void shouldHandOutWhatIsThereUpToTheLimit() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            assertEquals(0, reader.drain(this::see, 10));
            for (int i = 0; i < 5; i++) {
                writer.write(new byte[100]);
            }
            assertEquals(3, reader.drain(this::see, 3, LONG));
            assertEquals(4096 - 2 * 116, reader.health().freeBytes());
            assertEquals(2, reader.drain(this::see, Integer.MAX_VALUE));
            assertEquals(List.of(1L, 2L, 3L, 4L, 5L), seen);
            assertEquals(4096, reader.health().freeBytes());
            assertEquals(5, reader.framesRead());
            assertEquals(500, reader.bytesRead());
            assertEquals(0, reader.drain(this::see, 1, Duration.ofMillis(1)));
            assertThrows(IllegalArgumentException.class, () -> reader.drain(this::see, 0));
        }
    }

    @Test
    void shouldTakeNothingForAHandlerThatIsNotThere() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[100]);
            assertThrows(NullPointerException.class, () -> reader.drain(null, 1));
            assertEquals(1, reader.drain(this::see, 1));
            assertEquals(List.of(1L), seen);
        }
    }

    /**
     * By a handler whose helper thread looks at the frame: what only that thread could end would keep the ring's space
     * for good.
     */
    @Test
    void shouldGiveBackAFrameOfWhichAnotherThreadThanTheHandlersAskedForTheMemory() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name);
                ExecutorService helper = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < 10; i++) {
                writer.write(new byte[1000]);
                int frames = reader.drain(
                        frame -> Eventually.join(CompletableFuture.runAsync(
                                () -> {
                                    frame.bindToThread();
                                    frame.segment();
                                },
                                helper)),
                        1);
                assertEquals(1, frames);
            }
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldGiveSpaceBackAtTheEndOrAtAQuarterOfTheRing() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            for (int i = 0; i < 4; i++) {
                writer.write(new byte[500]);
            }
            List<Long> free = new ArrayList<>();
            reader.drain(frame -> free.add(reader.health().freeBytes()), 10);
            long before = 4096 - 4 * 516;
            assertEquals(List.of(before, before, before + 2 * 516, before + 2 * 516), free);
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldNotLetTheFrameBeUsedLater() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[8]);
            Frame[] kept = new Frame[1];
            reader.drain(frame -> kept[0] = frame, 1);
            assertThrows(FrameReleasedException.class, () -> kept[0].getByte(0));
            kept[0].release();
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldCountAFrameAsReadWhoseHandlerThrows() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            for (int i = 0; i < 3; i++) {
                writer.write(new byte[10]);
            }
            assertThrows(
                    ArithmeticException.class,
                    () -> reader.drain(
                            frame -> {
                                see(frame);
                                if (frame.sequence() == 2) {
                                    throw new ArithmeticException();
                                }
                            },
                            10));
            assertEquals(4096 - 26, reader.health().freeBytes());
            assertEquals(1, reader.drain(this::see, 10));
            assertEquals(List.of(1L, 2L, 3L), seen);
        }
    }

    @Test
    void shouldLeaveItsHandlerFreeToReleaseReadAndHold() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            for (int i = 0; i < 4; i++) {
                writer.write(new byte[100]);
            }
            List<Frame> held = new ArrayList<>();
            assertEquals(
                    3,
                    reader.drain(
                            frame -> {
                                if (frame.sequence() == 1) {
                                    frame.release();
                                    assertEquals(4096 - 3 * 116, reader.health().freeBytes());
                                    held.add(reader.read(Duration.ZERO));
                                }
                                assertThrows(IllegalStateException.class, () -> reader.drain(other -> {}, 1));
                                see(frame);
                            },
                            10));
            assertEquals(List.of(1L, 3L, 4L), seen);
            assertEquals(2, held.getFirst().sequence());
            assertEquals(4096 - 3 * 116, reader.health().freeBytes());
            held.getFirst().release();
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldEndWhenItsHandlerClosesTheReader() {
        Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
        try (Writer writer = Writer.connect(name)) {
            writer.write(new byte[1]);
            writer.write(new byte[1]);
            assertEquals(
                    1,
                    reader.drain(
                            frame -> {
                                reader.close();
                                assertThrows(BufferClosedException.class, () -> frame.getByte(0));
                            },
                            10));
            assertThrows(BufferClosedException.class, () -> reader.drain(frame -> {}, 10));
        }
    }

    @Test
    void shouldTellAfterTheLastFrameThatTheWriterIsGone() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            try (Writer writer = Writer.connect(name)) {
                writer.write(new byte[1]);
                writer.write(new byte[1]);
            }
            assertEquals(2, reader.drain(this::see, 10, LONG));
            assertWriterGone(() -> reader.drain(this::see, 10, LONG));
        }
    }

    @Test
    void shouldHandOutTheGoodFramesBeforeItComplains() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[16]);
            writer.write(new byte[16]);
            Segment.of(name).putLong(128 + 32 + 8, 77);
            assertEquals(1, reader.drain(this::see, 10));
            assertThrows(SequenceGapException.class, () -> reader.drain(this::see, 10));
        }
    }
}
