package io.zerobuffer.duplex;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.EmptyFrameException;
import io.zerobuffer.errors.FrameReleasedException;
import io.zerobuffer.errors.FrameTooLargeException;
import io.zerobuffer.errors.ServerGoneException;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ParallelServerTest extends ChannelFixture {
    private static final int LIMIT = 4;

    private final ExecutorService executor = Executors.newFixedThreadPool(LIMIT);

    @AfterEach
    void executorEnds() throws InterruptedException {
        executor.shutdownNow();
        assertTrue(executor.awaitTermination(LONG.toSeconds(), TimeUnit.SECONDS));
    }

    private DuplexServer.Builder parallel() {
        return server().parallel(executor, LIMIT);
    }

    /** How a handler answers, in the ring or before its turn. */
    enum Way {
        ARRAY,
        SEGMENT,
        FRAME,
        FILLED,
        CLAIMED,
        CLAIMED_SEGMENT;

        void echo(Frame request, Response response) {
            switch (this) {
                case ARRAY -> response.write(request.toByteArray());
                case SEGMENT -> response.write(MemorySegment.ofArray(request.toByteArray()));
                case FRAME -> response.write(request);
                case FILLED -> response.write(request.size(), claim -> claim.copyFrom(0, request));
                case CLAIMED -> {
                    try (Claim claim = response.claim(request.size())) {
                        claim.copyFrom(0, request);
                        claim.commit();
                    }
                }
                case CLAIMED_SEGMENT -> {
                    Claim claim = response.claim(request.size());
                    claim.segment().copyFrom(request.segment());
                    claim.commit();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswerInOrderWhateverIsReadyFirst(Way way) {
        Random random = new Random(7);
        DuplexServer server = started(parallel().build((request, response) -> {
            if (request.getByte(0) % 5 == 0) {
                Thread.sleep(1);
            }
            way.echo(request, response);
        }));
        try (server;
                DuplexClient client = client(1 << 20)) {
            int received = 0;
            byte[][] expected = new byte[300][];
            for (int sent = 0; received < expected.length; ) {
                if (sent - received < 2 * LIMIT && sent < expected.length) {
                    byte[] data = new byte[1 + random.nextInt(20_000)];
                    random.nextBytes(data);
                    data[0] = (byte) sent;
                    expected[sent++] = data;
                    client.write(data);
                } else {
                    try (Frame answer = client.receive(LONG)) {
                        assertArrayEquals(expected[received], answer.toByteArray());
                    }
                    received++;
                }
            }
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldHandleAsManyAtTheSameTimeAsItMay() {
        CyclicBarrier together = new CyclicBarrier(LIMIT);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        DuplexServer server = started(parallel().build((request, response) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            together.await(LONG.toSeconds(), TimeUnit.SECONDS);
            now.decrementAndGet();
            response.write(request);
        }));
        try (server;
                DuplexClient client = client(4096)) {
            for (byte i = 0; i < 10 * LIMIT; i++) {
                client.write(new byte[] {i});
            }
            for (byte i = 0; i < 10 * LIMIT; i++) {
                assertEquals(i, client.receive(LONG).getByte(0));
            }
            assertEquals(LIMIT, most.get());
        }
    }

    @Test
    void shouldKeepTheLimitOnAnExecutorOfAnyWidth() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ExecutorService wide = Executors.newVirtualThreadPerTaskExecutor();
                DuplexServer server = started(server().parallel(wide, 2).build((request, response) -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    Thread.sleep(1);
                    now.decrementAndGet();
                    response.write(request);
                }));
                DuplexClient client = client(4096)) {
            for (byte i = 0; i < 20; i++) {
                client.write(new byte[] {i});
            }
            for (byte i = 0; i < 20; i++) {
                assertEquals(i, client.receive(LONG).getByte(0));
            }
            assertTrue(most.get() <= 2, most::toString);
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldRunHandlersOnTheServersThreadIfTheExecutorSaysSo() {
        AtomicReference<DuplexServer> self = new AtomicReference<>();
        DuplexServer server = server().parallel(Runnable::run, 1).build((request, response) -> {
            if (request.getByte(0) == 2) {
                self.get().stop();
            }
            response.write(request);
        });
        self.set(server);
        server.start();
        try (server;
                DuplexClient client = client(4096)) {
            client.write(new byte[] {1});
            client.write(new byte[] {2});
            assertEquals(1, client.receive(LONG).getByte(0));
            assertEquals(2, client.receive(LONG).getByte(0));
            assertThrows(ServerGoneException.class, () -> client.receive(LONG));
        }
    }

    @Test
    void shouldEditInPlaceBeforeItsTurn() {
        CountDownLatch second = new CountDownLatch(1);
        DuplexServer server = started(parallel().buildInPlace(data -> {
            byte mark = data.segment().get(ValueLayout.JAVA_BYTE, 0);
            if (mark == 1) {
                assertTrue(second.await(LONG.toSeconds(), TimeUnit.SECONDS));
            } else {
                second.countDown();
            }
            data.putByte(0, (byte) (mark + 10));
        }));
        try (server;
                DuplexClient client = client(4096)) {
            client.write(new byte[] {1, 5});
            client.write(new byte[] {2, 6});
            assertArrayEquals(new byte[] {11, 5}, client.receive(LONG).toByteArray());
            assertArrayEquals(new byte[] {12, 6}, client.receive(LONG).toByteArray());
        }
    }

    /** The first request waits for the second, so that the second is answered before its turn. */
    private DuplexServer withSecondBeforeItsTurn(DuplexServer.Builder builder, RequestHandler second) {
        CountDownLatch isDone = new CountDownLatch(1);
        return started(builder.build((request, response) -> {
            switch (request.getByte(0)) {
                case 1 -> assertTrue(isDone.await(LONG.toSeconds(), TimeUnit.SECONDS));
                case 2 -> {
                    try {
                        second.handle(request, response);
                        return;
                    } finally {
                        isDone.countDown();
                    }
                }
                default -> {}
            }
            response.write(request);
        }));
    }

    @Test
    void shouldRefuseAnswersBeforeTheirTurnAsInTheRing() {
        DuplexServer server = withSecondBeforeItsTurn(parallel(), (request, response) -> {
            assertThrows(FrameTooLargeException.class, () -> response.write(new byte[5000]));
            assertThrows(EmptyFrameException.class, () -> response.write(new byte[0]));
            assertThrows(IllegalArgumentException.class, () -> response.claim(-1));
            Claim aborted = response.claim(3);
            assertThrows(IllegalStateException.class, () -> response.claim(3));
            MemorySegment view = aborted.segment();
            aborted.abort();
            assertThrows(IllegalStateException.class, () -> view.fill((byte) 1));
            response.write(4, Claim::abort);
            Claim claim = response.claim(2);
            assertThrows(IndexOutOfBoundsException.class, () -> claim.putShort(1, (short) 1));
            claim.putShort(0, (short) 77);
            assertEquals(0, claim.commit());
            assertThrows(FrameReleasedException.class, () -> claim.putByte(0, (byte) 1));
            assertThrows(IllegalStateException.class, () -> response.write(request));
        });
        try (server;
                DuplexClient client = client(4096)) {
            client.write(new byte[] {1});
            client.write(new byte[] {2});
            assertEquals(1, client.receive(LONG).getByte(0));
            assertEquals(77, client.receive(LONG).getShort(0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswerForAHandlerThatFailsBeforeItsTurn(Failure failure) {
        DuplexServer server =
                withSecondBeforeItsTurn(parallel().failureResponse(cause -> new byte[] {-1}), failure::handle);
        try (server;
                DuplexClient client = client(4096)) {
            for (byte i = 1; i <= 6; i++) {
                client.write(new byte[] {i});
            }
            for (byte answer : new byte[] {1, -1, 3, 4, 5, 6}) {
                assertEquals(answer, client.receive(LONG).getByte(0));
            }
            assertEquals("no metadata", heard.next());
            assertInstanceOf(failure.reported, heard.next());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveUpTheClientWhenTheTurnOfAFailureComes(Failure failure) {
        DuplexServer server = withSecondBeforeItsTurn(parallel(), failure::handle);
        try (server) {
            try (DuplexClient client = client(4096)) {
                try {
                    for (byte i = 1; i <= 6; i++) {
                        client.write(new byte[] {i});
                    }
                } catch (ServerGoneException alreadyGivenUp) {
                    // The second request may have failed before the last one was sent.
                }
                assertEquals(1, client.receive(LONG).getByte(0));
                assertThrows(ServerGoneException.class, () -> client.receive(LONG));
                assertThrows(ServerGoneException.class, () -> client.write(new byte[1]));
            }
            assertEquals("no metadata", heard.next());
            assertInstanceOf(failure.reported, heard.next());
            assertEquals("gone", heard.next());
            try (DuplexClient next = client(4096)) {
                next.write(new byte[] {9});
                assertEquals(9, next.receive(LONG).getByte(0));
            }
        }
    }

    /** What a handler may do instead of answering. */
    enum Failure {
        THROW(IOException.class),
        ERROR(StackOverflowError.class),
        NOTHING(IllegalStateException.class),
        OPEN_CLAIM(IllegalStateException.class);

        final Class<? extends Throwable> reported;

        Failure(Class<? extends Throwable> reported) {
            this.reported = reported;
        }

        void handle(Frame request, Response response) throws IOException {
            switch (this) {
                case THROW -> throw new IOException("no answer to " + request.getByte(0));
                case ERROR -> throw new StackOverflowError();
                case NOTHING -> {}
                case OPEN_CLAIM -> response.claim(8);
            }
        }
    }

    @Test
    void shouldGiveUpAClientThatDoesNotReadItsAnswers() {
        DuplexServer server = started(parallel()
                .responseBuffer(WriterConfig.builder()
                        .connectTimeout(LONG)
                        .writeTimeout(Duration.ofMillis(20))
                        .build())
                .build(ECHO));
        try (server) {
            try (DuplexClient client = client(1024)) {
                for (int i = 0; i < 3 * LIMIT; i++) {
                    client.write(new byte[300]);
                }
                assertEquals("no metadata", heard.next());
                assertInstanceOf(BufferFullException.class, heard.next());
                assertEquals("gone", heard.next());
                for (int i = 0; i < 3; i++) {
                    assertEquals(300, client.receive(LONG).size());
                }
                assertThrows(ServerGoneException.class, () -> client.receive(LONG));
            }
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldReleaseEveryRequest() {
        DuplexServer server = started(DuplexServer.builder(channel)
                .requestBuffer(ReaderConfig.ofPayload(1024).withMetadataSize(0))
                .parallel(executor, LIMIT)
                .build(ECHO));
        try (server;
                DuplexClient client = client(1024)) {
            for (int i = 0; i < 1000; i++) {
                client.write(new byte[300]);
                client.receive(LONG).close();
            }
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldLetHandlersFinishWhenItIsStopped() {
        Gate go = new Gate();
        CountDownLatch atWork = new CountDownLatch(2);
        DuplexServer server = started(parallel().build((request, response) -> {
            atWork.countDown();
            go.pass();
            response.write(request);
        }));
        try (server;
                DuplexClient client = client(4096);
                go) {
            client.write(new byte[] {1});
            client.write(new byte[] {2});
            assertTrue(atWork.await(LONG.toSeconds(), TimeUnit.SECONDS));
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(server::stop);
            Eventually.await("the server is stopping", () -> !server.isRunning());
            go.open();
            Eventually.join(stopping);
            assertEquals(1, client.receive(LONG).getByte(0));
            assertEquals(2, client.receive(LONG).getByte(0));
            assertThrows(ServerGoneException.class, () -> client.receive(LONG));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldStopThoughTheExecutorNeverBeginsWhatItWasGiven() {
        DuplexServer server = started(server().parallel(dropped -> {}, LIMIT).build(ECHO));
        try (server;
                DuplexClient client = client(4096)) {
            for (int i = 0; i < 2 * LIMIT; i++) {
                client.write(new byte[1]);
            }
            assertEquals("no metadata", heard.next());
            server.stop();
            assertThrows(ServerGoneException.class, () -> client.receive(LONG));
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenThereIsNoMemoryForItsLimit() {
        DuplexServer server = server().parallel(executor, Integer.MAX_VALUE).build(ECHO);
        assertThrows(OutOfMemoryError.class, server::start);
        assertFalse(server.isRunning());
        started(ECHO).close();
    }

    @Test
    void shouldTakeARequestThatTheExecutorRefusesForFailed() {
        executor.shutdown();
        DuplexServer server = started(parallel()
                .failureResponse(cause -> cause.getClass().getSimpleName().getBytes())
                .build(ECHO));
        try (server;
                DuplexClient client = client(4096)) {
            for (int i = 0; i < 2 * LIMIT; i++) {
                client.write(new byte[1]);
                assertEquals(
                        "RejectedExecutionException",
                        new String(client.receive(LONG).toByteArray()));
            }
            assertEquals("no metadata", heard.next());
            assertInstanceOf(RejectedExecutionException.class, heard.next());
        }
    }

    @Test
    void shouldOutliveAClientThatLeavesWhileHandlersRun() {
        Gate go = new Gate();
        AtomicInteger begun = new AtomicInteger();
        DuplexServer server = started(parallel().build((request, response) -> {
            begun.incrementAndGet();
            if (request.getByte(0) == 1) {
                go.pass();
            }
            response.write(request);
        }));
        try (server;
                go) {
            try (DuplexClient client = client(4096)) {
                for (int i = 0; i < 3 * LIMIT; i++) {
                    client.write(new byte[] {1});
                }
                Eventually.await("handlers have begun", () -> begun.get() == LIMIT);
            }
            go.open();
            try (DuplexClient next = client(4096)) {
                next.write(new byte[] {2});
                assertEquals(2, next.receive(LONG).getByte(0));
            }
            assertTrue(server.isRunning());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldOutliveAClientThatDiesWhileHandlersRun(boolean inParallel) throws IOException, InterruptedException {
        Gate go = new Gate();
        CountDownLatch begun = new CountDownLatch(inParallel ? LIMIT : 1);
        DuplexServer server = started((inParallel ? parallel() : server()).build((request, response) -> {
            begun.countDown();
            if (request.getByte(0) == 1) {
                go.pass();
            }
            response.write(request);
        }));
        try (server;
                ChildProcess dying = BufferHolder.startClient(channel, 3 * LIMIT);
                go) {
            assertTrue(begun.await(LONG.toSeconds(), TimeUnit.SECONDS));
            dying.close();
            go.open();
            try (DuplexClient next = client(4096)) {
                next.write(new byte[] {2});
                assertEquals(2, next.receive(LONG).getByte(0));
            }
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldBeStoppedByAHandlerWhileOthersStopItToo() throws InterruptedException {
        AtomicReference<DuplexServer> self = new AtomicReference<>();
        CountDownLatch atWork = new CountDownLatch(2);
        Gate go = new Gate();
        DuplexServer server = parallel().build((request, response) -> {
            atWork.countDown();
            go.pass();
            self.get().stop();
            response.write(request);
        });
        self.set(server);
        for (int i = 0; i < 3; i++) {
            server.start();
            try (DuplexClient client = client(4096);
                    go) {
                client.write(new byte[] {1});
                if (i == 0) {
                    client.write(new byte[] {2});
                    assertTrue(atWork.await(LONG.toSeconds(), TimeUnit.SECONDS));
                    CompletableFuture<Void> stopping = CompletableFuture.runAsync(server::stop);
                    go.open();
                    Eventually.join(stopping);
                }
                assertEquals(1, client.receive(LONG).getByte(0));
                server.stop();
                assertFalse(server.isRunning());
            }
        }
    }

    @Test
    void shouldNotCarryInterruptsOfHandlersIntoItsWaits() {
        DuplexServer server = started(parallel().build((request, response) -> {
            response.write(new byte[700]);
            Thread.currentThread().interrupt();
        }));
        List<Integer> sizes = new ArrayList<>();
        try (server;
                DuplexClient client = client(1024)) {
            for (int i = 0; i < 50; i++) {
                client.write(new byte[1]);
            }
            for (int i = 0; i < 50; i++) {
                try (Frame answer = client.receive(LONG)) {
                    sizes.add((int) answer.size());
                }
            }
            assertEquals(50, sizes.size());
        }
    }

    @Test
    void shouldRefuseALimitBelowOne() {
        assertThrows(IllegalArgumentException.class, () -> server().parallel(executor, 0));
        assertThrows(NullPointerException.class, () -> server().parallel(null, 1));
    }
}
