package io.zerobuffer.duplex;

import static io.zerobuffer.Departures.assertReaderGone;
import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.WaitStrategy;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.FrameTooLargeException;
import io.zerobuffer.errors.InvalidBufferNameException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.PeerGoneException.Role;
import io.zerobuffer.errors.ServerGoneException;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a server bears with: clients that leave things behind or do not read, handlers and listeners that fail, being
 * stopped at any time.
 */
final class DuplexServerTest extends ChannelFixture {
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final Channel names = new Channel(channel);

    private void assertServesTheNextClient() {
        try (DuplexClient next = client(4096)) {
            next.write(new byte[] {99});
            try (Frame answer = next.receive(LONG)) {
                assertEquals(99, answer.getByte(0));
            }
        }
    }

    @Test
    void shouldNotAnswerIntoTheResponseBufferOfAnEarlierClientThatLives() throws IOException, InterruptedException {
        DuplexServer server = started(server().responseBuffer(WriterConfig.builder()
                        .connectTimeout(Duration.ofMillis(200))
                        .build())
                .build(ECHO));
        try (server;
                ChildProcess earlier = BufferHolder.start(names.responseBuffer())) {
            try (Writer requests = Writer.connect(names.requestBuffer(), LONG)) {
                requests.write(new byte[1]);
                BufferNotFoundException notOurs = assertInstanceOf(BufferNotFoundException.class, heard.next());
                assertTrue(
                        notOurs.getMessage()
                                .contains("process " + ProcessHandle.current().pid()),
                        notOurs::getMessage);
                assertTrue(notOurs.getMessage().contains("process " + earlier.pid()), notOurs::getMessage);
                assertEquals("gone", heard.next());
                assertFalse(requests.isReaderConnected());
            }
            earlier.endInput();
            assertEquals(0, earlier.exitStatus());
            assertServesTheNextClient();
        }
    }

    @Test
    void shouldTellThatAClientLeftThatAskedNothing() {
        try (DuplexServer server = started(ECHO)) {
            client(4096).close();
            assertEquals("gone", heard.next());
            assertServesTheNextClient();
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldNotAnswerIntoTheResponseBufferOfAClientThatDied() throws IOException {
        BufferHolder.start(names.responseBuffer()).close();
        try (DuplexServer server = started(ECHO)) {
            assertServesTheNextClient();
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldAnswerAClientThatCreatesItsResponseBufferFirst() {
        try (DuplexServer server = started(ECHO);
                Reader responses = Reader.create(
                        names.responseBuffer(), ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer requests = Writer.connect(names.requestBuffer(), LONG)) {
            requests.write(new byte[] {5});
            assertEquals(5, responses.read(LONG).getByte(0));
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldAnswerAClientThatCreatesItsResponseBufferAfterItsFirstRequest() throws InterruptedException {
        try (DuplexServer server = started(server().responseBuffer(
                                WriterConfig.builder().connectTimeout(LONG).build())
                        .build(ECHO));
                Writer requests = Writer.connect(names.requestBuffer(), LONG)) {
            requests.write(new byte[] {5});
            // Time in which the server takes the request, and looks for the response buffer a few times.
            Thread.sleep(100);
            try (Reader responses = Reader.create(
                    names.responseBuffer(), ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
                assertEquals(5, responses.read(LONG).getByte(0));
            }
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldGiveUpAClientThatDoesNotReadItsAnswers() {
        DuplexServer server = started(server().responseBuffer(WriterConfig.builder()
                        .connectTimeout(LONG)
                        .writeTimeout(Duration.ofMillis(20))
                        .build())
                .build(ECHO));
        try (server) {
            try (DuplexClient client = client(1024)) {
                for (int i = 0; i < 5; i++) {
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
            assertServesTheNextClient();
        }
    }

    @Test
    void shouldGoTheWayOfFailureWhenTheAnswerIsTooLargeForTheClient() {
        DuplexServer server =
                started(server().failureResponse(cause -> new byte[] {-1}).build(ECHO));
        try (server;
                DuplexClient client = client(1024)) {
            client.write(new byte[5000]);
            client.write(new byte[] {1});
            assertEquals(-1, client.receive(LONG).getByte(0));
            assertEquals(1, client.receive(LONG).getByte(0));
            assertEquals("no metadata", heard.next());
            assertInstanceOf(FrameTooLargeException.class, heard.next());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws", "is too large", "is empty", "is null"})
    void shouldGiveUpOnlyThatClientWhenTheFailureResponse(String what) {
        Function<Throwable, byte[]> response = cause -> switch (what) {
            case "throws" -> throw new UnsupportedOperationException();
            case "is too large" -> new byte[5000];
            case "is empty" -> new byte[0];
            default -> null;
        };
        DuplexServer server = started(server().failureResponse(response).build((request, answer) -> {
            if (request.getByte(0) == 1) {
                throw new IOException("no");
            }
            answer.write(request);
        }));
        try (server) {
            try (DuplexClient client = client(1024)) {
                client.write(new byte[] {1});
                assertThrows(ServerGoneException.class, () -> client.receive(LONG));
            }
            assertEquals("no metadata", heard.next());
            assertInstanceOf(IOException.class, heard.next());
            assertInstanceOf(RuntimeException.class, heard.next());
            assertEquals("gone", heard.next());
            assertServesTheNextClient();
        }
    }

    @Test
    void shouldSurviveHandlersThatThrowErrorsAndLeaveInterruptsBehind() {
        DuplexServer server = started(server().failureResponse(
                        cause -> cause.getClass().getSimpleName().getBytes())
                .build((request, response) -> {
                    switch (request.getByte(0)) {
                        case 1 -> throw new StackOverflowError();
                        case 2 -> throw new AssertionError();
                        case 3 -> throw new PeerGoneException("a buffer of the handler's own", Role.READER, 1, true);
                        case 4 -> {
                            Thread.currentThread().interrupt();
                            response.write("interrupted".getBytes());
                        }
                        default -> {
                            Claim claim = response.claim(8);
                            Eventually.join(CompletableFuture.runAsync(claim::segment));
                        }
                    }
                }));
        try (server) {
            try (DuplexClient client = client(4096)) {
                for (byte kind = 1; kind <= 4; kind++) {
                    client.write(new byte[] {kind});
                }
                for (String answer :
                        new String[] {"StackOverflowError", "AssertionError", "PeerGoneException", "interrupted"}) {
                    assertEquals(answer, new String(client.receive(LONG).toByteArray()));
                }
                // Another thread looked at the claim that was not committed: the server's has to be able to abort it.
                client.write(new byte[] {5});
                assertEquals(
                        "IllegalStateException", new String(client.receive(LONG).toByteArray()));
            }
            assertTrue(server.isRunning());
            try (DuplexClient next = client(4096)) {
                next.write(new byte[] {4});
                assertEquals(11, next.receive(LONG).size());
            }
        }
    }

    @Test
    void shouldSurviveAListenerThatThrows() {
        DuplexServer server = started(server().failureResponse(cause -> new byte[] {-1})
                .listener(new ServerListener() {
                    @Override
                    public void clientDisconnected() {
                        throw new AssertionError("expected in the log of this test");
                    }

                    @Override
                    public void requestFailed(Throwable cause) {
                        throw new IllegalStateException("expected in the log of this test");
                    }
                })
                .build((request, response) -> {
                    if (request.getByte(0) == 1) {
                        throw new IOException("no");
                    }
                    response.write(request);
                }));
        try (server) {
            try (DuplexClient client = client(4096)) {
                client.write(new byte[] {1});
                assertEquals(-1, client.receive(LONG).getByte(0));
            }
            assertServesTheNextClient();
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldSurviveAListenerThatThrowsWhatItIsTold() {
        DuplexServer server = started(server().failureResponse(cause -> new byte[] {-1})
                .listener(new ServerListener() {
                    @Override
                    public void requestFailed(Throwable cause) {
                        throw (AssertionError) cause;
                    }
                })
                .build((request, response) -> {
                    throw new AssertionError("expected in the log of this test");
                }));
        try (server;
                DuplexClient client = client(4096)) {
            for (int i = 0; i < 2; i++) {
                client.write(new byte[1]);
                assertEquals(-1, client.receive(LONG).getByte(0));
            }
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldTellOfAnErrorOfItsOwnThreadAndServeTheNextClient() {
        AssertionError thrown = new AssertionError("on purpose");
        AtomicReference<Error> once = new AtomicReference<>(thrown);
        WaitStrategy failing = (looks, waitedNanos) -> {
            Error error = once.getAndSet(null);
            if (error != null) {
                throw error;
            }
            return false;
        };
        DuplexServer server = started(server().requestBuffer(ReaderConfig.builder()
                        .payloadSize(4096)
                        .waitStrategy(failing)
                        .build())
                .build(ECHO));
        try (server) {
            assertSame(thrown, heard.next());
            assertEquals("gone", heard.next());
            assertServesTheNextClient();
            assertTrue(server.isRunning());
        }
    }

    /** Where no thread can be had, it is Thread.start that throws; this makes one fail a moment earlier. */
    @Test
    void shouldNotRunAndLeaveNoRequestBufferWhenItGetsNoThread() {
        AtomicReference<Error> once = new AtomicReference<>();
        InheritableThreadLocal<Object> inherited = new InheritableThreadLocal<>() {
            @Override
            protected Object childValue(Object parentValue) {
                Error error = once.getAndSet(null);
                if (error != null) {
                    throw error;
                }
                return parentValue;
            }
        };
        inherited.set("anything");
        try (DuplexServer server = server().build(ECHO)) {
            for (int i = 0; i < 2; i++) {
                OutOfMemoryError noThread = new OutOfMemoryError("on purpose");
                once.set(noThread);
                assertSame(noThread, assertThrows(OutOfMemoryError.class, server::start));
                assertFalse(server.isRunning());
                assertThrows(BufferNotFoundException.class, () -> Writer.connect(names.requestBuffer()));
            }
            server.start();
            assertServesTheNextClient();
        } finally {
            inherited.remove();
        }
    }

    @Test
    void shouldGiveUpAClientThatTheListenerRefuses() {
        DuplexServer server = started(server().listener(new ServerListener() {
                    @Override
                    public void clientConnected(Optional<byte[]> metadata) {
                        heard.clientConnected(metadata);
                        if (metadata.isPresent()) {
                            throw new IllegalArgumentException("unknown format");
                        }
                    }

                    @Override
                    public void requestFailed(Throwable cause) {
                        heard.requestFailed(cause);
                    }
                })
                .build(ECHO));
        try (server) {
            try (DuplexClient client = client(4096)) {
                client.writeMetadata("jpeg 3000".getBytes());
                client.write(new byte[1]);
                assertThrows(ServerGoneException.class, () -> client.receive(LONG));
            }
            assertEquals("jpeg 3000", heard.next());
            assertEquals(
                    "unknown format",
                    assertInstanceOf(IllegalArgumentException.class, heard.next())
                            .getMessage());
            assertServesTheNextClient();
        }
    }

    @Test
    void shouldWaitForAsLongAsThereIsTime() {
        try (DuplexServer server = started(ECHO);
                DuplexClient client = DuplexClient.connect(channel, FOREVER)) {
            client.write(new byte[] {3});
            assertEquals(3, client.receive(FOREVER).getByte(0));
            assertTrue(server.isRunning());
            assertThrows(IllegalArgumentException.class, () -> client.receive(Duration.ofNanos(-1)));
        }
    }

    @Test
    void shouldNameChannelAndLimitOfAnIllegalName() {
        for (String name : new String[] {"", "x".repeat(237), "\u00e4".repeat(119)}) {
            InvalidBufferNameException server =
                    assertThrows(InvalidBufferNameException.class, () -> DuplexServer.builder(name));
            InvalidBufferNameException client =
                    assertThrows(InvalidBufferNameException.class, () -> DuplexClient.connect(name, Duration.ZERO));
            assertEquals(name, server.bufferName());
            assertEquals(name, client.bufferName());
            assertTrue(name.isEmpty() || server.getMessage().contains("236"), server::getMessage);
        }
        String longest = channel + "x".repeat(236 - channel.length());
        try (DuplexServer server = started(DuplexServer.builder(longest).build(ECHO));
                DuplexClient client = DuplexClient.connect(longest, LONG)) {
            assertEquals(longest, client.channel());
            client.write(new byte[1]);
            assertNotNull(client.receive(LONG));
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldReceiveWhatWasAnsweredBeforeTheServerWent() {
        Reader requests = Reader.create(
                names.requestBuffer(), ReaderConfig.ofPayload(4096).withMetadataSize(0));
        CompletableFuture<DuplexClient> connecting = CompletableFuture.supplyAsync(() -> client(4096));
        try (Writer responses = Writer.connect(names.responseBuffer(), LONG);
                DuplexClient client = Eventually.join(connecting)) {
            for (byte i = 1; i <= 3; i++) {
                client.write(new byte[1]);
                responses.write(new byte[] {i});
            }
            requests.close();
            for (int i = 1; i <= 3; i++) {
                assertEquals(i, client.receive(Duration.ZERO).getByte(0));
            }
            assertThrows(ServerGoneException.class, () -> client.receive(LONG));
            assertThrows(ServerGoneException.class, () -> client.tryClaim(1));
        } finally {
            requests.close();
        }
    }

    @Test
    void shouldDrainAnswersAndThenTellThatTheServerIsGone() {
        Reader requests = Reader.create(
                names.requestBuffer(), ReaderConfig.ofPayload(4096).withMetadataSize(0));
        CompletableFuture<DuplexClient> connecting = CompletableFuture.supplyAsync(() -> client(4096));
        try (Writer responses = Writer.connect(names.responseBuffer(), LONG);
                DuplexClient client = Eventually.join(connecting)) {
            List<Byte> answers = new ArrayList<>();
            assertEquals(0, client.drain(answer -> answers.add(answer.getByte(0)), 10, Duration.ofMillis(60)));
            for (byte i = 1; i <= 5; i++) {
                responses.write(new byte[] {i});
            }
            assertEquals(3, client.drain(answer -> answers.add(answer.getByte(0)), 3, LONG));
            requests.close();
            assertEquals(2, client.drain(answer -> answers.add(answer.getByte(0)), 3, LONG));
            assertEquals(List.of((byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5), answers);
            assertThrows(
                    ServerGoneException.class, () -> client.drain(answer -> answers.add(answer.getByte(0)), 3, LONG));
            responses.write(new byte[1]);
            PeerGoneException ofTheHandler = new PeerGoneException("another buffer", Role.WRITER, 1, true);
            assertSame(
                    ofTheHandler,
                    assertWriterGone(() -> client.drain(
                            answer -> {
                                throw ofTheHandler;
                            },
                            1,
                            LONG)));
        } finally {
            requests.close();
        }
    }

    @Test
    void shouldNotTakeTheReaderThatAFillerWritesToForTheServer() {
        Reader requests = Reader.create(
                names.requestBuffer(), ReaderConfig.ofPayload(4096).withMetadataSize(0));
        CompletableFuture<DuplexClient> connecting = CompletableFuture.supplyAsync(() -> client(4096));
        try (requests;
                Writer responses = Writer.connect(names.responseBuffer(), LONG);
                DuplexClient client = Eventually.join(connecting)) {
            PeerGoneException ofTheFiller = new PeerGoneException("another buffer", Role.READER, 1, true);
            assertSame(
                    ofTheFiller,
                    assertReaderGone(() -> client.write(1, claim -> {
                        throw ofTheFiller;
                    })));
            client.write(new byte[] {1});
            assertEquals(1, requests.read(LONG).getByte(0));
        }
    }

    @Test
    void shouldClaimOnlyWhereThereIsSpaceNow() {
        Gate go = new Gate();
        DuplexServer server = started(DuplexServer.builder(channel)
                .requestBuffer(ReaderConfig.ofPayload(1024).withMetadataSize(0))
                .build((request, response) -> {
                    go.pass();
                    response.write(request);
                }));
        try (server;
                DuplexClient client = client(4096);
                go) {
            int sent = 0;
            for (Claim claim = client.tryClaim(300); claim != null; claim = client.tryClaim(300)) {
                claim.putByte(0, (byte) ++sent);
                claim.commit();
            }
            assertTrue(sent >= 1);
            go.open();
            for (int i = 1; i <= sent; i++) {
                try (Frame answer = client.receive(LONG)) {
                    assertEquals(i, answer.getByte(0));
                }
            }
        }
    }

    @Test
    void shouldBeStoppedByItsHandlerWhileOthersStopItToo() throws InterruptedException {
        AtomicReference<DuplexServer> self = new AtomicReference<>();
        Semaphore atWork = new Semaphore(0);
        Gate go = new Gate();
        DuplexServer server = server().build((request, response) -> {
            atWork.release();
            go.pass();
            self.get().stop();
            assertThrows(IllegalStateException.class, self.get()::start);
            self.get().close();
            response.write(request);
        });
        self.set(server);
        for (int i = 0; i < 3; i++) {
            server.start();
            try (go;
                    DuplexClient client = client(4096)) {
                client.write(new byte[] {7});
                assertTrue(atWork.tryAcquire(LONG.toSeconds(), TimeUnit.SECONDS));
                CompletableFuture<Void> stopping = CompletableFuture.runAsync(server::stop);
                go.open();
                Eventually.join(stopping);
                assertFalse(server.isRunning());
                assertArrayEquals(new byte[] {7}, client.receive(LONG).toByteArray());
                assertThrows(ServerGoneException.class, () -> client.receive(LONG));
            }
        }
        server.close();
        server.close();
    }

    @Test
    void shouldBeStoppedByItsListenerAndStartedAgain() {
        AtomicReference<DuplexServer> self = new AtomicReference<>();
        DuplexServer server = server().listener(new ServerListener() {
                    @Override
                    public void clientDisconnected() {
                        self.get().stop();
                        heard.clientDisconnected();
                    }
                })
                .build(ECHO);
        self.set(server);
        for (int i = 0; i < 3; i++) {
            server.start();
            assertServesTheNextClient();
            assertEquals("gone", heard.next());
            assertFalse(server.isRunning());
        }
        server.stop();
    }

    @Test
    void shouldBeStoppedWhileItWaitsForAResponseBuffer() throws InterruptedException {
        DuplexServer server = started(server().responseBuffer(
                        WriterConfig.builder().connectTimeout(FOREVER).build())
                .build(ECHO));
        try (server;
                Writer requests = Writer.connect(names.requestBuffer(), LONG)) {
            requests.write(new byte[1]);
            // Time in which the server takes the request, and looks for the response buffer a few times.
            Thread.sleep(100);
            server.stop();
            assertFalse(requests.isReaderConnected());
        }
    }

    @Test
    void shouldAnswerNobodyTwice() {
        try (DuplexServer server = started((request, response) -> {
                    try (Claim first = response.claim(1)) {
                        assertThrows(IllegalStateException.class, () -> response.claim(1));
                    }
                    response.write(request);
                    assertThrows(IllegalStateException.class, () -> response.claim(1));
                });
                DuplexClient client = client(4096)) {
            client.write(new byte[] {1});
            client.write(new byte[] {2});
            assertEquals(1, client.receive(LONG).getByte(0));
            assertEquals(2, client.receive(LONG).getByte(0));
            assertNull(client.receive(Duration.ofMillis(1)));
            assertTrue(server.isRunning());
        }
    }
}
