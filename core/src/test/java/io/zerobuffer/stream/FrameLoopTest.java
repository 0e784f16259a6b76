package io.zerobuffer.stream;

import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.ChildJvm;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.PeerGoneException.Role;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class FrameLoopTest {
    private final String name = TestBuffers.uniqueName();
    private final Heard heard = new Heard();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    private static void write(Writer writer, long value) {
        writer.write(Long.BYTES, claim -> claim.putLong(0, value));
    }

    @Test
    void shouldHandOutEveryFrameOnAThreadOfItsOwnAndEndWhenTheWriterCloses() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        FrameListener listener = new FrameListener() {
            @Override
            public void onFrame(Frame frame) throws InterruptedException {
                heard.onFrame(frame);
            }

            @Override
            public void onEnd(Optional<Throwable> cause) {
                thread.complete(Thread.currentThread());
                heard.onEnd(cause);
            }
        };
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name);
                FrameLoop loop = FrameLoop.start(reader, listener)) {
            write(writer, 7);
            write(writer, 8);
            heard.assertNext(7, 8);
            assertTrue(loop.isRunning());
            writer.close();
            heard.assertEnded();
            assertEquals(
                    "zerobuffer-loop-" + name, thread.get(1, TimeUnit.MINUTES).getName());
            assertFalse(thread.get().isDaemon());
            thread.get().join();
            assertFalse(loop.isRunning());
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldEndWhenItIsClosedAndLeaveTheNextFramesInTheRing() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            FrameLoop loop = FrameLoop.start(reader, heard);
            write(writer, 1);
            heard.assertNext(1);
            loop.close();
            loop.close();
            heard.assertEnded();
            write(writer, 2);
            assertEquals(2, reader.read().getLong(0));
        }
    }

    @Test
    void shouldEndWhenItsListenerClosesIt() throws Exception {
        CompletableFuture<FrameLoop> loop = new CompletableFuture<>();
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            FrameListener listener = new FrameListener() {
                @Override
                public void onFrame(Frame frame) throws Exception {
                    loop.get().close();
                }

                @Override
                public void onEnd(Optional<Throwable> cause) {
                    heard.onEnd(cause);
                }
            };
            loop.complete(FrameLoop.start(reader, listener));
            write(writer, 1);
            write(writer, 2);
            heard.assertEnded();
            loop.get().close();
            assertEquals(2, reader.read().getLong(0));
        }
    }

    @Test
    void shouldReportWhatTheListenerThrowsAndReleaseItsFrame() throws Exception {
        // What could come from the reader, too, but does not.
        PeerGoneException thrown = new PeerGoneException("another buffer", Role.WRITER, 0, true);
        FrameListener listener = new FrameListener() {
            @Override
            public void onFrame(Frame frame) {
                throw thrown;
            }

            @Override
            public void onEnd(Optional<Throwable> cause) {
                heard.onEnd(cause);
            }
        };
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name);
                FrameLoop loop = FrameLoop.start(reader, listener)) {
            write(writer, 1);
            write(writer, 2);
            assertSame(thrown, heard.assertFailed(PeerGoneException.class));
            loop.close();
            assertEquals(4096 - 24, reader.health().freeBytes());
            assertEquals(2, reader.read().getLong(0));
        }
    }

    @Test
    void shouldOutliveAnInterruptThatItsListenerLeavesBehind() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name);
                FrameLoop loop = FrameLoop.start(reader, heard.leavingInterrupts())) {
            for (int i = 1; i <= 3; i++) {
                write(writer, i);
                heard.assertNext(i);
                assertTrue(loop.isRunning());
            }
            writer.close();
            heard.assertEnded();
        }
    }

    @Test
    void shouldReportAWriterThatWasKilled() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                FrameLoop loop = FrameLoop.start(reader, heard);
                ChildProcess writer = ChildJvm.writer(name, 2)) {
            heard.assertNext(1, 2);
            assertTrue(loop.isRunning());
            writer.close();
            assertFalse(assertWriterGone(heard.assertFailed(PeerGoneException.class))
                    .closed());
        }
    }

    @Test
    void shouldReportAReaderThatWasClosed() throws Exception {
        Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
        try (FrameLoop loop = FrameLoop.start(reader, heard)) {
            assertTrue(loop.isRunning());
            reader.close();
            heard.assertFailed(BufferClosedException.class);
        }
    }
}
