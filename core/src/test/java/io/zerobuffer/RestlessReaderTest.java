package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.bytes.HeaderBlock;
import io.zerobuffer.errors.BufferNotFoundException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A reader of another implementation whose position never rests, so that what is unread cannot be counted. */
final class RestlessReaderTest {
    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldNotKeepAWriterWaitingWithoutEnd() throws InterruptedException {
        OwnedBuffer buffer = OwnedBuffer.create(new BufferName(name), ReaderConfig.of(64, 4096));
        AtomicBoolean moves = new AtomicBoolean(true);
        Thread reader = Thread.ofPlatform().start(() -> moveWithoutEnd(buffer.segment(), moves));
        try {
            // As a reader of another implementation, which holds its lock file alone.
            buffer.memory().letGo(HeaderBlock.READER_PID_OFFSET, Long.BYTES);
            HeaderBlock.rangedReaderRelease(buffer.segment(), 0);
            HeaderBlock.payloadWritePositionRelease(buffer.segment(), 48);
            HeaderBlock.addPayloadFreeBytesVolatile(buffer.segment(), -48);
            Throwable refused = Eventually.join(CompletableFuture.supplyAsync(this::connect));
            assertTrue(assertInstanceOf(BufferNotFoundException.class, refused).getMessage().contains("rest"));
        } finally {
            moves.set(false);
            reader.join();
            buffer.close();
            buffer.mapping().close();
        }
    }

    private Throwable connect() {
        try (Writer writer = Writer.connect(name, Duration.ofMillis(1))) {
            return null;
        } catch (RuntimeException refused) {
            return refused;
        }
    }

    private static void moveWithoutEnd(MemorySegment segment, AtomicBoolean moves) {
        while (moves.get()) {
            for (long position = 0; position <= 48; position++) {
                HeaderBlock.payloadReadPositionRelease(segment, position);
            }
        }
    }
}
