package io.zerobuffer.duplex;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.ConnectionListener;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.MetadataAlreadyWrittenException;
import io.zerobuffer.errors.MetadataTooLargeException;
import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import io.zerobuffer.errors.ServerGoneException;
import io.zerobuffer.errors.WriterAlreadyConnectedException;
import io.zerobuffer.internal.friends.Friends;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DuplexTest extends ChannelFixture {
    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 100_000, 1_000_000})
    void shouldEcho(int size) {
        byte[] data = new byte[size];
        data[size - 1] = 77;
        try (DuplexServer server = started(ECHO);
                DuplexClient client = client(4 << 20)) {
            for (int i = 1; i <= 10; i++) {
                assertEquals(i, client.write(data));
                try (Frame answer = client.receive(LONG)) {
                    assertEquals(i, answer.sequence());
                    assertArrayEquals(data, answer.toByteArray());
                }
            }
            assertTrue(client.isServerConnected());
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldRefuseEndsThatReconnect() {
        ConnectionListener none = new ConnectionListener() {};
        ReaderConfig reader = ReaderConfig.builder().reconnecting(none).build();
        WriterConfig writer =
                WriterConfig.builder().reconnecting(none, Duration.ZERO).build();
        assertThrows(IllegalArgumentException.class, () -> server().requestBuffer(reader));
        assertThrows(IllegalArgumentException.class, () -> server().responseBuffer(writer));
        assertThrows(
                IllegalArgumentException.class,
                () -> DuplexClient.connect(
                        channel, writer, ReaderConfig.builder().build()));
        assertThrows(
                IllegalArgumentException.class,
                () -> DuplexClient.connect(channel, WriterConfig.builder().build(), reader));
    }

    @Test
    void shouldAnswerInOrderWithManyRequestsUnderWayThroughSmallRings() {
        try (DuplexServer server = started((request, response) -> response.write(2 * request.size(), claim -> {
                    for (long at = 0; at < claim.size(); at++) {
                        claim.putByte(at, request.getByte(at / 2));
                    }
                }));
                DuplexClient client = client(1024)) {
            int received = 0;
            for (int sent = 1; received < 500; ) {
                if (sent - received <= 8 && sent <= 500) {
                    byte mark = (byte) sent;
                    int size = 1 + sent % 200;
                    client.write(size, claim -> {
                        for (long at = 0; at < size; at++) {
                            claim.putByte(at, mark);
                        }
                    });
                    sent++;
                } else {
                    try (Frame answer = client.receive(LONG)) {
                        received++;
                        assertEquals(2 * (1 + received % 200), answer.size());
                        assertEquals((byte) received, answer.getByte(answer.size() - 1));
                    }
                }
            }
        }
    }

    @Test
    void shouldEditInPlace() {
        DuplexServer server = server().buildInPlace(data -> {
            for (long at = 0; at < data.size(); at++) {
                data.segment().set(JAVA_BYTE, at, (byte) (data.segment().get(JAVA_BYTE, at) ^ 0x5a));
            }
        });
        server.start();
        try (server;
                DuplexClient client = client(4096)) {
            client.write(new byte[] {1, 2, 3});
            assertArrayEquals(
                    new byte[] {1 ^ 0x5a, 2 ^ 0x5a, 3 ^ 0x5a},
                    client.receive(LONG).toByteArray());
        }
    }

    /** So there is one copy, from one ring to the other. */
    @Test
    void shouldEditInTheMemoryThatTheClientReads() throws IOException {
        AtomicLong address = new AtomicLong();
        DuplexServer server =
                started(server().buildInPlace(data -> address.set(data.segment().address())));
        try (server;
                DuplexClient client = client(4096)) {
            client.write(new byte[] {1, 2, 3});
            assertEquals(3, client.receive(LONG).size());
            String mapped = Files.readAllLines(Path.of("/proc/self/maps")).stream()
                    .filter(line -> contains(line, address.get()))
                    .findFirst()
                    .orElseThrow();
            assertTrue(mapped.endsWith("/" + channel + "_response"), mapped);
        }
    }

    private static boolean contains(String mapping, long address) {
        String[] range = mapping.substring(0, mapping.indexOf(' ')).split("-");
        return Long.parseUnsignedLong(range[0], 16) <= address && address < Long.parseUnsignedLong(range[1], 16);
    }

    private static void answerByKind(Frame request, Response response) throws IOException {
        switch (request.getByte(0)) {
            case 1 -> throw new IOException("no");
            case 2 -> {}
            case 3 -> {
                response.claim(10).putByte(0, (byte) 1);
                throw new IllegalArgumentException("with a claim open");
            }
            case 4 -> {
                response.write(request);
                response.write(request);
            }
            default -> response.write(request);
        }
    }

    @Test
    void shouldAnswerForAHandlerThatThrowsOrDoesNot() {
        DuplexServer server = server().failureResponse(
                        cause -> cause.getClass().getSimpleName().getBytes())
                .build(DuplexTest::answerByKind);
        server.start();
        try (server;
                DuplexClient client = client(4096)) {
            for (byte kind = 0; kind <= 5; kind++) {
                client.write(new byte[] {kind});
            }
            assertEquals(0, client.receive(LONG).getByte(0));
            for (String failure : List.of("IOException", "IllegalStateException", "IllegalArgumentException")) {
                assertEquals(failure, new String(client.receive(LONG).toByteArray()));
            }
            assertEquals(4, client.receive(LONG).getByte(0));
            assertEquals(5, client.receive(LONG).getByte(0));
            assertEquals("no metadata", heard.next());
            assertEquals("no", assertInstanceOf(IOException.class, heard.next()).getMessage());
            assertInstanceOf(IllegalStateException.class, heard.next());
            assertInstanceOf(IllegalArgumentException.class, heard.next());
            assertInstanceOf(IllegalStateException.class, heard.next());
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldGiveUpAClientItCannotAnswerAndServeTheNext() {
        try (DuplexServer server = started(DuplexTest::answerByKind)) {
            for (byte kind = 1; kind <= 3; kind++) {
                try (DuplexClient client = client(4096)) {
                    client.write(new byte[] {0, 42});
                    client.write(new byte[] {kind});
                    client.write(new byte[] {0});
                    assertEquals(42, client.receive(LONG).getByte(1));
                    assertThrows(ServerGoneException.class, () -> client.receive(LONG));
                    assertThrows(ServerGoneException.class, () -> client.write(new byte[1]));
                }
                assertEquals("no metadata", heard.next());
                assertInstanceOf(Exception.class, heard.next());
                assertEquals("gone", heard.next());
            }
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldServeOneClientAfterTheOtherEachWithItsMetadata() {
        try (DuplexServer server = started(ECHO)) {
            for (int i = 1; i <= 3; i++) {
                try (DuplexClient client = client(4096)) {
                    client.writeMetadata(("client " + i).getBytes());
                    assertThrows(
                            WriterAlreadyConnectedException.class, () -> DuplexClient.connect(channel, Duration.ZERO));
                    assertEquals(1, client.write(new byte[] {(byte) i}));
                    assertEquals(i, client.receive(LONG).getByte(0));
                }
                assertEquals("client " + i, heard.next());
                assertEquals("gone", heard.next());
            }
            assertTrue(server.isRunning());
        }
    }

    @Test
    void shouldServeOneClientAfterTheOtherThatConnectsWithItsMetadata() {
        List<Long> numbers = new CopyOnWriteArrayList<>();
        DuplexServer server = started((request, response) -> {
            numbers.add(request.sequence());
            response.write(request);
        });
        try (server) {
            for (int i = 1; i <= 20; i++) {
                try (DuplexClient client = client(4096, ("client " + i).getBytes())) {
                    assertThrows(MetadataAlreadyWrittenException.class, () -> client.writeMetadata(new byte[1]));
                    for (int number = 1; number <= 3; number++) {
                        assertEquals(number, client.write(new byte[] {(byte) number}));
                        assertEquals(number, client.receive(LONG).getByte(0));
                    }
                }
                assertEquals("client " + i, heard.next());
                assertEquals("gone", heard.next());
                assertEquals(List.of(1L, 2L, 3L), numbers);
                numbers.clear();
            }
        }
    }

    /** Servers of other implementations may look for it only once, as soon as they have connected. */
    @Test
    void shouldHaveItsMetadataWrittenBeforeAServerCanConnect() {
        try (Reader requests =
                Reader.create(channel + "_request", ReaderConfig.ofPayload(4096).withMetadataSize(64))) {
            CompletableFuture<DuplexClient> connecting =
                    CompletableFuture.supplyAsync(() -> client(4096, new byte[] {77}));
            Eventually.await("the response buffer", () -> Files.exists(TestBuffers.segmentFile(channel + "_response")));
            assertEquals(77, requests.metadata().orElseThrow()[0]);
            try (Writer responses = Writer.connect(channel + "_response", LONG)) {
                Eventually.join(connecting).close();
            }
        }
    }

    @Test
    void shouldRefuseMetadataThatDoesNotFitAndLeaveThePlaceToTheNextClient() {
        try (DuplexServer server = started(ECHO)) {
            assertThrows(MetadataTooLargeException.class, () -> client(4096, new byte[1000]));
            assertFalse(Files.exists(TestBuffers.segmentFile(channel + "_response")));
            try (DuplexClient next = client(4096, new byte[] {1})) {
                next.write(new byte[] {2});
                assertEquals(2, next.receive(LONG).getByte(0));
            }
            assertTrue(server.isRunning());
        }
    }

    /** A published server never takes it away. */
    @Test
    void shouldTellThatTheMetadataOfAnEarlierClientStaysThere() {
        try (Reader requests =
                Reader.create(channel + "_request", ReaderConfig.ofPayload(4096).withMetadataSize(64))) {
            try (Writer earlier = Writer.connect(requests.name())) {
                earlier.writeMetadata(new byte[5]);
            }
            WriterConfig aMoment =
                    WriterConfig.builder().connectTimeout(Duration.ofMillis(20)).build();
            MetadataAlreadyWrittenException stays = assertThrows(
                    MetadataAlreadyWrittenException.class,
                    () -> DuplexClient.connect(
                            channel, aMoment, ReaderConfig.ofPayload(4096).withMetadataSize(0), new byte[1]));
            assertEquals(5, stays.writtenBytes());
            assertEquals(0, Friends.ofTheApi().writerPid(requests));
        }
    }

    @Test
    void shouldStartAndStopManyTimes() {
        DuplexServer server = server().build(ECHO);
        assertFalse(server.isRunning());
        for (int i = 0; i < 5; i++) {
            server.start();
            server.start();
            assertTrue(server.isRunning());
            DuplexServer second = server().build(ECHO);
            assertThrows(ReaderAlreadyConnectedException.class, second::start);
            try (DuplexClient client = client(4096)) {
                client.write(new byte[1]);
                assertNotNull(client.receive(LONG));
                server.stop();
                server.stop();
                assertFalse(server.isRunning());
                assertThrows(ServerGoneException.class, () -> client.receive(LONG));
                assertThrows(ServerGoneException.class, () -> client.write(new byte[1]));
                assertFalse(client.isServerConnected());
            }
        }
        assertThrows(BufferNotFoundException.class, () -> DuplexClient.connect(channel, Duration.ZERO));
    }

    @Test
    void shouldWaitForTheAnswerAsLongAsItIsTold() {
        Gate go = new Gate();
        try (DuplexServer server = started((request, response) -> {
                    go.pass();
                    response.write(request);
                });
                DuplexClient client = client(4096);
                go) {
            client.write(new byte[1]);
            assertNull(client.receive(Duration.ZERO));
            assertNull(client.receive(Duration.ofMillis(70)));
            // Longer than one sleep of a waiting side, which looks after its peer in between.
            CompletableFuture.delayedExecutor(120, TimeUnit.MILLISECONDS).execute(go::open);
            assertEquals(1, client.receive(LONG).size());
        }
    }
}
