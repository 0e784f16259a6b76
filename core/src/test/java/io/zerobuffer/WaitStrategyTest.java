package io.zerobuffer;

import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class WaitStrategyTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long LONGER_THAN_A_SLEEP = 120;
    private static final Executor NEW_THREAD = task -> new Thread(task).start();

    private final String name = TestBuffers.uniqueName();

    /** Sleeps after some looks, and remembers what it was told. */
    private static final class Counting implements WaitStrategy {
        private final AtomicInteger looks = new AtomicInteger();
        private final AtomicInteger sleeps = new AtomicInteger();

        @Override
        public boolean lookAgain(int number, long waitedNanos) {
            assertTrue(number >= 1 && waitedNanos >= 0);
            looks.incrementAndGet();
            return number < 40;
        }

        @Override
        public void slept(long waitedNanos) {
            assertTrue(waitedNanos > 0);
            sleeps.incrementAndGet();
        }
    }

    static Stream<WaitStrategy> strategies() {
        return Stream.of(WaitStrategy.blocking(), WaitStrategy.spinning(), WaitStrategy.adaptive(), new Counting());
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    private Reader reader(WaitStrategy strategy) {
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(128)
                .waitStrategy(strategy)
                .readTimeout(LONG)
                .build();
        assertSame(strategy, config.waitStrategy());
        return Reader.create(name, config);
    }

    private Writer writer(WaitStrategy strategy, Duration timeout) {
        return Writer.connect(
                name,
                WriterConfig.builder()
                        .waitStrategy(strategy)
                        .writeTimeout(timeout)
                        .build());
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void shouldFindEveryFrameAndEverySpaceHoweverItWaits(WaitStrategy strategy) {
        try (Reader reader = reader(strategy);
                Writer writer = writer(strategy, LONG)) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(
                    () -> {
                        for (int i = 1; i <= 2000; i++) {
                            writer.write(new byte[1 + i % 60]);
                            pauseNowAndThen(i, 301);
                        }
                    },
                    NEW_THREAD);
            for (int i = 1; i <= 2000; i++) {
                try (Frame frame = reader.read()) {
                    assertEquals(1 + i % 60, frame.size());
                }
                pauseNowAndThen(i, 401);
            }
            Eventually.join(writing);
        }
    }

    private static void pauseNowAndThen(int i, int interval) {
        if (i % interval == 0) {
            pause(2);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void shouldReturnWhenTheTimeIsOver(WaitStrategy strategy) {
        try (Reader reader = reader(strategy);
                Writer writer = writer(strategy, Duration.ofMillis(70))) {
            assertNull(reader.read(Duration.ofMillis(70)));
            writer.write(new byte[100]);
            assertThrows(BufferFullException.class, () -> writer.write(new byte[100]));
        }
    }

    /** Longer than one sleep of a waiting side, which looks after its peer in between. */
    @ParameterizedTest
    @MethodSource("strategies")
    void shouldNotReturnBeforeTheTimeIsOver(WaitStrategy strategy) {
        try (Reader reader = reader(strategy);
                Writer writer = writer(strategy, LONG)) {
            CompletableFuture<Long> writing = CompletableFuture.supplyAsync(
                    () -> {
                        pause(LONGER_THAN_A_SLEEP);
                        writer.write(new byte[100]);
                        return writer.write(new byte[100]);
                    },
                    NEW_THREAD);
            try (Frame first = reader.read(LONG)) {
                assertEquals(1, first.sequence());
                pause(LONGER_THAN_A_SLEEP);
            }
            assertEquals(2, Eventually.join(writing));
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void shouldEndWhenTheWriterLeaves(WaitStrategy strategy) {
        try (Reader reader = reader(strategy)) {
            Writer writer = writer(strategy, LONG);
            CompletableFuture<Frame> reading = CompletableFuture.supplyAsync(reader::read, NEW_THREAD);
            pauseNowAndThen(1, 1);
            writer.close();
            assertWriterGone(assertThrows(CompletionException.class, () -> Eventually.join(reading))
                    .getCause());
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void shouldEndWhenAnotherThreadCloses(WaitStrategy strategy) {
        Reader reader = reader(strategy);
        Writer writer = writer(strategy, LONG);
        writer.write(new byte[100]);
        reader.read().release();
        CompletableFuture<Frame> reading = CompletableFuture.supplyAsync(reader::read, NEW_THREAD);
        pauseNowAndThen(1, 1);
        reader.close();
        assertSame(
                BufferClosedException.class,
                assertThrows(CompletionException.class, () -> Eventually.join(reading))
                        .getCause()
                        .getClass());
        writer.close();

        try (Reader next = reader(strategy)) {
            Writer full = writer(strategy, LONG);
            full.write(new byte[100]);
            CompletableFuture<Long> writing =
                    CompletableFuture.supplyAsync(() -> full.write(new byte[100]), NEW_THREAD);
            pauseNowAndThen(1, 1);
            full.close();
            assertSame(
                    BufferClosedException.class,
                    assertThrows(CompletionException.class, () -> Eventually.join(writing))
                            .getCause()
                            .getClass());
            assertEquals(1, next.read().sequence());
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void shouldEndWhenTheThreadIsInterrupted(WaitStrategy strategy) throws InterruptedException {
        try (Reader reader = reader(strategy)) {
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<Frame> reading = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                begun.countDown();
                try {
                    reading.complete(reader.read());
                } catch (RuntimeException e) {
                    reading.completeExceptionally(e);
                }
            });
            thread.start();
            begun.await();
            thread.interrupt();
            assertSame(
                    WaitInterruptedException.class,
                    assertThrows(CompletionException.class, () -> Eventually.join(reading))
                            .getCause()
                            .getClass());
            thread.join();
        }
    }

    @Test
    void shouldTellTheStrategyOfEveryLookAndEverySleepThatFoundSomething() {
        Counting strategy = new Counting();
        try (Reader reader = reader(strategy);
                Writer writer = writer(WaitStrategy.blocking(), LONG)) {
            assertNull(reader.poll());
            assertEquals(0, strategy.looks.get(), "poll does not wait");
            CompletableFuture<Long> late = CompletableFuture.supplyAsync(
                    () -> {
                        Eventually.await("the reader looks", () -> strategy.looks.get() >= 40);
                        pauseNowAndThen(1, 1);
                        return writer.write(new byte[1]);
                    },
                    NEW_THREAD);
            reader.read().release();
            Eventually.join(late);
            assertTrue(strategy.looks.get() >= 40);
            assertTrue(strategy.sleeps.get() <= 1);
        }
    }

    @Test
    void shouldLookLessAndLessLongWhileWaitsAreLongAndAgainWhenTheyAreShort() {
        AdaptiveWait strategy = new AdaptiveWait();
        assertTrue(strategy.lookAgain(1, 0));
        assertTrue(strategy.lookAgain(1000, 49_999));
        assertFalse(strategy.lookAgain(1, 50_000));
        strategy.slept(10_000_000);
        assertFalse(strategy.lookAgain(1, 25_000));
        assertTrue(strategy.lookAgain(1, 24_999));
        for (int i = 0; i < 20; i++) {
            strategy.slept(10_000_000);
        }
        assertFalse(strategy.lookAgain(1, 0));
        strategy.slept(100_000);
        assertTrue(strategy.lookAgain(1, 49_999));
    }

    @Test
    void shouldRefuseAWindowWithoutABytes() {
        assertThrows(
                IllegalArgumentException.class, () -> WriterConfig.builder().window(0));
        assertEquals(1, WriterConfig.builder().window(1).build().window());
    }
}
