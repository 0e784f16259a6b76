package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The newest frame there is, of a writer that may be faster than the reader skips. */
final class LatestTest {
    private static final int RING = 1024;
    private static final int FRAME = 16;
    private static final int FRAMES_TO_SKIP = 500_000;

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    /** Each release makes room for another frame: a call that goes on as long as there is one has no end. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSkipNoMoreThanTheRingHoldsHoweverFastTheWriterIs(boolean inBatches) {
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(RING)
                .releaseFromAnyThread(inBatches)
                .build();
        try (Reader reader = Reader.create(name, config)) {
            Writer writer = Writer.connect(name);
            CompletableFuture<Void> writing = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    writeWithoutEnd(writer, inBatches);
                } catch (BufferClosedException closed) {
                    writing.complete(null);
                }
            });
            long before = 0;
            while (reader.framesSkipped() < FRAMES_TO_SKIP) {
                Frame newest = reader.latest(Duration.ZERO);
                long skipped = reader.framesSkipped() - before;
                before += skipped;
                assertTrue(skipped <= RING / (16 + FRAME), () -> skipped + " frames were skipped in one call");
                if (newest != null) {
                    newest.release();
                }
            }
            writer.close();
            Eventually.join(writing);
        }
    }

    private static void writeWithoutEnd(Writer writer, boolean inBatches) {
        byte[] data = new byte[FRAME];
        if (inBatches) {
            try (Batch batch = writer.batch()) {
                while (true) {
                    batch.write(data);
                }
            }
        }
        while (true) {
            writer.write(data);
        }
    }

    @Test
    void shouldGoOnToTheNewestThoughOlderOnesWereSeenBefore() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[FRAME]);
            writer.write(new byte[FRAME]);
            reader.read(Duration.ZERO).release();
            writer.write(new byte[FRAME]);
            writer.write(new byte[FRAME]);
            try (Frame newest = reader.latest(Duration.ZERO)) {
                assertEquals(4, newest.sequence());
            }
            assertEquals(2, reader.framesSkipped());
            assertNull(reader.latest(Duration.ZERO));
            assertEquals(reader.health().payloadSize(), reader.health().freeBytes());
        }
    }
}
