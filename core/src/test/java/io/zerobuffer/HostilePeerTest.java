package io.zerobuffer;

import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.IncompatibleVersionException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.SequenceGapException;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Segment;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Nonsense in shared memory costs an exception of the right type, never more. */
final class HostilePeerTest {
    /** How long a writer is silent whose life cannot be told, until it is reported. */
    private static final Duration SHORT = Duration.ofMillis(100);

    private static final long FIRST_FRAME = 128 + 64;

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldRefuseToConnectToACorruptHeader() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64))) {
            refusesCorrupt("metadata_size", HeaderBlock.METADATA_SIZE_OFFSET, 64, 1 << 20);
            refusesCorrupt("metadata_size", HeaderBlock.METADATA_SIZE_OFFSET, 64, -64);
            refusesCorrupt("payload_size", HeaderBlock.PAYLOAD_SIZE_OFFSET, 4096, 4096 + 65);
            refusesCorrupt("payload_size", HeaderBlock.PAYLOAD_SIZE_OFFSET, 4096, Long.MIN_VALUE);
            refusesCorrupt("payload_write_pos", HeaderBlock.PAYLOAD_WRITE_POS_OFFSET, 0, 4097);
            refusesCorrupt("payload_read_pos", HeaderBlock.PAYLOAD_READ_POS_OFFSET, 0, -1);
            refusesCorrupt("payload_free_bytes", HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET, 4096, 4097);
            assertEquals(0, reader.health().writerPid());
            Writer.connect(name).close();
        }
    }

    @Test
    void shouldRefuseAnotherMajorVersion() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64))) {
            patch(HeaderBlock.VERSION_OFFSET - 4, 128 | 0x030201_02L << 32);
            IncompatibleVersionException refused =
                    assertThrows(IncompatibleVersionException.class, () -> Writer.connect(name));
            assertEquals(2, refused.major());
            assertEquals(1, refused.minor());
            assertEquals(2, refused.patch());
            assertEquals(0, reader.health().writerPid());
        }
    }

    @Test
    void shouldKeepAnUnreadableFrameTheNextOneUntilItIsRepaired() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[100]);
            for (long size : new long[] {0, -1, 4096, 4096 - 15, 101, Long.MAX_VALUE, Long.MIN_VALUE}) {
                patch(FIRST_FRAME, size);
                CorruptBufferException corrupt =
                        assertThrows(CorruptBufferException.class, () -> reader.read(Duration.ZERO));
                assertEquals("frame size", corrupt.field());
            }
            patch(FIRST_FRAME, 100);
            patch(FIRST_FRAME + 8, 7);
            for (int attempt = 0; attempt < 2; attempt++) {
                SequenceGapException gap = assertThrows(SequenceGapException.class, () -> reader.read(Duration.ZERO));
                assertEquals(1, gap.expected());
                assertEquals(7, gap.actual());
            }
            patch(FIRST_FRAME + 8, 1);
            patch(HeaderBlock.PAYLOAD_READ_POS_OFFSET, 5000);
            assertEquals(
                    "payload_read_pos",
                    assertThrows(CorruptBufferException.class, () -> reader.read(Duration.ZERO))
                            .field());
            patch(HeaderBlock.PAYLOAD_READ_POS_OFFSET, 0);
            patch(HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET, 4097);
            assertEquals(
                    "payload_free_bytes",
                    assertThrows(CorruptBufferException.class, () -> reader.read(Duration.ZERO))
                            .field());
            patch(HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET, 4096 - 116);
            assertEquals(100, reader.read(Duration.ZERO).size());
        }
    }

    @Test
    void shouldRefuseCorruptMetadata() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            writer.writeMetadata(new byte[10]);
            patch(128, 11);
            assertEquals(
                    "metadata prefix",
                    assertThrows(CorruptBufferException.class, reader::metadata).field());
            patch(HeaderBlock.METADATA_WRITTEN_BYTES_OFFSET, 65);
            assertEquals(
                    "metadata_written_bytes",
                    assertThrows(CorruptBufferException.class, reader::metadata).field());
            patch(HeaderBlock.METADATA_WRITTEN_BYTES_OFFSET, 7);
            assertThrows(CorruptBufferException.class, reader::metadata);
            patch(HeaderBlock.METADATA_WRITTEN_BYTES_OFFSET, 18);
            patch(128, 10);
            assertEquals(10, reader.metadata().orElseThrow().length);
        }
    }

    @Test
    void shouldNotTakeAStrangerForTheWriterBecauseOfItsProcessId() throws IOException {
        ReaderConfig config = ReaderConfig.builder()
                .metadataSize(0)
                .payloadSize(4096)
                .silenceTimeout(SHORT)
                .build();
        try (Reader reader = Reader.create(name, config);
                ChildProcess stranger = ChildProcess.start(new ProcessBuilder("sleep", "300"))) {
            // As left by a writer that died, or as stored by one in another PID namespace: this process and number 1
            // are the likely ones there. The second proves nothing, and is reported for its silence.
            for (long pid : new long[] {stranger.pid(), ProcessHandle.current().pid()}) {
                patch(HeaderBlock.WRITER_PID_OFFSET, pid);
                PeerGoneException dead = assertWriterGone(() -> reader.read(Duration.ofMinutes(5)));
                assertEquals(pid, dead.pid());
            }
            patch(HeaderBlock.WRITER_PID_OFFSET, stranger.pid());
            WriterConfig patient = WriterConfig.builder()
                    .connectTimeout(Duration.ofMinutes(5))
                    .silenceTimeout(SHORT)
                    .build();
            try (Writer writer = Writer.connect(name, patient)) {
                writer.write(new byte[10]);
                reader.read(Duration.ofMinutes(5)).release();
            }
        }
    }

    @Test
    void shouldTurnATruncatedSegmentIntoAnException() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 20).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[1 << 16]);
            Frame frame = reader.read();
            writer.write(new byte[1 << 16]);
            Claim claim = writer.claim(1 << 16);
            Segment.of(name).truncate(0);
            assertFault(() -> frame.getLong(0));
            assertFault(frame::toByteArray);
            assertFault(frame::release);
            assertFault(reader::read);
            assertFault(reader::health);
            assertFault(() -> claim.putLong(0, 1));
            assertFault(claim::commit);
            assertFault(writer::health);
        }
    }

    @Test
    void shouldTurnTruncatedSemaphoresIntoExceptions() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[100]);
            Frame frame = reader.read();
            Segment.ofWriteSemaphore(name).truncate(0);
            Segment.ofReadSemaphore(name).truncate(0);
            assertFault(reader::read);
            assertFault(() -> writer.write(new byte[100]));
            assertFault(frame::release);
        }
    }

    @Test
    void shouldGoOnWhenTheReadSemaphoreIsAtItsMaximum() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            Segment.ofReadSemaphore(name).putInt(0, Integer.MAX_VALUE);
            for (int i = 0; i < 1000; i++) {
                writer.write(new byte[40]);
                reader.read().release();
            }
            assertEquals(1000, reader.framesRead());
        }
    }

    @Test
    void shouldReturnWhenTheTimeIsOverHoweverManyTokensComeWithoutAFrame() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            Segment.ofWriteSemaphore(name).putInt(0, Integer.MAX_VALUE);
            assertTimeoutPreemptively(Duration.ofMinutes(5), () -> {
                assertNull(reader.poll());
                // They are taken for the good-bye of a writer that came and went unseen.
                assertWriterGone(() -> reader.read(Duration.ofMillis(10)));
                assertNull(reader.latest(Duration.ZERO));
            });
        }
    }

    /**
     * The JVM reports such a fault at its next safepoint poll, which may lie behind the library's edge: then the error
     * comes as it is.
     */
    private static void assertFault(Executable access) {
        Throwable fault = assertThrows(Throwable.class, access);
        assertTrue(fault instanceof CorruptBufferException || fault instanceof InternalError, fault::toString);
    }

    private void refusesCorrupt(String field, long offset, long right, long wrong) throws IOException {
        patch(offset, wrong);
        CorruptBufferException refused = assertThrows(CorruptBufferException.class, () -> Writer.connect(name));
        assertEquals(field, refused.field());
        assertEquals(wrong, refused.value());
        patch(offset, right);
    }

    private void patch(long offset, long value) {
        Segment.of(name).putLong(offset, value);
    }
}
