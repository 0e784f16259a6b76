package io.zerobuffer.duplex;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zerobuffer.Frame;
import io.zerobuffer.errors.FrameTooLargeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes of requests and answers of which the sum with a header is no number any more. */
final class HugeSizeDuplexTest extends ChannelFixture {
    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 15, Long.MAX_VALUE - 16, 1L << 40})
    void shouldRefuseARequestOfThatSize(long size) {
        try (DuplexServer server = started(ECHO);
                DuplexClient client = client(1024)) {
            assertThrows(FrameTooLargeException.class, () -> client.claim(size));
            assertThrows(FrameTooLargeException.class, () -> client.write(size, claim -> {}));
            client.write(new byte[] {1, 2});
            try (Frame answer = client.receive(LONG)) {
                assertArrayEquals(new byte[] {1, 2}, answer.toByteArray());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 15, Long.MAX_VALUE - 16, 1L << 40})
    void shouldRefuseAnAnswerOfThatSize(long size) {
        RequestHandler handler = (request, response) -> {
            switch (request.getByte(0)) {
                case 1 -> response.claim(size);
                case 2 -> response.write(size, claim -> {});
                default -> response.write(request);
            }
        };
        DuplexServer server = server().failureResponse(
                        cause -> cause.getClass().getSimpleName().getBytes(UTF_8))
                .build(handler);
        try (server;
                DuplexClient client = connectedTo(server)) {
            for (byte request = 1; request <= 3; request++) {
                client.write(new byte[] {request});
                try (Frame answer = client.receive(LONG)) {
                    byte[] expected = request == 3 ? new byte[] {3} : "FrameTooLargeException".getBytes(UTF_8);
                    assertEquals(new String(expected, UTF_8), new String(answer.toByteArray(), UTF_8));
                }
            }
        }
    }

    private DuplexClient connectedTo(DuplexServer server) {
        started(server);
        return client(1024);
    }
}
