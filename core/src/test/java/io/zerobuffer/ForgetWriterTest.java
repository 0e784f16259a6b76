package io.zerobuffer;

import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.MetadataAlreadyWrittenException;
import io.zerobuffer.testkit.Segment;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writers that have nothing to do with each other, one after the other in the same buffer. */
final class ForgetWriterTest {
    /** More than a process id can be. */
    private static final long NOBODY = 1 << 30;

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldBeAsANewBufferToTheNextWriter() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1024).withMetadataSize(64))) {
            for (int round = 1; round <= 30; round++) {
                byte[] metadata = ("round " + round).getBytes();
                try (Writer writer = Writer.connect(name)) {
                    writer.writeMetadata(metadata);
                    assertThrows(MetadataAlreadyWrittenException.class, () -> writer.writeMetadata(new byte[1]));
                    for (int number = 1; number <= 3; number++) {
                        assertEquals(number, writer.write(new byte[100 + round]));
                    }
                    assertEquals(
                            "round " + round, reader.metadata().map(String::new).orElseThrow());
                }
                for (int number = 1; number <= 3; number++) {
                    try (Frame frame = reader.read(Duration.ZERO)) {
                        assertEquals(number, frame.sequence());
                        assertEquals(100 + round, frame.size());
                    }
                }
                assertTrue(reader.forgetWriter(0));
                assertEquals(Optional.empty(), reader.metadata());
                assertEquals(0, reader.health().metadataWrittenBytes());
            }
        }
    }

    @Test
    void shouldForgetNothingOfAWriterThatIsConnected() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1024).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            writer.writeMetadata(new byte[] {1});
            writer.write(new byte[] {2});
            assertTrue(reader.isWriterOfThisLibrary());
            assertFalse(reader.forgetWriter(0));
            assertEquals(1, reader.metadata().orElseThrow()[0]);
            assertEquals(2, writer.write(new byte[] {3}));
            assertEquals(2, reader.read(Duration.ZERO).getByte(0));
            assertEquals(3, reader.read(Duration.ZERO).getByte(0));
        }
    }

    /** In another PID namespace the id may be that of a living process, which would keep the next writer out. */
    @Test
    void shouldTakeTheProcessIdAwayOnlyOfAWriterThatIsKnownToBeGone() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1024).withMetadataSize(64))) {
            storeWriterPid(NOBODY);
            assertFalse(reader.isWriterOfThisLibrary());
            assertTrue(reader.forgetWriter(0));
            assertEquals(NOBODY, reader.writerPid());
            assertTrue(reader.forgetWriter(NOBODY));
            assertEquals(0, reader.writerPid());
            storeWriterPid(NOBODY);
            assertTrue(reader.forgetWriter(NOBODY + 1));
            assertEquals(NOBODY, reader.writerPid());
            try (Writer writer = Writer.connect(name)) {
                assertEquals(1, writer.write(new byte[] {1}));
            }
            assertEquals(1, reader.read(Duration.ZERO).getByte(0));
        }
    }

    @Test
    void shouldTellOfADepartureOnceWhetherItWasForgottenOrNot() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1024).withMetadataSize(0))) {
            Writer.connect(name).close();
            assertWriterGone(() -> reader.read(Duration.ofMinutes(5)));
            assertTrue(reader.forgetWriter(0));
            assertEquals(null, reader.poll());
            try (Writer writer = Writer.connect(name)) {
                writer.write(new byte[] {1});
            }
            assertEquals(1, reader.poll().getByte(0));
            assertTrue(reader.forgetWriter(0));
            assertEquals(null, reader.poll());
        }
    }

    /** As a published client may find it that is there already: it writes metadata only if there is none. */
    @Test
    void shouldTakeTheMetadataAwayUnderAWriter() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1024).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            reader.forgetMetadata();
            writer.writeMetadata(new byte[] {1});
            reader.forgetMetadata();
            assertEquals(Optional.empty(), reader.metadata());
            writer.writeMetadata(new byte[56]);
            assertEquals(56, reader.metadata().orElseThrow().length);
        }
    }

    private void storeWriterPid(long pid) {
        Segment.of(name).putLong(Segment.WRITER_PID, pid);
    }
}
