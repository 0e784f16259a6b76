package io.zerobuffer.guide;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.Batch;
import io.zerobuffer.Claim;
import io.zerobuffer.ConnectionListener;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.duplex.AsyncDuplexClient;
import io.zerobuffer.duplex.DuplexClient;
import io.zerobuffer.duplex.DuplexServer;
import io.zerobuffer.duplex.ServerListener;
import io.zerobuffer.stream.FanOut;
import io.zerobuffer.stream.FrameListener;
import io.zerobuffer.stream.FrameLoop;
import io.zerobuffer.stream.FramePublisher;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The examples of docs/guide.md, which are copied from here. Its programs {@link ExamplesTest} runs. */
final class GuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "guide.md");
    private static final Path SOURCE = Path.of("src", "test", "java", "io", "zerobuffer", "guide", "GuideTest.java");
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final int DEEPEST_INDENT = 32;

    private final String name = TestBuffers.uniqueName();
    private final String channel = name;
    private final List<Object> seen = new ArrayList<>();

    @AfterEach
    void nothingIsLeftBehind() {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldHaveRunEveryExampleOfTheGuide() throws IOException {
        String source = Files.readString(SOURCE);
        Matcher examples = EXAMPLE.matcher(Files.readString(GUIDE));
        int count = 0;
        for (; examples.find(); count++) {
            String example = examples.group(1);
            if (example.startsWith("import ")) {
                continue;
            }
            assertTrue(occurs(example, source), () -> "not in " + SOURCE + ":\n" + example);
        }
        assertTrue(count > 0);
    }

    private static boolean occurs(String example, String source) {
        for (int indent = 0; indent <= DEEPEST_INDENT; indent += 4) {
            // Empty lines stay empty.
            if (source.contains(example.indent(indent).replaceAll("(?m)^ +$", ""))) {
                return true;
            }
        }
        return false;
    }

    private void process(Frame frame) {
        seen.add(frame.size());
    }

    @Test
    void shouldReadAndWrite() {
        byte[] data = {1, 2, 3};
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64 << 20))) {
            try (Writer writer = Writer.connect(name, Duration.ofSeconds(10))) {
                writer.writeMetadata("640x480 grey".getBytes(StandardCharsets.UTF_8));
                writer.write(data);
            }

            Optional<byte[]> format = reader.metadata();
            Frame frame = reader.read(Duration.ofSeconds(5));
            if (frame != null) {
                try (frame) {
                    process(frame);
                }
            }
            assertEquals("640x480 grey", new String(format.orElseThrow(), StandardCharsets.UTF_8));
            assertEquals(List.of(3L), seen);
        }
    }

    @Test
    void shouldWriteInPlace() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 20).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            long value = 42;
            int size = 16;
            try (Claim claim = writer.claim(size)) {
                claim.putLong(0, value);
                claim.segment().asSlice(8).fill((byte) 7);
                claim.commit();
            }

            writer.write(size, claim -> claim.putLong(0, value));

            for (int i = 0; i < 2; i++) {
                try (Frame frame = reader.read()) {
                    assertEquals(42, frame.getLong(0));
                }
            }
        }
    }

    @Test
    void shouldWriteBatchesAndDrain() {
        List<byte[]> samples = List.of(new byte[1], new byte[2], new byte[3]);
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 20).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            try (Batch batch = writer.batch()) {
                for (byte[] sample : samples) {
                    batch.write(sample);
                }
            }

            int frames = reader.drain(frame -> process(frame), 1000, Duration.ofSeconds(5));
            assertEquals(3, frames);
            assertEquals(List.of(1L, 2L, 3L), seen);
        }
    }

    @Test
    void shouldReadTheLatest() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 20).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            for (int i = 1; i <= 5; i++) {
                writer.write(new byte[i]);
            }
            try (Frame newest = reader.latest(Duration.ofSeconds(5))) {
                if (newest != null) {
                    process(newest);
                }
            }
            long missed = reader.framesSkipped();
            assertEquals(List.of(5L), seen);
            assertEquals(4, missed);
        }
    }

    @Test
    void shouldReadInALoop() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 20).withMetadataSize(0))) {
            try (Writer writer = Writer.connect(name)) {
                writer.write(new byte[1]);
                writer.write(new byte[2]);
            }
            for (Frame frame : reader.frames()) {
                process(frame);
            }
            assertEquals(List.of(1L, 2L), seen);
        }
    }

    @Test
    void shouldReadByAHandler() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 20).withMetadataSize(0))) {
            try (Writer writer = Writer.connect(name)) {
                writer.write(new byte[1]);
                writer.write(new byte[2]);
            }
            long frames = reader.forEach(frame -> process(frame));
            assertEquals(2, frames);
            assertEquals(List.of(1L, 2L), seen);
        }
    }

    @Test
    void shouldListen() throws Exception {
        CompletableFuture<Optional<Throwable>> ended = new CompletableFuture<>();
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 20).withMetadataSize(0))) {
            FrameLoop loop = FrameLoop.start(reader, new FrameListener() {
                @Override
                public void onFrame(Frame frame) {
                    process(frame);
                }

                @Override
                public void onEnd(Optional<Throwable> cause) {
                    ended.complete(cause);
                }
            });
            try (Writer writer = Writer.connect(name)) {
                writer.write(new byte[3]);
            }
            assertEquals(Optional.empty(), ended.get(1, TimeUnit.MINUTES));
            loop.close();
            assertEquals(List.of(3L), seen);
        }
    }

    @Test
    void shouldPublish() throws Exception {
        CompletableFuture<Void> completed = new CompletableFuture<>();
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 20).withMetadataSize(0))) {
            FramePublisher.of(reader).subscribe(new Flow.Subscriber<>() {
                private Flow.Subscription subscription;

                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    this.subscription = subscription;
                    subscription.request(1);
                }

                @Override
                public void onNext(Frame frame) {
                    process(frame);
                    subscription.request(1);
                }

                @Override
                public void onError(Throwable cause) {
                    completed.completeExceptionally(cause);
                }

                @Override
                public void onComplete() {
                    completed.complete(null);
                }
            });
            try (Writer writer = Writer.connect(name)) {
                writer.write(new byte[4]);
            }
            completed.get(1, TimeUnit.MINUTES);
            assertEquals(List.of(4L), seen);
        }
    }

    @Test
    void shouldFanOut() throws Exception {
        CountDownLatch recorded = new CountDownLatch(3);
        CountDownLatch analysed = new CountDownLatch(1);
        ReaderConfig config = ReaderConfig.builder().payloadSize(1 << 20).releaseFromAnyThread(true).build();
        try (Reader reader = Reader.create(name, config);
                Writer writer = Writer.connect(name)) {
            FanOut fanOut = FanOut.start(reader);
            fanOut.subscribe(FanOut.Delivery.EVERY_FRAME, frame -> {
                process(frame);
                recorded.countDown();
            });
            FanOut.Subscription preview = fanOut.subscribe(FanOut.Delivery.LATEST, frame -> {
                byte[] copy = frame.toByteArray();
                frame.release();
                analysed.countDown();
                analyse(copy);
            });

            for (int i = 1; i <= 3; i++) {
                writer.write(new byte[i]);
            }
            assertTrue(recorded.await(1, TimeUnit.MINUTES) && analysed.await(1, TimeUnit.MINUTES));
            assertTrue(preview.skipped() <= 2);
            fanOut.close();
            assertEquals(List.of(1L, 2L, 3L), seen);
        }
    }

    private static void analyse(byte[] picture) {
        assertTrue(picture.length > 0);
    }

    @Test
    void shouldWaitInVirtualThreads() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 20).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            Thread consumer = Thread.startVirtualThread(() -> {
                for (Frame frame : reader.frames()) {
                    process(frame);
                }
            });
            writer.write(new byte[5]);
            writer.close();
            assertTrue(consumer.join(Duration.ofMinutes(1)));
            assertEquals(List.of(5L), seen);
        }
    }

    @Test
    void shouldOutliveItsReader() {
        ConnectionListener listener = new ConnectionListener() {};
        WriterConfig config = WriterConfig.builder()
                .connectTimeout(Duration.ofSeconds(10))
                .reconnecting(listener, Duration.ofMinutes(5))
                .build();
        Reader first = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
        try (Writer writer = Writer.connect(name, config)) {
            first.close();
            try (Reader second = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64))) {
                writer.write(new byte[5]);
                process(second.read());
            }
        }
        assertEquals(List.of(5L), seen);
    }

    private static void convert(Frame picture, Claim into) {
        into.copyFrom(0, picture);
    }

    @Test
    void shouldAskAndAnswer() {
        byte[] picture = {1, 2, 3};
        DuplexServer server = DuplexServer.builder(channel).build((request, response) -> {
            try (Claim answer = response.claim(request.size())) {
                convert(request, answer);
                answer.commit();
            }
        });
        server.start();

        try (DuplexClient client = DuplexClient.connect(channel, Duration.ofSeconds(10))) {
            client.write(picture);
            try (Frame answer = client.receive(Duration.ofSeconds(5))) {
                if (answer != null) {
                    process(answer);
                }
            }
        }

        server.stop();
        assertEquals(List.of(3L), seen);
    }

    private static void check(byte[] format) {
        assertEquals(5, format.length);
    }

    @Test
    void shouldAnswerForFailures() {
        DuplexServer server = DuplexServer.builder(channel)
                .failureResponse(cause -> ("failed: " + cause.getMessage()).getBytes(StandardCharsets.UTF_8))
                .listener(new ServerListener() {
                    @Override
                    public void clientConnected(Optional<byte[]> metadata) {
                        check(metadata.orElseThrow());
                    }
                })
                .build((request, response) -> {
                    throw new IOException("disk full");
                });
        server.start();
        try (server;
                DuplexClient client = DuplexClient.connect(channel, Duration.ofSeconds(10))) {
            client.writeMetadata(new byte[5]);
            client.write(new byte[1]);
            byte[] answer = client.receive(Duration.ofMinutes(5)).toByteArray();
            assertEquals("failed: disk full", new String(answer, StandardCharsets.UTF_8));
        }
    }

    @Test
    void shouldEditInPlace() {
        DuplexServer inverter = DuplexServer.builder(channel).buildInPlace(data -> {
            MemorySegment bytes = data.segment();
            for (long at = 0; at < data.size(); at++) {
                bytes.set(ValueLayout.JAVA_BYTE, at, (byte) ~bytes.get(ValueLayout.JAVA_BYTE, at));
            }
        });
        inverter.start();
        try (inverter;
                DuplexClient client = DuplexClient.connect(channel, Duration.ofSeconds(10))) {
            client.write(new byte[] {0, 1, -1});
            assertArrayEquals(new byte[] {-1, -2, 0}, client.receive(Duration.ofMinutes(5)).toByteArray());
        }
    }

    @Test
    void shouldAnswerInParallel() {
        try (ExecutorService executor = Executors.newFixedThreadPool(4);
                DuplexServer server = DuplexServer.builder(channel)
                        .parallel(executor, 8)
                        .build((request, response) -> response.write(request))) {
            server.start();
            try (DuplexClient client = DuplexClient.connect(channel, Duration.ofSeconds(10))) {
                for (byte i = 0; i < 20; i++) {
                    client.write(new byte[] {i});
                }
                for (byte i = 0; i < 20; i++) {
                    assertEquals(i, client.receive(Duration.ofMinutes(5)).getByte(0));
                }
            }
        }
    }

    @Test
    void shouldCallForFutures() {
        byte[] picture = {1, 2, 3};
        try (DuplexServer server =
                DuplexServer.builder(channel).build((request, response) -> response.write(request))) {
            server.start();
            try (AsyncDuplexClient client =
                    new AsyncDuplexClient(DuplexClient.connect(channel, Duration.ofSeconds(10)))) {
                CompletableFuture<byte[]> copy = client.call(picture);
                CompletableFuture<Long> size = client.call(picture, answer -> answer.size());
                CompletableFuture<Byte> first =
                        client.call(16, claim -> claim.putByte(0, (byte) 9), answer -> answer.getByte(0));
                assertArrayEquals(picture, Eventually.join(copy));
                assertEquals(3, Eventually.join(size));
                assertEquals((byte) 9, Eventually.join(first));
            }
        }
    }
}
