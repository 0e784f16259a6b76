package io.zerobuffer.stream;

import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.BufferHealth;
import io.zerobuffer.ChildJvm;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.stream.FanOut.Delivery;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class FanOutTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    /** Of a frame with 8 bytes in it. */
    private static final long FRAME = 24;

    private final String name = TestBuffers.uniqueName();
    private Reader reader;
    private Writer writer;

    @BeforeEach
    void open() {
        reader = Reader.create(
                name,
                ReaderConfig.builder()
                        .payloadSize(8 * 64)
                        .releaseFromAnyThread(true)
                        .build());
        writer = Writer.connect(name, WriterConfig.builder().writeTimeout(LONG).build());
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        writer.close();
        reader.close();
        TestBuffers.assertNothingLeft();
    }

    private void write(long... values) {
        for (long value : values) {
            writer.write(Long.BYTES, claim -> claim.putLong(0, value));
        }
    }

    private void assertEverythingIsGivenBack() {
        BufferHealth health = reader.health();
        assertEquals(health.payloadSize(), health.freeBytes());
    }

    @Test
    void shouldNotLetAnInterruptThatAListenerLeavesBehindReachTheNextFrame() throws Exception {
        Heard heard = new Heard();
        try (FanOut fanOut = FanOut.start(reader)) {
            fanOut.subscribe(Delivery.EVERY_FRAME, heard.leavingInterrupts());
            write(1, 2, 3);
            heard.assertNext(1, 2, 3);
            writer.close();
            heard.assertEnded();
        }
    }

    @Test
    void shouldHandEveryFrameToEveryListener() throws Exception {
        Heard one = new Heard();
        Heard other = new Heard();
        try (FanOut fanOut = FanOut.start(reader)) {
            fanOut.subscribe(Delivery.EVERY_FRAME, one);
            fanOut.subscribe(Delivery.EVERY_FRAME, other);
            for (long i = 1; i <= 1000; i++) {
                write(i);
            }
            for (long i = 1; i <= 1000; i++) {
                one.assertNext(i);
                other.assertNext(i);
            }
            writer.close();
            one.assertEnded();
            other.assertEnded();
        }
        assertEverythingIsGivenBack();
    }

    @Test
    void shouldReleaseAFrameWhenTheLastListenerIsDone() throws Exception {
        Heard quick = new Heard();
        Heard slow = new Heard(0);
        try (FanOut fanOut = FanOut.start(reader)) {
            fanOut.subscribe(Delivery.EVERY_FRAME, slow);
            fanOut.subscribe(Delivery.EVERY_FRAME, quick);
            write(1, 2);
            quick.assertNext(1, 2);
            slow.assertNext(1);
            assertEquals(8 * 64 - 2 * FRAME, reader.health().freeBytes());
            slow.permit(1);
            slow.assertNext(2);
            assertEquals(8 * 64 - FRAME, reader.health().freeBytes());
            slow.permit(1);
        }
        assertEverythingIsGivenBack();
    }

    @Test
    void shouldMakeTheWriterWaitForASlowListenerThatGetsEveryFrame() throws Exception {
        Heard slow = new Heard(0);
        try (FanOut fanOut = FanOut.start(reader)) {
            fanOut.subscribe(Delivery.EVERY_FRAME, slow);
            int written = fill();
            assertTrue(written > 10 && written <= 8 * 64 / FRAME, () -> written + " frames in a full ring");
            slow.permit(written);
            slow.assertNext(new long[written]);
            write(7);
            slow.assertNext(7);
            slow.permit(1);
        }
    }

    /** Writes zeros until the ring is full; the frames that were written. */
    private int fill() {
        int written = 0;
        while (writer.tryWrite(new byte[Long.BYTES])) {
            written++;
        }
        return written;
    }

    @Test
    void shouldHandTheLatestFrameToASlowListenerAndCountTheOnesItSkipped() throws Exception {
        Heard slow = new Heard(0);
        Heard quick = new Heard();
        try (FanOut fanOut = FanOut.start(reader)) {
            FanOut.Subscription latest = fanOut.subscribe(Delivery.LATEST, slow);
            FanOut.Subscription every = fanOut.subscribe(Delivery.EVERY_FRAME, quick);
            write(1);
            slow.assertNext(1);
            write(2, 3, 4, 5);
            // It is offered a frame after the other one was.
            quick.assertNext(1, 2, 3, 4, 5);
            slow.permit(1);
            slow.assertNext(5);
            assertEquals(3, latest.skipped());
            assertEquals(0, every.skipped());
            slow.permit(1);
        }
        assertEverythingIsGivenBack();
    }

    @Test
    void shouldLetTheOthersRunOnUntilTheRingIsFullBehindAFrameThatIsHeld() throws Exception {
        Heard slow = new Heard(0);
        Heard quick = new Heard();
        try (FanOut fanOut = FanOut.start(reader)) {
            fanOut.subscribe(Delivery.LATEST, slow);
            fanOut.subscribe(Delivery.EVERY_FRAME, quick);
            write(0);
            slow.assertNext(0);
            int written = 1 + fill();
            assertTrue(written > 10 && written <= 8 * 64 / FRAME, () -> written + " frames in a full ring");
            quick.assertNext(new long[written]);
            slow.permit(Integer.MAX_VALUE / 2);
            write(1);
            quick.assertNext(1);
        }
    }

    @Test
    void shouldNotSlowTheOthersByASlowListenerThatReleasesItsFrameEarly() throws Exception {
        CountDownLatch copied = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Heard quick = new Heard();
        try (FanOut fanOut = FanOut.start(reader)) {
            fanOut.subscribe(Delivery.LATEST, frame -> {
                byte[] copy = frame.toByteArray();
                frame.release();
                copied.countDown();
                assertTrue(end.await(1, TimeUnit.MINUTES) && copy.length == Long.BYTES);
            });
            fanOut.subscribe(Delivery.EVERY_FRAME, quick);
            write(0);
            assertTrue(copied.await(1, TimeUnit.MINUTES));
            write(new long[10_000]);
            quick.assertNext(new long[10_001]);
            end.countDown();
        }
    }

    @Test
    void shouldLeaveTheFramesInTheRingWhileNobodyListens() throws Exception {
        try (FanOut fanOut = FanOut.start(reader)) {
            write(1, 2);
            Heard heard = new Heard();
            FanOut.Subscription subscription = fanOut.subscribe(Delivery.EVERY_FRAME, heard);
            heard.assertNext(1, 2);
            subscription.close();
            heard.assertEnded();
            write(3, 4);
            Heard next = new Heard();
            fanOut.subscribe(Delivery.EVERY_FRAME, next);
            next.assertNext(3, 4);
        }
    }

    @RepeatedTest(5)
    void shouldLeaveTheFramesInTheRingWhenItIsClosedBeforeAnybodyListened() throws Exception {
        write(1, 2, 3);
        FanOut fanOut = FanOut.start(reader);
        Thread.sleep(100);
        fanOut.close();
        for (long sequence = 1; sequence <= 3; sequence++) {
            try (Frame frame = reader.read(LONG)) {
                assertEquals(sequence, frame.sequence());
            }
        }
    }

    /** By a listener that does not come back to it: its own thread has to be able to release what it was lent. */
    @Test
    void shouldReleaseAFrameOfWhichAnotherThreadThanTheListenersAskedForTheMemory() throws Exception {
        Heard heard = new Heard();
        try (FanOut fanOut = FanOut.start(reader)) {
            fanOut.subscribe(Delivery.EVERY_FRAME, frame -> {
                Thread viewer = Thread.ofPlatform().start(frame::segment);
                viewer.join();
                heard.onFrame(frame);
            });
            for (long value = 1; value <= 50; value++) {
                write(value);
                heard.assertNext(value);
            }
        }
        assertEverythingIsGivenBack();
    }

    @Test
    void shouldGiveAListenerThatComesLaterWhatComesFromThenOn() throws Exception {
        Heard first = new Heard();
        Heard second = new Heard();
        try (FanOut fanOut = FanOut.start(reader)) {
            fanOut.subscribe(Delivery.EVERY_FRAME, first);
            write(1);
            first.assertNext(1);
            fanOut.subscribe(Delivery.EVERY_FRAME, second);
            write(2);
            first.assertNext(2);
            second.assertNext(2);
        }
    }

    @Test
    void shouldReleaseWhatAListenerThatLeavesHasNotGotYet() throws Exception {
        Heard slow = new Heard(0);
        Heard quick = new Heard();
        try (FanOut fanOut = FanOut.start(reader)) {
            FanOut.Subscription leaving = fanOut.subscribe(Delivery.EVERY_FRAME, slow);
            fanOut.subscribe(Delivery.EVERY_FRAME, quick);
            write(1, 2, 3);
            quick.assertNext(1, 2, 3);
            slow.assertNext(1);
            assertTrue(leaving.isActive());
            CompletableFuture<Void> closing = CompletableFuture.runAsync(leaving::close);
            Eventually.await("the listener is leaving", () -> !leaving.isActive());
            slow.permit(1);
            closing.get(1, TimeUnit.MINUTES);
            slow.assertEnded();
            write(4);
            quick.assertNext(4);
        }
        assertEverythingIsGivenBack();
    }

    @Test
    void shouldLetAListenerLeaveThatTheOthersWaitFor() throws Exception {
        int frames = 1000;
        Heard stuck = new Heard(0);
        Heard quick = new Heard();
        // So large that the number of frames it is behind stops it, not the ring.
        String large = name + "-large";
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(1 << 20)
                .releaseFromAnyThread(true)
                .build();
        try (Reader largeReader = Reader.create(large, config);
                Writer largeWriter = Writer.connect(large);
                FanOut fanOut = FanOut.start(largeReader)) {
            FanOut.Subscription leaving = fanOut.subscribe(Delivery.EVERY_FRAME, stuck);
            fanOut.subscribe(Delivery.EVERY_FRAME, quick);
            for (int i = 0; i < frames; i++) {
                largeWriter.write(new byte[Long.BYTES]);
            }
            // One it has, 256 are waiting for it.
            quick.assertNext(new long[257]);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(leaving::close);
            quick.assertNext(new long[frames - 257]);
            stuck.permit(1);
            closing.get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void shouldRemoveAListenerThatThrowsAndTellItWhy() throws Exception {
        Exception thrown = new Exception("on purpose");
        Heard ended = new Heard();
        Heard other = new Heard();
        FrameListener failing = new FrameListener() {
            @Override
            public void onFrame(Frame frame) throws Exception {
                throw thrown;
            }

            @Override
            public void onEnd(Optional<Throwable> cause) {
                ended.onEnd(cause);
            }
        };
        try (FanOut fanOut = FanOut.start(reader)) {
            FanOut.Subscription removed = fanOut.subscribe(Delivery.LATEST, failing);
            fanOut.subscribe(Delivery.EVERY_FRAME, other);
            write(1);
            assertSame(thrown, ended.assertFailed(Exception.class));
            assertFalse(removed.isActive());
            write(2, 3);
            other.assertNext(1, 2, 3);
        }
        assertEverythingIsGivenBack();
    }

    @Test
    void shouldHandOutWhatThereIsBeforeReportingAWriterThatWasKilled() throws Exception {
        Heard every = new Heard(0);
        Heard latest = new Heard(0);
        String other = name + "-other";
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(4096)
                .releaseFromAnyThread(true)
                .build();
        try (Reader orphan = Reader.create(other, config);
                FanOut fanOut = FanOut.start(orphan)) {
            fanOut.subscribe(Delivery.LATEST, latest);
            fanOut.subscribe(Delivery.EVERY_FRAME, every);
            ChildProcess killed = ChildJvm.writer(other, 5);
            killed.close();
            every.permit(4);
            every.assertNext(1, 2, 3, 4, 5);
            latest.permit(5);
            Object first = latest.next();
            assertTrue(first.equals(5L) || latest.next().equals(5L));
            assertFalse(assertWriterGone(latest.assertFailed(PeerGoneException.class))
                    .closed());
            every.permit(1);
            assertFalse(assertWriterGone(every.assertFailed(PeerGoneException.class))
                    .closed());
        }
    }

    @Test
    void shouldRefuseListenersWhenItHasEnded() throws Exception {
        Heard heard = new Heard();
        FanOut fanOut = FanOut.start(reader);
        fanOut.subscribe(Delivery.LATEST, heard);
        writer.close();
        heard.assertEnded();
        assertThrows(IllegalStateException.class, () -> fanOut.subscribe(Delivery.LATEST, heard));
        fanOut.close();
        fanOut.close();
    }

    @Test
    void shouldRefuseAReaderWhoseFramesOnlyOneThreadMayRelease() {
        String plain = name + "-plain";
        try (Reader plainReader =
                Reader.create(plain, ReaderConfig.ofPayload(64).withMetadataSize(0))) {
            String message = assertThrows(IllegalArgumentException.class, () -> FanOut.start(plainReader))
                    .getMessage();
            assertTrue(message.contains(plain) && message.contains("releaseFromAnyThread"), message);
        }
    }

    @Test
    void shouldBeClosedByItsListeners() throws Exception {
        CompletableFuture<FanOut> fanOut = new CompletableFuture<>();
        // One may be removed by the other before it gets its frame.
        CountDownLatch closed = new CountDownLatch(1);
        FrameListener closing = frame -> {
            fanOut.get().close();
            closed.countDown();
        };
        fanOut.complete(FanOut.start(reader));
        fanOut.get().subscribe(Delivery.EVERY_FRAME, closing);
        fanOut.get().subscribe(Delivery.EVERY_FRAME, closing);
        write(1);
        assertTrue(closed.await(1, TimeUnit.MINUTES));
        fanOut.get().close();
        assertEverythingIsGivenBack();
    }

    @Tag("long")
    @Test
    void shouldKeepEveryFrameWholeForEverybodyWhileListenersComeAndGo() throws Exception {
        int frames = 20_000;
        AtomicLong sum = new AtomicLong();
        AtomicLong handed = new AtomicLong();
        AtomicLong written = new AtomicLong();
        Heard ended = new Heard();
        FrameListener checking = new FrameListener() {
            private long last;

            @Override
            public void onFrame(Frame frame) {
                long value = frame.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
                long size = frame.size();
                assertTrue(value > last, () -> value + " after " + last);
                assertEquals(frame.sequence(), value);
                assertEquals(value, frame.getLong(size - Long.BYTES));
                last = value;
                sum.addAndGet(value);
            }

            @Override
            public void onEnd(Optional<Throwable> cause) {
                ended.onEnd(cause);
            }
        };
        try (FanOut fanOut = FanOut.start(reader)) {
            fanOut.subscribe(Delivery.EVERY_FRAME, checking);
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                        // Until a guest has had one, however late the guests come.
                        for (long i = 1; i <= frames || handed.get() == 0; i++) {
                            long value = i;
                            writer.write(2 * Long.BYTES + i % 90, claim -> {
                                claim.putLong(0, value);
                                claim.putLong(claim.size() - Long.BYTES, value);
                            });
                            written.set(i);
                        }
                    })
                    .orTimeout(LONG.toMillis() / 2, TimeUnit.MILLISECONDS);
            Random random = new Random(20261125);
            while (!writing.isDone()) {
                FanOut.Subscription guest =
                        fanOut.subscribe(random.nextBoolean() ? Delivery.LATEST : Delivery.EVERY_FRAME, frame -> {
                            handed.incrementAndGet();
                            assertEquals(frame.sequence(), frame.buffer().getLong((int) frame.size() - Long.BYTES));
                        });
                Thread.sleep(random.nextInt(3));
                guest.close();
                assertFalse(guest.isActive());
            }
            writing.get();
            writer.close();
            ended.assertEnded();
        }
        assertEquals(written.get() * (written.get() + 1) / 2, sum.get());
        assertEverythingIsGivenBack();
    }
}
