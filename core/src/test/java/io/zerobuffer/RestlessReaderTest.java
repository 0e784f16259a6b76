package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.peer.BufferName;
import io.zerobuffer.internal.peer.OwnedBuffer;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
    void shouldNotKeepAWriterWaitingWithoutEnd() throws IOException, InterruptedException {
        try (ChildProcess reader = ChildJvm.start(List.of(), RestlessProgram.class, name)) {
            assertEquals("ready", reader.readLine());
            Throwable refused = Eventually.join(CompletableFuture.supplyAsync(this::connect));
            reader.endInput();
            assertEquals(0, reader.exitStatus());
            // On a busy machine the reader may have rested after all: its process was not running.
            assertTrue(refused == null || refused.getMessage().contains("rest"), () -> refused.toString());
        }
    }

    private Throwable connect() {
        try (Writer writer = Writer.connect(name, Duration.ofMillis(1))) {
            return null;
        } catch (RuntimeException refused) {
            return refused;
        }
    }

    static final class RestlessProgram {
        private RestlessProgram() {}

        public static void main(String[] args) throws IOException {
            OwnedBuffer buffer = OwnedBuffer.create(
                    new BufferName(args[0]),
                    ReaderConfig.ofPayload(4096).withMetadataSize(64).wanted());
            MemorySegment segment = buffer.segment();
            // As a reader of another implementation, which holds its lock file alone.
            buffer.memory().giveUp(Role.READER);
            HeaderBlock.rangedReaderRelease(segment, 0);
            HeaderBlock.payloadWritePositionRelease(segment, 0, 48);
            HeaderBlock.addPayloadFreeBytesVolatile(segment, 0, -48);
            Thread.ofPlatform().daemon().start(() -> moveWithoutEnd(segment));
            System.out.println("ready");
            System.in.read();
            buffer.close();
        }

        private static void moveWithoutEnd(MemorySegment segment) {
            while (true) {
                for (long position = 0; position <= 48; position++) {
                    HeaderBlock.payloadReadPositionRelease(segment, 0, position);
                }
            }
        }
    }
}
