package io.zerobuffer;

import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.PeerGoneException.Role;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ForEachTest {
    private static final int RING = 4096;
    private static final Executor NEW_THREAD =
            run -> Thread.ofPlatform().daemon().start(run);

    private final String name = TestBuffers.uniqueName();
    private final List<Long> seen = new ArrayList<>();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    private Reader reader() {
        return Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(0));
    }

    private void write(int frames) {
        WriterConfig patient =
                WriterConfig.builder().writeTimeout(Duration.ofMinutes(2)).build();
        try (Writer writer = Writer.connect(name, patient)) {
            for (int i = 0; i < frames; i++) {
                writer.write(new byte[100]);
            }
        }
    }

    private void see(Frame frame) {
        seen.add(frame.sequence());
    }

    @Test
    void shouldHandOutEveryFrameAndEndWhenTheWriterCloses() {
        try (Reader reader = reader()) {
            write(3);
            assertEquals(3, reader.forEach(this::see));
            assertEquals(List.of(1L, 2L, 3L), seen);
            assertEquals(3, reader.framesRead());
            assertEquals(RING, reader.health().freeBytes());
        }
    }

    @Test
    void shouldHandOutMoreFramesThanTheRingHolds() {
        int frames = 10_000;
        try (Reader reader = reader()) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(frames), NEW_THREAD);
            assertEquals(frames, reader.forEach(this::see));
            Eventually.join(writing);
            for (int i = 0; i < frames; i++) {
                assertEquals(i + 1, seen.get(i));
            }
            assertEquals(RING, reader.health().freeBytes());
        }
    }

    @Test
    void shouldHandOutTheNextWritersFramesInTheNextCall() {
        try (Reader reader = reader()) {
            for (int i = 0; i < 2; i++) {
                write(2);
                assertEquals(2, reader.forEach(this::see));
            }
            assertEquals(List.of(1L, 2L, 3L, 4L), seen);
        }
    }

    @Test
    void shouldThrowWhenTheWriterDiesAfterItsLastFrame() throws IOException {
        try (Reader reader = reader();
                ChildProcess writer = ChildJvm.writer(name, 3)) {
            writer.close();
            assertFalse(assertWriterGone(() -> reader.forEach(frame -> seen.add(frame.getLong(0))))
                    .closed());
            assertEquals(List.of(1L, 2L, 3L), seen);
        }
    }

    @Test
    void shouldCountAFrameAsReadWhoseHandlerThrows() {
        try (Reader reader = reader()) {
            write(3);
            assertThrows(
                    ArithmeticException.class,
                    () -> reader.forEach(frame -> {
                        see(frame);
                        if (frame.sequence() == 2) {
                            throw new ArithmeticException();
                        }
                    }));
            assertEquals(1, reader.forEach(this::see));
            assertEquals(List.of(1L, 2L, 3L), seen);
            assertEquals(RING, reader.health().freeBytes());
        }
    }

    @Test
    void shouldNotTakeWhatItsHandlerThrowsForTheEnd() {
        try (Reader reader = reader()) {
            write(2);
            for (String buffer : List.of(name, "another")) {
                PeerGoneException thrown = new PeerGoneException(buffer, Role.WRITER, 0, true);
                assertSame(
                        thrown,
                        assertWriterGone(() -> reader.forEach(frame -> {
                            throw thrown;
                        })));
            }
            assertEquals(0, reader.forEach(this::see));
        }
    }

    @Test
    void shouldThrowWhenAnotherThreadClosesTheReader() throws Exception {
        for (int round = 0; round < 20; round++) {
            Reader reader = reader();
            try (Writer writer = Writer.connect(name)) {
                writer.write(new byte[1]);
                CountDownLatch begun = new CountDownLatch(1);
                CompletableFuture<Throwable> end = CompletableFuture.supplyAsync(
                        () -> assertThrows(
                                BufferClosedException.class, () -> reader.forEach(frame -> begun.countDown())),
                        NEW_THREAD);
                begun.await();
                Thread.sleep(round % 5);
                reader.close();
                end.get(1, TimeUnit.MINUTES);
            }
        }
    }

    @Test
    void shouldThrowWhenItsHandlerClosesTheReader() {
        Reader reader = reader();
        write(2);
        assertThrows(
                BufferClosedException.class,
                () -> reader.forEach(frame -> {
                    see(frame);
                    reader.close();
                }));
        assertEquals(List.of(1L), seen);
    }

    @Test
    void shouldThrowWhenTheThreadIsInterrupted() {
        try (Reader reader = reader()) {
            Thread.currentThread().interrupt();
            assertThrows(WaitInterruptedException.class, () -> reader.forEach(this::see));
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void shouldGoOnWithTheNextWritersFramesWhereTheReaderReconnects() {
        List<CompletableFuture<Void>> writing = new ArrayList<>();
        ConnectionListener listener = new ConnectionListener() {
            @Override
            public void disconnected(PeerGoneException reason) {
                seen.add(0L);
                if (writing.size() == 2) {
                    throw new ArithmeticException();
                }
                writing.add(CompletableFuture.runAsync(() -> write(1), NEW_THREAD));
            }
        };
        ReaderConfig config =
                ReaderConfig.builder().payloadSize(RING).reconnecting(listener).build();
        try (Reader reader = Reader.create(name, config)) {
            write(2);
            assertThrows(ArithmeticException.class, () -> reader.forEach(this::see));
            writing.forEach(Eventually::join);
            assertEquals(List.of(1L, 2L, 0L, 3L, 0L, 4L, 0L), seen);
        }
    }

    @Test
    void shouldNotBeCalledByItsOwnHandler() {
        try (Reader reader = reader()) {
            write(2);
            assertEquals(2, reader.forEach(frame -> {
                assertThrows(IllegalStateException.class, () -> reader.forEach(this::see));
                assertThrows(IllegalStateException.class, () -> reader.drain(this::see, 1));
            }));
            assertThrows(NullPointerException.class, () -> reader.forEach(null));
        }
    }
}
