package io.zerobuffer.stream;

import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.ChildJvm;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class FramePublisherTest {
    private static final String COMPLETE = "complete";

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    /** Notes its signals: values, exceptions, completion. */
    private static final class Subscriber implements Flow.Subscriber<Frame> {
        private final BlockingQueue<Object> signals = new LinkedBlockingQueue<>();
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        private final Consumer<Frame> handler;
        private volatile Thread thread;

        Subscriber() {
            this(frame -> {});
        }

        Subscriber(Consumer<Frame> handler) {
            this.handler = handler;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            thread = Thread.currentThread();
            this.subscription.complete(subscription);
        }

        @Override
        public void onNext(Frame frame) {
            signals.add(frame.getLong(0));
            handler.accept(frame);
        }

        @Override
        public void onError(Throwable cause) {
            signals.add(cause);
        }

        @Override
        public void onComplete() {
            signals.add(COMPLETE);
        }

        Flow.Subscription subscription() throws Exception {
            return subscription.get(1, TimeUnit.MINUTES);
        }

        Object next() throws InterruptedException {
            Object signal = signals.poll(1, TimeUnit.MINUTES);
            assertNotNull(signal, "no signal came");
            return signal;
        }

        void assertNext(Object... expected) throws InterruptedException {
            for (Object signal : expected) {
                assertEquals(signal, next());
            }
        }

        /** Waits for the end of the subscription; nothing more can come after that. */
        void assertNothingMore() throws InterruptedException {
            thread.join();
            assertNull(signals.poll());
        }
    }

    private static void write(Writer writer, long... values) {
        for (long value : values) {
            writer.write(Long.BYTES, claim -> claim.putLong(0, value));
        }
    }

    @Test
    void shouldPublishFramesAsTheyAreRequestedAndCompleteWhenTheWriterCloses() throws Exception {
        Subscriber subscriber = new Subscriber();
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            FramePublisher.of(reader).subscribe(subscriber);
            write(writer, 1, 2, 3);
            subscriber.subscription().request(1);
            subscriber.assertNext(1L);
            subscriber.subscription().request(1);
            subscriber.subscription().request(Long.MAX_VALUE);
            subscriber.assertNext(2L, 3L);
            writer.close();
            subscriber.assertNext(COMPLETE);
            subscriber.assertNothingMore();
            assertEquals("zerobuffer-publisher-" + name, subscriber.thread.getName());
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldLeaveInTheRingWhatWasNotRequested() throws Exception {
        Subscriber subscriber = new Subscriber();
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(128).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            FramePublisher.of(reader).subscribe(subscriber);
            subscriber.subscription().request(2);
            write(writer, 1, 2);
            subscriber.assertNext(1L, 2L);
            long written = 2;
            while (writer.tryWrite(new byte[40])) {
                written++;
            }
            assertTrue(written >= 3 && written <= 4, "a frame that was released at last makes room for another");
            assertEquals(2, reader.framesRead());
            subscriber.subscription().request(written);
            for (long i = 2; i < written; i++) {
                subscriber.assertNext(0L);
            }
            subscriber.subscription().cancel();
            subscriber.assertNothingMore();
        }
    }

    @Test
    void shouldReleaseAFrameWhenOnNextReturns() throws Exception {
        List<Frame> kept = new ArrayList<>();
        Subscriber subscriber = new Subscriber(frame -> {
            kept.add(frame);
            assertFalse(frame.isReleased());
        });
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            FramePublisher.of(reader).subscribe(subscriber);
            write(writer, 1);
            writer.close();
            subscriber.subscription().request(2);
            subscriber.assertNext(1L, COMPLETE);
            assertTrue(kept.getFirst().isReleased());
        }
    }

    @Test
    void shouldLeaveTheReleaseToASubscriberThatWantsIt() throws Exception {
        BlockingQueue<Frame> handed = new LinkedBlockingQueue<>();
        Subscriber subscriber = new Subscriber(handed::add);
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(4096)
                .releaseFromAnyThread(true)
                .build();
        try (Reader reader = Reader.create(name, config);
                Writer writer = Writer.connect(name)) {
            FramePublisher.handingOver(reader).subscribe(subscriber);
            write(writer, 1, 2);
            writer.close();
            subscriber.subscription().request(3);
            subscriber.assertNext(1L, 2L, COMPLETE);
            Frame first = handed.take();
            handed.take().release();
            assertEquals(4096 - 48, reader.health().freeBytes());
            assertEquals(1, first.getLong(0));
            first.release();
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    /** A subscriber that looks at a frame before it hands it to a pool. */
    @Test
    void shouldLetAnyThreadReleaseAFrameOfWhichOnNextAskedForTheMemory() throws Exception {
        int frames = 200;
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(4096)
                .releaseFromAnyThread(true)
                .build();
        WriterConfig patient =
                WriterConfig.builder().writeTimeout(Duration.ofMinutes(5)).build();
        try (Reader reader = Reader.create(name, config);
                Writer writer = Writer.connect(name, patient);
                ExecutorService pool = Executors.newFixedThreadPool(2)) {
            Subscriber subscriber = new Subscriber(frame -> {
                MemorySegment view = frame.segment();
                pool.execute(() -> {
                    view.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
                    frame.release();
                    assertThrows(IllegalStateException.class, () -> view.get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
                });
            });
            FramePublisher.handingOver(reader).subscribe(subscriber);
            subscriber.subscription().request(Long.MAX_VALUE);
            for (long i = 1; i <= frames; i++) {
                write(writer, i);
                subscriber.assertNext(i);
            }
            writer.close();
            subscriber.assertNext(COMPLETE);
            pool.shutdown();
            assertTrue(pool.awaitTermination(1, TimeUnit.MINUTES));
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldNotHandOverFramesThatOnlyOneThreadMayRelease() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            String message = assertThrows(IllegalArgumentException.class, () -> FramePublisher.handingOver(reader))
                    .getMessage();
            assertTrue(message.contains(name) && message.contains("releaseFromAnyThread"), message);
        }
    }

    @Test
    void shouldFailWhenTheWriterIsKilled() throws Exception {
        Subscriber subscriber = new Subscriber();
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            FramePublisher.of(reader).subscribe(subscriber);
            subscriber.subscription().request(Long.MAX_VALUE);
            try (ChildProcess writer = ChildJvm.writer(name, 2)) {
                subscriber.assertNext(1L, 2L);
                writer.close();
                assertFalse(assertWriterGone(subscriber.next()).closed());
                subscriber.assertNothingMore();
            }
        }
    }

    @Test
    void shouldEndASubscriptionThatRequestsNothingWhenTheReaderIsClosed() throws Exception {
        Subscriber subscriber = new Subscriber();
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            FramePublisher.of(reader).subscribe(subscriber);
            subscriber.subscription();
        }
        assertInstanceOf(BufferClosedException.class, subscriber.next());
        subscriber.assertNothingMore();
    }

    @Test
    void shouldFailWhenTheReaderIsClosed() throws Exception {
        Subscriber subscriber = new Subscriber();
        Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
        FramePublisher.of(reader).subscribe(subscriber);
        subscriber.subscription().request(1);
        reader.close();
        assertInstanceOf(BufferClosedException.class, subscriber.next());
        subscriber.assertNothingMore();
    }

    @Test
    void shouldFailWhenNoFramesAreRequested() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            FramePublisher publisher = FramePublisher.of(reader);
            for (long request : new long[] {0, -1, Long.MIN_VALUE}) {
                Subscriber subscriber = new Subscriber();
                publisher.subscribe(subscriber);
                subscriber.subscription().request(request);
                String message = assertInstanceOf(IllegalArgumentException.class, subscriber.next())
                        .getMessage();
                assertTrue(message.contains(Long.toString(request)) && message.contains("3.9"), message);
                subscriber.assertNothingMore();
            }
        }
    }

    @Test
    void shouldRefuseASecondSubscriberWhileThereIsOne() throws Exception {
        Subscriber first = new Subscriber();
        Subscriber second = new Subscriber();
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            FramePublisher publisher = FramePublisher.of(reader);
            publisher.subscribe(first);
            publisher.subscribe(second);
            assertNotNull(second.subscription());
            second.subscription().request(1);
            second.subscription().cancel();
            assertInstanceOf(IllegalStateException.class, second.next());
            assertNull(second.signals.poll());
            write(writer, 1);
            first.subscription().request(1);
            first.assertNext(1L);
            first.subscription().cancel();
            assertThrows(NullPointerException.class, () -> publisher.subscribe(null));
        }
    }

    @Test
    void shouldGoOnWithTheNextSubscriberWhereOneCancelled() throws Exception {
        Subscriber[] first = new Subscriber[1];
        first[0] = new Subscriber(frame -> {
            first[0].subscription.join().cancel();
            first[0].subscription.join().request(5);
        });
        Subscriber second = new Subscriber();
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            FramePublisher publisher = FramePublisher.of(reader);
            publisher.subscribe(first[0]);
            write(writer, 1, 2);
            first[0].subscription().request(5);
            first[0].assertNext(1L);
            first[0].assertNothingMore();
            publisher.subscribe(second);
            second.subscription().request(1);
            second.assertNext(2L);
            second.subscription().cancel();
            second.assertNothingMore();
        }
    }

    @Test
    void shouldWaitForASubscriberThatCancelledButIsStillAtWork() throws Exception {
        CompletableFuture<Void> work = new CompletableFuture<>();
        Subscriber first =
                new Subscriber(frame -> work.orTimeout(1, TimeUnit.MINUTES).join());
        Subscriber second = new Subscriber();
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            FramePublisher publisher = FramePublisher.of(reader);
            publisher.subscribe(first);
            write(writer, 1, 2);
            first.subscription().request(1);
            first.assertNext(1L);
            first.subscription().cancel();
            publisher.subscribe(second);
            second.subscription().request(1);
            assertEquals(1, reader.framesRead());
            work.complete(null);
            second.assertNext(2L);
            second.subscription().cancel();
            second.assertNothingMore();
        }
    }

    @Test
    void shouldReleaseTheFrameOfASubscriberThatThrows() throws Exception {
        CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
        IllegalStateException thrown = new IllegalStateException("on purpose");
        Subscriber subscriber = new Subscriber(frame -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, cause) -> uncaught.complete(cause));
            throw thrown;
        });
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            FramePublisher.of(reader).subscribe(subscriber);
            write(writer, 1, 2);
            subscriber.subscription().request(2);
            subscriber.assertNext(1L);
            assertEquals(thrown, uncaught.get(1, TimeUnit.MINUTES));
            subscriber.assertNothingMore();
            assertEquals(4096 - 24, reader.health().freeBytes());
        }
    }

    @Test
    void shouldLeaveTheReleaseToASubscriberThatWantsItAndThrows() throws Exception {
        BlockingQueue<Frame> handed = new LinkedBlockingQueue<>();
        Subscriber subscriber = new Subscriber(frame -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, cause) -> {});
            handed.add(frame);
            throw new IllegalStateException("on purpose");
        });
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(4096)
                .releaseFromAnyThread(true)
                .build();
        try (Reader reader = Reader.create(name, config);
                Writer writer = Writer.connect(name)) {
            FramePublisher.handingOver(reader).subscribe(subscriber);
            write(writer, 1);
            subscriber.subscription().request(1);
            subscriber.assertNext(1L);
            subscriber.assertNothingMore();
            Frame frame = handed.remove();
            assertEquals(1, frame.getLong(0));
            frame.release();
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldOutliveAnInterruptThatItsSubscriberLeavesBehind() throws Exception {
        Subscriber subscriber = new Subscriber(frame -> Thread.currentThread().interrupt());
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            FramePublisher.of(reader).subscribe(subscriber);
            subscriber.subscription().request(3);
            for (long i = 1; i <= 3; i++) {
                write(writer, i);
                subscriber.assertNext(i);
            }
            writer.close();
            subscriber.subscription().request(1);
            subscriber.assertNext(COMPLETE);
            subscriber.assertNothingMore();
        }
    }

    @Test
    void shouldPublishEveryFrameToASubscriberThatRequestsOneAtATime() throws Exception {
        int frames = 10_000;
        Subscriber[] subscriber = new Subscriber[1];
        subscriber[0] =
                new Subscriber(frame -> subscriber[0].subscription.join().request(1));
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(512).withMetadataSize(0));
                Writer writer = Writer.connect(
                        name,
                        WriterConfig.builder()
                                .writeTimeout(Duration.ofMinutes(5))
                                .build())) {
            FramePublisher.of(reader).subscribe(subscriber[0]);
            subscriber[0].subscription().request(1);
            for (long i = 1; i <= frames; i++) {
                write(writer, i);
            }
            writer.close();
            for (long i = 1; i <= frames; i++) {
                subscriber[0].assertNext(i);
            }
            subscriber[0].assertNext(COMPLETE);
        }
    }
}
