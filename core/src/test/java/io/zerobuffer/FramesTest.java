package io.zerobuffer;

import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class FramesTest {
    private static final Executor NEW_THREAD =
            run -> Thread.ofPlatform().daemon().start(run);

    private final String name = TestBuffers.uniqueName();
    private final List<Long> seen = new ArrayList<>();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    private void write(int frames) {
        try (Writer writer = Writer.connect(name)) {
            for (int i = 0; i < frames; i++) {
                writer.write(new byte[100]);
            }
        }
    }

    @Test
    void shouldHandOutEveryFrameAndEndWhenTheWriterCloses() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            write(3);
            Frame last = null;
            for (Frame frame : reader.frames()) {
                assertTrue(last == null || last.isReleased());
                seen.add(frame.sequence());
                last = frame;
            }
            assertEquals(List.of(1L, 2L, 3L), seen);
            assertTrue(last.isReleased());
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldHandOutTheNextWritersFramesInTheNextLoop() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            for (int i = 0; i < 2; i++) {
                write(2);
                reader.frames().forEach(frame -> seen.add(frame.sequence()));
            }
            assertEquals(List.of(1L, 2L, 3L, 4L), seen);
        }
    }

    @Test
    void shouldGoOnAndReleaseTheLastFrameInALoopAfterOneThatWasLeft() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            write(3);
            Frame left = reader.frames().iterator().next();
            assertFalse(left.isReleased());
            assertTrue(reader.frames().iterator().hasNext());
            assertTrue(left.isReleased());
            reader.frames().forEach(frame -> seen.add(frame.sequence()));
            assertEquals(List.of(2L, 3L), seen);
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldBearWithFramesThatWereReleasedEarlier() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            write(2);
            for (Frame frame : reader.frames()) {
                frame.release();
                assertEquals(
                        4096 - (2 - frame.sequence()) * 116, reader.health().freeBytes());
            }
        }
    }

    @Test
    void shouldKeepToTheRulesOfIterators() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            write(1);
            Iterator<Frame> frames = reader.frames().iterator();
            assertTrue(frames.hasNext());
            assertTrue(frames.hasNext());
            assertEquals(1, frames.next().sequence());
            assertFalse(frames.hasNext());
            assertThrows(NoSuchElementException.class, frames::next);
        }
    }

    @Test
    void shouldThrowWhenTheWriterDiesAfterItsLastFrame() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                ChildProcess writer = ChildJvm.writer(name, 3)) {
            writer.close();
            PeerGoneException gone =
                    assertWriterGone(() -> reader.frames().forEach(frame -> seen.add(frame.getLong(0))));
            assertFalse(gone.closed());
            assertEquals(List.of(1L, 2L, 3L), seen);
        }
    }

    @Test
    void shouldThrowWhenAnotherThreadClosesTheReader() throws Exception {
        for (int round = 0; round < 20; round++) {
            Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
            try (Writer writer = Writer.connect(name)) {
                writer.write(new byte[1]);
                CountDownLatch begun = new CountDownLatch(1);
                CompletableFuture<Throwable> end = CompletableFuture.supplyAsync(
                        () -> assertThrows(BufferClosedException.class, () -> reader.frames()
                                .forEach(frame -> begun.countDown())),
                        NEW_THREAD);
                begun.await();
                Thread.sleep(round % 5);
                reader.close();
                end.get(1, TimeUnit.MINUTES);
            }
        }
    }

    @Test
    void shouldGoOnWithTheNextWritersFramesWhereTheReaderReconnects() {
        ConnectionListener listener = new ConnectionListener() {
            @Override
            public void disconnected(PeerGoneException reason) {
                seen.add(0L);
            }
        };
        ReaderConfig config =
                ReaderConfig.builder().payloadSize(4096).reconnecting(listener).build();
        try (Reader reader = Reader.create(name, config)) {
            write(2);
            CompletableFuture<Void> writing = new CompletableFuture<>();
            for (Frame frame : reader.frames()) {
                seen.add(frame.sequence());
                if (seen.size() == 2) {
                    writing.completeAsync(
                            () -> {
                                write(1);
                                return null;
                            },
                            NEW_THREAD);
                }
                if (frame.sequence() == 3) {
                    frame.release();
                    break;
                }
            }
            Eventually.join(writing);
            assertEquals(List.of(1L, 2L, 0L, 3L), seen);
        }
    }

    @Test
    void shouldThrowWhenTheThreadIsInterrupted() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            Thread.currentThread().interrupt();
            assertThrows(
                    WaitInterruptedException.class,
                    () -> reader.frames().iterator().hasNext());
            assertTrue(Thread.interrupted());
        }
    }
}
