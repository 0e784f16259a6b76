package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A filler fills; the frame is committed when it returns. */
final class FillerTest {
    private static final Consumer<Claim> COMMITTING = claim -> {
        claim.putLong(0, 7);
        claim.commit();
    };

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldRefuseTheCommitOfAFillerAndPublishNothing() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            assertRefused(() -> writer.write(Long.BYTES, COMMITTING));
            assertNull(reader.poll());
            assertEquals(1, writer.write(Long.BYTES, claim -> claim.putLong(0, 8)));
            assertEquals(8, reader.poll().getLong(0));
        }
    }

    @Test
    void shouldRefuseTheCommitOfAFillerInABatch() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            try (Batch batch = writer.batch()) {
                assertRefused(() -> batch.write(Long.BYTES, COMMITTING));
                assertEquals(1, batch.write(Long.BYTES, claim -> claim.putLong(0, 8)));
            }
            assertEquals(8, reader.poll().getLong(0));
        }
    }

    @Test
    void shouldRefuseTheCommitOfAFillerInAQueue() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name);
                ClaimQueue queue = writer.claims()) {
            assertRefused(() -> queue.write(Long.BYTES, COMMITTING));
            assertEquals(0, queue.openClaims());
            assertEquals(1, queue.write(Long.BYTES, claim -> claim.putLong(0, 8)));
            assertEquals(8, reader.poll().getLong(0));
        }
    }

    @Test
    void shouldRefuseTheCommitOfAFillerOfMetadata() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            assertRefused(() -> writer.writeMetadata(Long.BYTES, COMMITTING));
            assertTrue(reader.metadata().isEmpty());
        }
    }

    private void assertRefused(Executable commit) {
        String message = assertThrows(IllegalStateException.class, commit).getMessage();
        assertTrue(message.contains(name) && message.contains("filler"), message);
    }
}
