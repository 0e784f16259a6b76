package io.zerobuffer.duplex;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.EmptyFrameException;
import io.zerobuffer.errors.FrameReleasedException;
import io.zerobuffer.errors.FrameTooLargeException;
import io.zerobuffer.errors.ServerGoneException;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AsyncDuplexClientTest extends ChannelFixture {
    private static void assertFailsWith(Class<? extends Throwable> cause, CompletableFuture<?> answer) {
        assertInstanceOf(
                cause,
                assertThrows(CompletionException.class, () -> Eventually.join(answer))
                        .getCause());
    }

    @Test
    void shouldGiveAFutureForEachRequestToManyThreads() {
        try (DuplexServer server = started(ECHO);
                AsyncDuplexClient client = new AsyncDuplexClient(client(4096))) {
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                byte mark = (byte) thread;
                threads.add(CompletableFuture.runAsync(() -> {
                    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
                    for (int i = 0; i < 200; i++) {
                        answers.add(client.call(new byte[] {mark, (byte) i}));
                    }
                    for (int i = 0; i < 200; i++) {
                        assertArrayEquals(new byte[] {mark, (byte) i}, Eventually.join(answers.get(i)));
                    }
                }));
            }
            threads.forEach(Eventually::join);
        }
    }

    @Test
    void shouldDropTheAnswerOfACancelledRequestAndFailWhatGetsNone() {
        Gate go = new Gate();
        DuplexServer server = started((request, response) -> {
            go.pass();
            if (request.getByte(0) == 4) {
                throw new ArithmeticException();
            }
            response.write(request);
        });
        AsyncDuplexClient client = new AsyncDuplexClient(client(4096));
        CompletableFuture<byte[]> cancelled = client.call(new byte[] {1});
        CompletableFuture<byte[]> good = client.call(new byte[] {3});
        CompletableFuture<byte[]> failed = client.call(new byte[] {4});
        CompletableFuture<byte[]> behind = client.call(new byte[] {3});
        assertTrue(cancelled.cancel(true));
        go.open();
        assertArrayEquals(new byte[] {3}, Eventually.join(good));
        assertFailsWith(ServerGoneException.class, failed);
        assertFailsWith(ServerGoneException.class, behind);
        CompletableFuture<byte[]> late = client.call(new byte[] {4});
        assertFailsWith(ServerGoneException.class, late);
        client.close();
        CompletableFuture<byte[]> closed = client.call(new byte[] {5});
        assertTrue(closed.isCompletedExceptionally());

        AsyncDuplexClient other = new AsyncDuplexClient(client(4096));
        assertArrayEquals(new byte[] {6}, Eventually.join(other.call(new byte[] {6})));
        other.close();
        assertFailsWith(BufferClosedException.class, other.call(new byte[] {7}));
        server.stop();
    }

    @Test
    void shouldCompleteInTheOrderOfTheRequests() {
        Gate go = new Gate();
        DuplexServer server = started((request, response) -> {
            go.pass();
            response.write(request);
        });
        try (server;
                AsyncDuplexClient client = new AsyncDuplexClient(client(4096));
                go) {
            List<Integer> order = new ArrayList<>();
            List<CompletableFuture<Void>> answers = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                int number = i;
                answers.add(client.call(Integer.BYTES, claim -> claim.putInt(0, number), answer -> answer.getInt(0))
                        .thenAccept(order::add));
            }
            go.open();
            answers.forEach(Eventually::join);
            assertEquals(IntStream.range(0, 500).boxed().toList(), order);
        }
    }

    @Test
    void shouldLetWhatDependsOnAnAnswerCallThoughAllRingsAreFull() {
        DuplexServer server = started(DuplexServer.builder(channel)
                .requestBuffer(ReaderConfig.ofPayload(1024).withMetadataSize(0))
                .responseBuffer(WriterConfig.builder()
                        .connectTimeout(LONG)
                        .writeTimeout(LONG)
                        .build())
                .build(ECHO));
        try (server;
                AsyncDuplexClient client = new AsyncDuplexClient(DuplexClient.connect(
                        channel,
                        WriterConfig.builder()
                                .connectTimeout(LONG)
                                .writeTimeout(LONG)
                                .build(),
                        ReaderConfig.ofPayload(1024).withMetadataSize(0)))) {
            List<CompletableFuture<byte[]>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                byte mark = (byte) i;
                answers.add(client.call(filled(mark)).thenCompose(answer -> {
                    CompletableFuture<byte[]> second = client.call(answer);
                    CompletableFuture<byte[]> third = client.call(answer);
                    return second.thenCombine(third, (a, b) -> a).thenCompose(client::call);
                }));
            }
            for (int i = 0; i < 200; i++) {
                assertArrayEquals(filled((byte) i), Eventually.join(answers.get(i)));
            }
        }
    }

    private static byte[] filled(byte mark) {
        byte[] data = new byte[300];
        Arrays.fill(data, mark);
        return data;
    }

    @Test
    void shouldCallFromWhatReadsAnAnswerInPlace() {
        try (DuplexServer server = started(ECHO);
                AsyncDuplexClient client = new AsyncDuplexClient(client(4096))) {
            CompletableFuture<CompletableFuture<byte[]>> first =
                    client.call(new byte[] {1}, answer -> client.call(answer.toByteArray()));
            assertArrayEquals(new byte[] {1}, Eventually.join(Eventually.join(first)));
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldFailOnlyTheFutureWhoseRequestOrAnswerCannotBeHandled() {
        try (DuplexServer server = started(ECHO);
                AsyncDuplexClient client = new AsyncDuplexClient(client(4096))) {
            assertFailsWith(ArithmeticException.class, client.call(new byte[1], answer -> 1 / (answer.size() - 1)));
            assertFailsWith(AssertionError.class, client.call(new byte[1], answer -> {
                throw new AssertionError();
            }));
            assertNull(Eventually.join(client.call(new byte[1], answer -> null)));
            assertFailsWith(EmptyFrameException.class, client.call(new byte[0]));
            assertFailsWith(FrameTooLargeException.class, client.call(new byte[5 << 20]));
            assertFailsWith(
                    IllegalStateException.class,
                    client.call(
                            1,
                            claim -> {
                                throw new IllegalStateException();
                            },
                            Frame::size));
            assertFailsWith(FrameReleasedException.class, client.call(1, Claim::abort, Frame::size));
            AtomicReference<Frame> kept = new AtomicReference<>();
            assertArrayEquals(new byte[] {9}, Eventually.join(client.call(new byte[] {9}, answer -> {
                kept.set(answer);
                return answer.toByteArray();
            })));
            assertThrows(FrameReleasedException.class, () -> kept.get().getByte(0));
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldGiveNobodyElseTheAnswerToARequestThatItsFillerCommitted() {
        try (DuplexServer server = started(ECHO);
                AsyncDuplexClient client = new AsyncDuplexClient(client(4096))) {
            for (byte i = 0; i < 20; i++) {
                byte mark = i;
                CompletableFuture<byte[]> committed = client.call(
                        2,
                        claim -> {
                            claim.putShort(0, mark);
                            claim.commit();
                        },
                        Frame::toByteArray);
                client.call(
                        1,
                        claim -> {
                            claim.commit();
                            throw new ArithmeticException();
                        },
                        Frame::toByteArray);
                CompletableFuture<byte[]> next = client.call(new byte[] {mark});
                assertArrayEquals(new byte[] {mark, 0}, Eventually.join(committed));
                assertArrayEquals(new byte[] {mark}, Eventually.join(next));
            }
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldFailWhatIsOpenAndWhoWaitsForSpaceWhenTheServerDies() throws IOException, InterruptedException {
        ChildProcess server = BufferHolder.start(new Channel(channel).requestBuffer());
        try (server;
                AsyncDuplexClient client = new AsyncDuplexClient(DuplexClient.connect(
                        channel,
                        WriterConfig.builder()
                                .connectTimeout(Duration.ofMillis(20))
                                .writeTimeout(LONG)
                                .build(),
                        ReaderConfig.ofPayload(4096).withMetadataSize(0)))) {
            CompletableFuture<byte[]> first = client.call(new byte[1000]);
            ConcurrentLinkedQueue<CompletableFuture<byte[]>> answers = new ConcurrentLinkedQueue<>();
            CountDownLatch oneIsSent = new CountDownLatch(1);
            CompletableFuture<Void> caller = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 10; i++) {
                    answers.add(client.call(new byte[1000]));
                    oneIsSent.countDown();
                }
            });
            assertTrue(oneIsSent.await(LONG.toSeconds(), TimeUnit.SECONDS));
            server.close();
            assertFailsWith(ServerGoneException.class, first);
            Eventually.join(caller);
            assertEquals(10, answers.size());
            answers.forEach(answer -> assertFailsWith(ServerGoneException.class, answer));
            assertFailsWith(ServerGoneException.class, client.call(new byte[1]));
        } finally {
            BufferHolder.cleanUp(new Channel(channel).requestBuffer());
        }
    }

    @Test
    void shouldFailACallThatFindsNoSpaceInTimeAndGoOn() {
        Gate go = new Gate();
        DuplexServer server = started(DuplexServer.builder(channel)
                .requestBuffer(ReaderConfig.ofPayload(1024).withMetadataSize(0))
                .build((request, response) -> {
                    go.pass();
                    response.write(request);
                }));
        try (server;
                AsyncDuplexClient client = new AsyncDuplexClient(DuplexClient.connect(
                        channel,
                        WriterConfig.builder()
                                .connectTimeout(LONG)
                                .writeTimeout(Duration.ofMillis(20))
                                .build(),
                        ReaderConfig.ofPayload(4096).withMetadataSize(0)));
                go) {
            CompletableFuture<byte[]> first = client.call(new byte[900]);
            assertFailsWith(BufferFullException.class, client.call(new byte[900]));
            go.open();
            assertEquals(900, Eventually.join(first).length);
            assertEquals(1, Eventually.join(client.call(new byte[1])).length);
        }
    }

    @Test
    void shouldBeClosedByWhatDependsOnAnAnswer() {
        Gate go = new Gate();
        DuplexServer server = started((request, response) -> {
            if (request.getByte(0) == 2) {
                go.pass();
            }
            response.write(request);
        });
        try (server;
                AsyncDuplexClient client = new AsyncDuplexClient(client(4096));
                go) {
            CompletableFuture<Void> closing = client.call(new byte[] {1}).thenAccept(answer -> client.close());
            CompletableFuture<byte[]> open = client.call(new byte[] {2});
            assertSame(null, Eventually.join(closing));
            assertFailsWith(BufferClosedException.class, open);
            assertFailsWith(BufferClosedException.class, client.call(new byte[] {3}));
        }
    }

    @Test
    void shouldOutliveAnInterruptThatIsLeftBehindOnItsThread() {
        try (DuplexServer server = started(ECHO);
                AsyncDuplexClient client = new AsyncDuplexClient(client(4096))) {
            Eventually.join(client.call(new byte[1], answer -> {
                Thread.currentThread().interrupt();
                return null;
            }));
            assertArrayEquals(new byte[] {2}, Eventually.join(client.call(new byte[] {2})));
            assertTrue(server.isRunning());
        }
    }

    /** A writer that goes is told once: here to a call that takes in answers while it waits for space. */
    @Test
    void shouldFailWhatIsOpenWhenItsOwnThreadLearnsOfTheEndWhileItCalls() {
        Channel names = new Channel(channel);
        try (Reader requests =
                Reader.create(names.requestBuffer(), ReaderConfig.ofPayload(64).withMetadataSize(0))) {
            CompletableFuture<DuplexClient> connecting = CompletableFuture.supplyAsync(() -> client(4096));
            Writer responses = Writer.connect(names.responseBuffer(), LONG);
            try (AsyncDuplexClient client = new AsyncDuplexClient(Eventually.join(connecting))) {
                CompletableFuture<byte[]> nested = new CompletableFuture<>();
                CompletableFuture<Void> first = client.call(new byte[1], answer -> null)
                        .thenAccept(none -> {
                            responses.close();
                            client.call(new byte[40])
                                    .whenComplete((answer, failure) -> nested.completeExceptionally(failure));
                        });
                requests.read(LONG).release();
                CompletableFuture<byte[]> open = client.call(new byte[40]);
                responses.write(new byte[1]);
                Eventually.join(first);
                assertFailsWith(ServerGoneException.class, nested);
                assertFailsWith(ServerGoneException.class, open);
                assertFailsWith(ServerGoneException.class, client.call(new byte[1]));
            } finally {
                responses.close();
            }
        }
    }
}
