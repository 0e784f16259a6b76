package io.zerobuffer;

import static io.zerobuffer.Departures.assertReaderGone;
import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Segment;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A virtual thread waits as a platform thread does, and leaves its carrier to others meanwhile. */
final class VirtualThreadTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long LONGER_THAN_A_SLEEP = 120;

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    /** A virtual thread, what came of it, and whether it was interrupted when it ended. */
    private static final class Waiting {
        private final FutureTask<Object> outcome;
        private final Thread thread;
        private boolean interrupted;

        Waiting(Callable<?> wait) throws InterruptedException {
            outcome = new FutureTask<>(() -> {
                try {
                    return wait.call();
                } catch (RuntimeException failure) {
                    interrupted = Thread.currentThread().isInterrupted();
                    return failure;
                }
            });
            thread = Thread.startVirtualThread(outcome);
            // Long enough to sleep, as a rule; what follows is to be right before, too.
            Thread.sleep(20);
        }

        Object outcome() throws Exception {
            return outcome.get(1, TimeUnit.MINUTES);
        }
    }

    private Reader reader() {
        return Reader.create(
                name,
                ReaderConfig.builder()
                        .payloadSize(128)
                        .readTimeout(LONG)
                        .waitStrategy(WaitStrategy.blocking())
                        .build());
    }

    private Writer fullWriter(Duration timeout) {
        Writer writer = Writer.connect(
                name,
                WriterConfig.builder()
                        .writeTimeout(timeout)
                        .waitStrategy(WaitStrategy.blocking())
                        .build());
        writer.write(new byte[100]);
        return writer;
    }

    @Test
    void shouldNotKeepItsCarrierWhileItWaits() throws Exception {
        List<String> oneCarrier =
                List.of("-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1");
        try (ChildProcess probe = ChildJvm.start(oneCarrier, VirtualThreadProbe.class, name)) {
            assertEquals(0, probe.exitStatus());
        }
    }

    @Test
    void shouldPassEveryFrameBetweenTwoVirtualThreadsThatWaitForEachOther() throws Exception {
        int frames = 5000;
        try (Reader reader = reader();
                Writer writer = Writer.connect(
                        name,
                        WriterConfig.builder()
                                .writeTimeout(LONG)
                                .waitStrategy(WaitStrategy.blocking())
                                .build())) {
            Waiting writing = new Waiting(() -> {
                for (int i = 1; i <= frames; i++) {
                    writer.write(new byte[1 + i % 100]);
                }
                return "written";
            });
            Waiting reading = new Waiting(() -> {
                for (int i = 1; i <= frames; i++) {
                    try (Frame frame = reader.read()) {
                        assertEquals(i, frame.sequence());
                        assertEquals(1 + i % 100, frame.size());
                    }
                }
                return "read";
            });
            assertEquals("read", reading.outcome());
            assertEquals("written", writing.outcome());
        }
    }

    @Test
    void shouldReturnWhenTheTimeIsOver() throws Exception {
        try (Reader reader = reader()) {
            assertNull(new Waiting(() -> reader.read(Duration.ofMillis(70))).outcome());
            try (Writer writer = fullWriter(Duration.ofMillis(70))) {
                assertInstanceOf(BufferFullException.class, new Waiting(() -> writer.write(new byte[100])).outcome());
            }
        }
    }

    /** Longer than one sleep of a waiting side, which looks after its peer in between. */
    @Test
    void shouldNotReturnBeforeTheTimeIsOver() throws Exception {
        try (Reader reader = reader()) {
            Waiting reading = new Waiting(() -> reader.read(LONG));
            Thread.sleep(LONGER_THAN_A_SLEEP);
            try (Writer writer = fullWriter(LONG)) {
                try (Frame first = assertInstanceOf(Frame.class, reading.outcome())) {
                    Waiting writing = new Waiting(() -> writer.write(new byte[100]));
                    Thread.sleep(LONGER_THAN_A_SLEEP);
                    first.release();
                    assertEquals(2L, writing.outcome());
                }
            }
        }
    }

    @Test
    void shouldEndItsWaitWhenItIsInterrupted() throws Exception {
        try (Reader reader = reader()) {
            Waiting reading = new Waiting(reader::read);
            reading.thread.interrupt();
            assertInstanceOf(WaitInterruptedException.class, reading.outcome());
            assertTrue(reading.interrupted, "the status is kept");
            try (Writer writer = fullWriter(LONG)) {
                Waiting writing = new Waiting(() -> writer.write(new byte[100]));
                writing.thread.interrupt();
                assertInstanceOf(WaitInterruptedException.class, writing.outcome());
                assertEquals(1, reader.read().sequence());
                assertNull(reader.poll());
            }
        }
    }

    @Test
    void shouldEndItsWaitWhenAnotherThreadCloses() throws Exception {
        Reader reader = reader();
        Waiting reading = new Waiting(reader::read);
        reader.close();
        assertInstanceOf(BufferClosedException.class, reading.outcome());
        try (Reader next = reader()) {
            Writer writer = fullWriter(LONG);
            Waiting writing = new Waiting(() -> writer.write(new byte[100]));
            writer.close();
            assertInstanceOf(BufferClosedException.class, writing.outcome());
            assertEquals(1, next.read().sequence());
        }
    }

    @Test
    void shouldLearnThatTheOtherSideLeft() throws Exception {
        Reader reader = reader();
        Writer leaving = Writer.connect(name);
        Waiting reading = new Waiting(reader::read);
        leaving.close();
        assertTrue(assertWriterGone(reading.outcome()).closed());
        try (Writer writer = fullWriter(LONG)) {
            Waiting writing = new Waiting(() -> writer.write(new byte[100]));
            reader.close();
            assertTrue(assertReaderGone(writing.outcome()).closed());
        }
    }

    @Test
    void shouldLearnThatTheWriterWasKilled() throws Exception {
        try (Reader reader = reader()) {
            ChildProcess writer = ChildJvm.writer(name, 1);
            try (writer) {
                reader.read().release();
                Waiting reading = new Waiting(reader::read);
                writer.close();
                assertFalse(assertWriterGone(reading.outcome()).closed());
            }
        }
    }

    @Test
    void shouldNotSufferFromABufferThatAPeerTruncates() throws Exception {
        String bad = name + "-bad";
        try (Reader reader = reader();
                Writer writer = Writer.connect(name);
                Reader truncated = Reader.create(
                        bad,
                        ReaderConfig.builder()
                                .payloadSize(128)
                                .readTimeout(LONG)
                                .build())) {
            Waiting good = new Waiting(reader::read);
            Waiting failing = new Waiting(truncated::read);
            Segment.ofWriteSemaphore(bad).truncate(0);
            assertInstanceOf(CorruptBufferException.class, failing.outcome());
            for (int i = 0; i < 5; i++) {
                writer.write(new byte[1]);
                ((Frame) good.outcome()).release();
                good = new Waiting(reader::read);
            }
            writer.close();
            assertWriterGone(good.outcome());
        }
    }
}
