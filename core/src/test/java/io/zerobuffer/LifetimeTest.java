package io.zerobuffer;

import static io.zerobuffer.Departures.assertReaderGone;
import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.FrameReleasedException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What may be used how long, and what ends a wait. */
final class LifetimeTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldLetOtherThreadsReleaseFramesWhileOneReadsIfToldSo() throws Exception {
        int frames = 20_000;
        ReaderConfig config = ReaderConfig.builder()
                .metadataSize(0)
                .payloadSize(4096)
                .releaseFromAnyThread(true)
                .build();
        BlockingQueue<Frame> taken = new ArrayBlockingQueue<>(16);
        try (Reader reader = Reader.create(name, config);
                Writer writer = Writer.connect(name);
                ExecutorService threads = Executors.newFixedThreadPool(3)) {
            Callable<Long> releaser = () -> {
                long sum = 0;
                for (int i = 0; i < frames / 2; i++) {
                    try (Frame frame = taken.take()) {
                        sum += frame.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, 0) * frame.sequence();
                    }
                }
                return sum;
            };
            try {
                Future<Long> first = threads.submit(releaser);
                Future<Long> second = threads.submit(releaser);
                Future<?> written = threads.submit(() -> {
                    for (long i = 1; i <= frames; i++) {
                        long value = i;
                        writer.write(Long.BYTES + value % 100, claim -> claim.putLong(0, value));
                    }
                });
                long expected = 0;
                for (long i = 1; i <= frames; i++) {
                    expected += i * i;
                    assertTrue(
                            taken.offer(reader.read(Duration.ofSeconds(60)), 60, TimeUnit.SECONDS),
                            "nobody takes frame " + i);
                }
                written.get();
                assertEquals(expected, first.get() + second.get());
            } finally {
                threads.shutdownNow();
            }
            BufferHealth health = reader.health();
            assertEquals(health.payloadSize(), health.freeBytes());
        }
    }

    @Test
    void shouldRefuseEveryAccessToAReleasedFrame() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[8]);
            Frame frame = reader.read();
            MemorySegment segment = frame.segment();
            MemorySegment slice = segment.asSlice(2, 3);
            ByteBuffer buffer = frame.buffer();
            assertFalse(frame.isReleased());
            frame.release();
            frame.release();
            assertTrue(frame.isReleased());
            assertThrows(FrameReleasedException.class, () -> frame.getByte(0));
            assertThrows(FrameReleasedException.class, () -> frame.getShort(0));
            assertThrows(FrameReleasedException.class, () -> frame.getInt(0));
            assertThrows(FrameReleasedException.class, () -> frame.getLong(0));
            assertThrows(FrameReleasedException.class, () -> frame.copyTo(new byte[1]));
            assertThrows(FrameReleasedException.class, () -> frame.copyTo(new byte[0]));
            assertThrows(FrameReleasedException.class, () -> frame.copyTo(MemorySegment.ofArray(new byte[8])));
            assertThrows(FrameReleasedException.class, frame::toByteArray);
            assertThrows(FrameReleasedException.class, frame::segment);
            assertThrows(FrameReleasedException.class, frame::buffer);
            assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
            assertThrows(IllegalStateException.class, () -> slice.get(ValueLayout.JAVA_BYTE, 0));
            assertThrows(IllegalStateException.class, () -> buffer.get(0));
            assertEquals(8, frame.size());
            assertEquals(1, frame.sequence());
        }
    }

    @Test
    void shouldRefuseEveryAccessToAnEndedClaim() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            Claim committed = writer.claim(8);
            MemorySegment segment = committed.segment();
            ByteBuffer buffer = committed.buffer();
            committed.commit();
            Claim aborted = writer.claim(8);
            aborted.abort();
            aborted.abort();
            for (Claim claim : new Claim[] {committed, aborted}) {
                assertThrows(FrameReleasedException.class, () -> claim.putByte(0, (byte) 1));
                assertThrows(FrameReleasedException.class, () -> claim.putShort(0, (short) 1));
                assertThrows(FrameReleasedException.class, () -> claim.putInt(0, 1));
                assertThrows(FrameReleasedException.class, () -> claim.putLong(0, 1));
                assertThrows(FrameReleasedException.class, () -> claim.copyFrom(new byte[1]));
                assertThrows(FrameReleasedException.class, () -> claim.copyFrom(0, MemorySegment.ofArray(new byte[1])));
                assertThrows(FrameReleasedException.class, claim::segment);
                assertThrows(FrameReleasedException.class, claim::buffer);
                assertThrows(FrameReleasedException.class, claim::commit);
            }
            assertThrows(IllegalStateException.class, () -> segment.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
            assertThrows(IllegalStateException.class, () -> buffer.put(0, (byte) 1));
            reader.read().release();
        }
    }

    @Test
    void shouldRefuseAccessOutsideAFrameOrClaim() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            Claim claim = writer.claim(8);
            assertThrows(IndexOutOfBoundsException.class, () -> claim.putByte(8, (byte) 0));
            assertThrows(IndexOutOfBoundsException.class, () -> claim.putLong(1, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> claim.putLong(-1, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> claim.putLong(Long.MAX_VALUE, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> claim.copyFrom(new byte[9]));
            assertThrows(
                    IndexOutOfBoundsException.class, () -> claim.segment().set(ValueLayout.JAVA_BYTE, 8, (byte) 0));
            claim.commit();
            try (Frame frame = reader.read()) {
                assertThrows(IndexOutOfBoundsException.class, () -> frame.getByte(8));
                assertThrows(IndexOutOfBoundsException.class, () -> frame.getInt(5));
                assertThrows(IndexOutOfBoundsException.class, () -> frame.getInt(-1));
                assertThrows(IndexOutOfBoundsException.class, () -> frame.getLong(Long.MIN_VALUE));
                assertThrows(IndexOutOfBoundsException.class, () -> frame.copyTo(new byte[9]));
                assertThrows(IndexOutOfBoundsException.class, () -> frame.copyTo(0, new byte[4], 2, 3));
                assertThrows(
                        IndexOutOfBoundsException.class, () -> frame.segment().get(ValueLayout.JAVA_BYTE, 8));
            }
        }
    }

    @Test
    void shouldRefuseEverythingAfterClose() {
        Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
        Writer writer = Writer.connect(name);
        writer.write(new byte[8]);
        writer.write(new byte[8]);
        Frame frame = reader.read();
        Frame viewed = reader.read();
        MemorySegment frameSegment = viewed.segment();
        Claim claim = writer.claim(8);
        MemorySegment claimSegment = claim.segment();
        reader.close();
        reader.close();
        writer.close();
        writer.close();
        assertThrows(BufferClosedException.class, reader::read);
        assertThrows(BufferClosedException.class, reader::metadata);
        assertThrows(BufferClosedException.class, reader::health);
        assertThrows(BufferClosedException.class, reader::isWriterConnected);
        assertThrows(BufferClosedException.class, () -> frame.getByte(0));
        assertThrows(BufferClosedException.class, () -> frame.copyTo(new byte[8]));
        assertThrows(BufferClosedException.class, frame::segment);
        assertThrows(IllegalStateException.class, () -> frameSegment.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(BufferClosedException.class, () -> writer.write(new byte[1]));
        assertThrows(BufferClosedException.class, () -> writer.claim(1));
        assertThrows(BufferClosedException.class, () -> writer.writeMetadata(new byte[1]));
        assertThrows(BufferClosedException.class, writer::health);
        assertThrows(BufferClosedException.class, writer::isReaderConnected);
        assertThrows(BufferClosedException.class, () -> claim.putByte(0, (byte) 0));
        assertThrows(BufferClosedException.class, claim::commit);
        assertThrows(IllegalStateException.class, () -> claimSegment.set(ValueLayout.JAVA_BYTE, 0, (byte) 0));
        frame.release();
        viewed.release();
        claim.abort();
    }

    @Test
    void shouldKeepAViewOfAnotherThreadReadableUntilThatThreadReleasesIt() throws Exception {
        Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
        try (Writer writer = Writer.connect(name)) {
            writer.write(new byte[] {7});
            CountDownLatch viewed = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            CompletableFuture<Void> holder = CompletableFuture.runAsync(() -> {
                Frame frame = reader.read();
                MemorySegment segment = frame.segment();
                viewed.countDown();
                await(closed);
                assertEquals(7, segment.get(ValueLayout.JAVA_BYTE, 0));
                assertThrows(BufferClosedException.class, () -> frame.getByte(0));
                frame.release();
                assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
            });
            await(viewed);
            reader.close();
            closed.countDown();
            holder.get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void shouldLetOnlyTheViewingThreadReleaseAViewedFrame() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[] {7});
            Frame frame = reader.read();
            MemorySegment segment = frame.segment();
            CompletableFuture.runAsync(() -> assertThrows(WrongThreadException.class, frame::release))
                    .get(1, TimeUnit.MINUTES);
            assertEquals(7, segment.get(ValueLayout.JAVA_BYTE, 0));
            frame.release();
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldWakeAWaitingReaderWithAnExceptionWhenItCloses() throws Exception {
        Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
        CompletableFuture<Throwable> outcome = outcomeOf(() -> reader.read(LONG));
        Thread.sleep(100);
        reader.close();
        assertInstanceOf(BufferClosedException.class, outcome.get(1, TimeUnit.MINUTES));
    }

    @Test
    void shouldWakeAWaitingWriterWithAnExceptionWhenItCloses() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0))) {
            Writer writer = patientWriter();
            writer.write(new byte[40]);
            CompletableFuture<Throwable> outcome = outcomeOf(() -> writer.write(new byte[40]));
            Thread.sleep(100);
            writer.close();
            assertInstanceOf(BufferClosedException.class, outcome.get(1, TimeUnit.MINUTES));
            assertEquals(40, reader.read().size());
        }
    }

    @Tag("long")
    @Test
    void shouldSayThatItIsClosedAtAnyMomentOfAStream() throws Exception {
        for (int round = 0; round < 200; round++) {
            String roundName = TestBuffers.uniqueName();
            Reader reader =
                    Reader.create(roundName, ReaderConfig.ofPayload(1024).withMetadataSize(0));
            Writer writer = Writer.connect(roundName);
            CompletableFuture<Throwable> writing = outcomeOf(() -> {
                while (true) {
                    writer.write(new byte[100]);
                }
            });
            CompletableFuture<Throwable> reading = outcomeOf(() -> {
                while (true) {
                    try (Frame frame = reader.read(LONG)) {
                        frame.getByte(99);
                    }
                }
            });
            Thread.sleep(round % 5);
            if (round % 2 == 0) {
                reader.close();
                assertInstanceOf(BufferClosedException.class, reading.get(1, TimeUnit.MINUTES));
                assertReaderGone(writing.get(1, TimeUnit.MINUTES));
                writer.close();
            } else {
                writer.close();
                assertInstanceOf(BufferClosedException.class, writing.get(1, TimeUnit.MINUTES));
                assertWriterGone(reading.get(1, TimeUnit.MINUTES));
                reader.close();
            }
        }
    }

    @Test
    void shouldEndAWaitWhenTheThreadIsInterrupted() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0));
                Writer writer = patientWriter()) {
            Thread[] waiting = new Thread[1];
            CompletableFuture<Throwable> reading = outcomeOf(() -> {
                waiting[0] = Thread.currentThread();
                reader.read(LONG);
            });
            interruptOnce(waiting);
            assertInstanceOf(WaitInterruptedException.class, reading.get(1, TimeUnit.MINUTES));

            writer.write(new byte[40]);
            waiting[0] = null;
            CompletableFuture<Throwable> writing = outcomeOf(() -> {
                waiting[0] = Thread.currentThread();
                writer.write(new byte[40]);
            });
            interruptOnce(waiting);
            assertInstanceOf(WaitInterruptedException.class, writing.get(1, TimeUnit.MINUTES));
            assertEquals(40, reader.read().size());
        }
    }

    @Test
    void shouldKeepTheInterruptStatusOfAnInterruptedWait() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0))) {
            Thread.currentThread().interrupt();
            assertThrows(WaitInterruptedException.class, () -> reader.read(LONG));
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void shouldReadAFrameThatIsThereThoughTheThreadIsInterrupted() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[] {3});
            Thread.currentThread().interrupt();
            assertEquals(3, reader.read().getByte(0));
            assertTrue(Thread.interrupted());
        }
    }

    private Writer patientWriter() {
        return Writer.connect(name, WriterConfig.builder().writeTimeout(LONG).build());
    }

    private static CompletableFuture<Throwable> outcomeOf(Runnable action) {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                action.run();
                outcome.complete(null);
            } catch (Throwable failure) {
                outcome.complete(failure);
            }
        });
        return outcome;
    }

    private static void interruptOnce(Thread[] waiting) throws InterruptedException {
        Thread.sleep(100);
        Eventually.await("a thread waits", () -> waiting[0] != null);
        waiting[0].interrupt();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(1, TimeUnit.MINUTES));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
