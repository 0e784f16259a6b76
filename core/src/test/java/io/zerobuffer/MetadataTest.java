package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.MetadataAlreadyWrittenException;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Metadata of writers that come one after the other: a program that is started again while its reader lives. */
final class MetadataTest {
    private static final byte[] GREY = "64x48 grey".getBytes(StandardCharsets.UTF_8);
    private static final byte[] COLOUR = "64x48 rgb!".getBytes(StandardCharsets.UTF_8);

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldAcceptTheSameMetadataFromEveryWriter() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64))) {
            for (int run = 0; run < 3; run++) {
                try (Writer writer = Writer.connect(name)) {
                    writer.writeMetadata(GREY);
                    ByteBuffer again = ByteBuffer.wrap(GREY);
                    writer.writeMetadata(again);
                    assertEquals(0, again.remaining());
                    assertArrayEquals(GREY, writer.metadata().orElseThrow());
                }
            }
            assertArrayEquals(GREY, reader.metadata().orElseThrow());
        }
    }

    @Test
    void shouldAcceptEmptyMetadataAgain() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            assertEquals(Optional.empty(), writer.metadata());
            writer.writeMetadata(new byte[0]);
            writer.writeMetadata(new byte[0]);
            assertEquals(0, reader.metadata().orElseThrow().length);
        }
    }

    @Test
    void shouldRefuseOtherMetadataAndSayWhatToDo() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            writer.writeMetadata(GREY);
            for (byte[] other : new byte[][] {COLOUR, new byte[0], new byte[1000]}) {
                MetadataAlreadyWrittenException refused =
                        assertThrows(MetadataAlreadyWrittenException.class, () -> writer.writeMetadata(other));
                assertEquals(GREY.length, refused.writtenBytes());
                assertTrue(refused.getMessage().contains("Writer.metadata()"), refused::getMessage);
                assertTrue(refused.getMessage().contains("create the buffer anew"), refused::getMessage);
            }
            assertThrows(
                    MetadataAlreadyWrittenException.class,
                    () -> writer.writeMetadata(GREY.length, claim -> claim.copyFrom(GREY)));
            assertArrayEquals(GREY, reader.metadata().orElseThrow());
        }
    }

    @Test
    void shouldRefuseMetadataOfAClosedWriter() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64))) {
            Writer writer = Writer.connect(name);
            writer.writeMetadata(GREY);
            writer.close();
            assertThrows(BufferClosedException.class, () -> writer.writeMetadata(GREY));
            assertThrows(BufferClosedException.class, writer::metadata);
        }
    }
}
