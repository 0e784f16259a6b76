package io.zerobuffer;

import static io.zerobuffer.Departures.assertReaderGone;
import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.EmptyFrameException;
import io.zerobuffer.errors.FrameTooLargeException;
import io.zerobuffer.errors.SequenceGapException;
import io.zerobuffer.testkit.Segment;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What to do when the other side is slower: wait, fail at once, or skip. */
final class BackPressureTest {
    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldRefuseAtOnceWhatDoesNotFitNow() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(128).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            assertTrue(writer.tryWrite(new byte[60]));
            String before = writer.health().toString();
            assertFalse(writer.tryWrite(new byte[60]));
            assertNull(writer.tryClaim(60));
            assertEquals(before, writer.health().toString());
            assertThrows(FrameTooLargeException.class, () -> writer.tryWrite(new byte[113]));
            assertThrows(EmptyFrameException.class, () -> writer.tryClaim(0));
            reader.poll().release();
            assertNull(reader.poll());
            try (Claim claim = writer.tryClaim(60)) {
                claim.putByte(0, (byte) 7);
                assertEquals(2, claim.commit());
            }
            assertEquals(7, reader.poll().getByte(0));
        }
    }

    @Test
    void shouldTellAWriterThatNeverWaitsThatItsReaderClosed() {
        Reader reader = Reader.create(name, ReaderConfig.ofPayload(128).withMetadataSize(0));
        try (Writer writer = Writer.connect(name)) {
            reader.close();
            assertReaderGone(() -> writer.tryWrite(new byte[1]));
        }
    }

    @Test
    void shouldHandOutTheNewestFrameAndCountTheSkippedOnes() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            assertNull(reader.latest(Duration.ZERO));
            for (int i = 1; i <= 10; i++) {
                writer.write(new byte[] {(byte) i});
            }
            try (Frame frame = reader.latest(Duration.ZERO)) {
                assertEquals(10, frame.sequence());
                assertEquals(10, frame.getByte(0));
                assertEquals(4096 - 17, reader.health().freeBytes());
            }
            assertEquals(9, reader.framesSkipped());
            assertEquals(9, reader.health().framesSkipped());
            assertEquals(10, reader.framesRead());
            assertEquals(4096, reader.health().freeBytes());
            writer.write(new byte[] {11});
            assertEquals(11, reader.latest(Duration.ofSeconds(60)).sequence());
            assertEquals(9, reader.framesSkipped());
        }
    }

    @Test
    void shouldHandOutTheNewestFrameOfAWriterThatIsGoneBeforeSayingSo() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            try (Writer writer = Writer.connect(name)) {
                writer.write(new byte[1]);
                writer.write(new byte[2]);
            }
            assertEquals(2, reader.latest(Duration.ZERO).size());
            assertWriterGone(() -> reader.latest(Duration.ofSeconds(60)));
        }
    }

    @Test
    void shouldHandOutTheNewestGoodFrameBeforeComplainingAboutABadOne() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[16]);
            writer.write(new byte[16]);
            writer.write(new byte[16]);
            Segment.of(name).putLong(128 + 64 + 8, 77);
            assertEquals(2, reader.latest(Duration.ZERO).sequence());
            assertThrows(SequenceGapException.class, () -> reader.latest(Duration.ZERO));
            assertThrows(SequenceGapException.class, reader::poll);
        }
    }

    @Test
    void shouldNeverOverflowTheReadSemaphoreOfAWriterThatNeverWaits() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            for (int i = 0; i < 100_000; i++) {
                writer.write(new byte[1]);
                reader.poll().release();
            }
            int tokens = Segment.ofReadSemaphore(name).getInt(0);
            assertTrue(tokens <= 1024, () -> tokens + " tokens");
            assertNotNull(reader.health());
        }
    }
}
