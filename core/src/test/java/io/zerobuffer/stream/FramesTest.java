package io.zerobuffer.stream;

import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.ChildJvm;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class FramesTest {
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
            for (Frame frame : Frames.of(reader)) {
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
            Frames frames = Frames.of(reader);
            for (int i = 0; i < 2; i++) {
                write(2);
                frames.forEach(frame -> seen.add(frame.sequence()));
            }
            assertEquals(List.of(1L, 2L, 3L, 4L), seen);
        }
    }

    @Test
    void shouldGoOnAndReleaseTheLastFrameInALoopAfterOneThatWasLeft() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            write(3);
            Frames frames = Frames.of(reader);
            Frame left = frames.iterator().next();
            assertFalse(left.isReleased());
            assertTrue(frames.iterator().hasNext());
            assertTrue(left.isReleased());
            frames.forEach(frame -> seen.add(frame.sequence()));
            assertEquals(List.of(2L, 3L), seen);
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldBearWithFramesThatWereReleasedEarlier() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            write(2);
            for (Frame frame : Frames.of(reader)) {
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
            Iterator<Frame> frames = Frames.of(reader).iterator();
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
                    assertWriterGone(() -> Frames.of(reader).forEach(frame -> seen.add(frame.getLong(0))));
            assertFalse(gone.closed());
            assertEquals(List.of(1L, 2L, 3L), seen);
        }
    }

    @Test
    void shouldThrowWhenTheThreadIsInterrupted() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            Thread.currentThread().interrupt();
            assertThrows(
                    WaitInterruptedException.class,
                    () -> Frames.of(reader).iterator().hasNext());
            assertTrue(Thread.interrupted());
        }
    }
}
