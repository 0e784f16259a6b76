package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.ZeroBufferException;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Readers and writers that outlive their other side, in one call. */
final class ReconnectTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final String name = TestBuffers.uniqueName();
    private final Changes changes = new Changes();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    private static final class Changes implements ConnectionListener {
        private final List<String> seen = new ArrayList<>();

        @Override
        public void connected(long pid) {
            assertEquals(ProcessHandle.current().pid(), pid);
            seen.add("connected");
        }

        @Override
        public void disconnected(PeerGoneException reason) {
            seen.add(reason.role() + " gone");
        }
    }

    @Test
    void shouldGoOnReadingFromTheNextWriter() {
        ReaderConfig config =
                ReaderConfig.builder().payloadSize(4096).reconnecting(changes).build();
        try (Reader reader = Reader.create(name, config)) {
            for (int i = 1; i <= 3; i++) {
                try (Writer writer = Writer.connect(name)) {
                    assertNull(reader.read(Duration.ofMillis(1)));
                    assertEquals(i, writer.write(new byte[i]));
                    assertEquals(i, reader.read(LONG).size());
                }
                assertNull(reader.read(Duration.ofMillis(100)));
            }
        }
        String gone = "WRITER gone";
        assertEquals(List.of("connected", gone, "connected", gone, "connected", gone), changes.seen);
    }

    @Test
    void shouldGoOnWritingToTheNextReader() {
        WriterConfig config = WriterConfig.builder().reconnecting(changes, LONG).build();
        Reader first = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
        try (Writer writer = Writer.connect(name, config)) {
            writer.write(new byte[1]);
            first.close();
            try (Reader second =
                    Reader.create(name, ReaderConfig.ofPayload(8192).withMetadataSize(0))) {
                assertEquals(1, writer.write(new byte[5000]));
                assertEquals(5000, second.read().size());
                assertEquals(8192, writer.payloadSize());
                second.close();
                try (Reader third =
                        Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0))) {
                    writer.write(new byte[2]);
                    assertEquals(2, third.read().size());
                }
            }
        }
        String gone = "READER gone";
        assertEquals(List.of("connected", gone, "connected", gone, "connected"), changes.seen);
    }

    @Test
    void shouldFailWhenNoNextReaderComes() {
        WriterConfig config = WriterConfig.builder()
                .reconnecting(changes, Duration.ofMillis(20))
                .build();
        Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
        try (Writer writer = Writer.connect(name, config)) {
            reader.close();
            assertThrows(BufferNotFoundException.class, () -> writer.write(new byte[1]));
            try (Reader next = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
                writer.write(new byte[] {3});
                assertEquals(3, next.read().getByte(0));
            }
        }
    }

    @Test
    void shouldEndTheWaitForANextReaderWhenTheWriterCloses() throws Exception {
        WriterConfig config = WriterConfig.builder()
                .reconnecting(changes, Duration.ofMinutes(5))
                .build();
        Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
        Writer writer = Writer.connect(name, config);
        reader.close();
        CompletableFuture<Throwable> outcome = CompletableFuture.supplyAsync(
                () -> assertThrows(ZeroBufferException.class, () -> writer.write(new byte[1])));
        Thread.sleep(50);
        writer.close();
        assertInstanceOf(BufferClosedException.class, outcome.get(1, TimeUnit.MINUTES));
    }
}
