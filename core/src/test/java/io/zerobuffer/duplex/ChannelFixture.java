package io.zerobuffer.duplex;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.ReaderConfig;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A channel no other process uses, of which nothing may be left. */
abstract class ChannelFixture {
    static final Duration LONG = Duration.ofMinutes(5);
    static final RequestHandler ECHO = (request, response) -> response.write(request);

    final String channel = TestBuffers.uniqueName();
    final Heard heard = new Heard();

    /** What a listener was told. */
    static final class Heard implements ServerListener {
        private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

        @Override
        public void clientConnected(Optional<byte[]> metadata) {
            events.add(metadata.map(String::new).orElse("no metadata"));
        }

        @Override
        public void clientDisconnected() {
            events.add("gone");
        }

        @Override
        public void requestFailed(Throwable cause) {
            events.add(cause);
        }

        Object next() {
            try {
                Object event = events.poll(LONG.toSeconds(), TimeUnit.SECONDS);
                assertNotNull(event);
                return event;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /**
     * Where handlers wait until it is opened: by the test, or as its last resource, so that a server that is closed
     * behind it need not wait.
     */
    static final class Gate implements AutoCloseable {
        private final CountDownLatch opened = new CountDownLatch(1);

        void pass() throws InterruptedException {
            assertTrue(opened.await(LONG.toSeconds(), TimeUnit.SECONDS));
        }

        void open() {
            opened.countDown();
        }

        @Override
        public void close() {
            open();
        }
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    DuplexServer.Builder server() {
        return DuplexServer.builder(channel)
                .requestBuffer(ReaderConfig.ofPayload(4 << 20).withMetadataSize(128))
                .listener(heard);
    }

    DuplexServer started(RequestHandler handler) {
        return started(server().build(handler));
    }

    static DuplexServer started(DuplexServer server) {
        server.start();
        return server;
    }

    DuplexClient client(long responseSize) {
        return client(responseSize, null);
    }

    DuplexClient client(long responseSize, byte[] metadata) {
        WriterConfig requests = WriterConfig.builder().connectTimeout(LONG).build();
        return DuplexClient.connect(
                channel, requests, ReaderConfig.ofPayload(responseSize).withMetadataSize(0), metadata);
    }
}
