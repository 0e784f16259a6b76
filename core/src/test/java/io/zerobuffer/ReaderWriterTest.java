package io.zerobuffer;

import static io.zerobuffer.Departures.assertReaderGone;
import static io.zerobuffer.Departures.assertWriterGone;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.EmptyFrameException;
import io.zerobuffer.errors.FrameTooLargeException;
import io.zerobuffer.errors.MetadataAlreadyWrittenException;
import io.zerobuffer.errors.MetadataTooLargeException;
import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import io.zerobuffer.errors.WriterAlreadyConnectedException;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReaderWriterTest {
    private static final WriterConfig IMPATIENT =
            WriterConfig.builder().writeTimeout(Duration.ofMillis(20)).build();

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldHandOutTheBytesThatWereWrittenByAnyWay() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name);
                Arena arena = Arena.ofConfined()) {
            assertEquals(1, writer.write("array".getBytes(UTF_8)));
            assertEquals(2, writer.write("xxpartxx".getBytes(UTF_8), 2, 4));
            ByteBuffer buffer = ByteBuffer.wrap("..heap buffer".getBytes(UTF_8)).position(2);
            assertEquals(3, writer.write(buffer));
            assertEquals(0, buffer.remaining());
            assertEquals(
                    4,
                    writer.write(ByteBuffer.allocateDirect(4).putInt(0x01020304).flip()));
            assertEquals(5, writer.write(arena.allocateFrom("native")));
            try (Claim claim = writer.claim(5)) {
                claim.copyFrom("claim".getBytes(UTF_8));
                assertEquals(6, claim.commit());
            }
            assertArrayEquals("array".getBytes(UTF_8), next(reader));
            assertArrayEquals("part".getBytes(UTF_8), next(reader));
            assertArrayEquals("heap buffer".getBytes(UTF_8), next(reader));
            assertArrayEquals(new byte[] {1, 2, 3, 4}, next(reader));
            assertArrayEquals("native\0".getBytes(UTF_8), next(reader));
            assertArrayEquals("claim".getBytes(UTF_8), next(reader));
            assertEquals(6, reader.framesRead());
            assertEquals(6, writer.framesWritten());
            assertEquals(writer.bytesWritten(), reader.bytesRead());
        }
    }

    @Test
    void shouldShowAFrameThroughEveryAccessorAlike() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            try (Claim claim = writer.claim(16)) {
                claim.putByte(0, (byte) -2);
                claim.putShort(1, (short) 0x1234);
                claim.putInt(3, 0x12345678);
                claim.putLong(8, 0x0102030405060708L);
                claim.segment().set(ValueLayout.JAVA_BYTE, 7, (byte) 9);
                claim.commit();
            }
            try (Frame frame = reader.read()) {
                assertEquals(-2, frame.getByte(0));
                assertEquals(0x1234, frame.getShort(1));
                assertEquals(0x12345678, frame.getInt(3));
                assertEquals(9, frame.getByte(7));
                assertEquals(0x0102030405060708L, frame.getLong(8));
                assertEquals(0x0102030405060708L, frame.buffer().getLong(8));
                byte[] part = new byte[4];
                frame.copyTo(7, part, 1, 2);
                assertArrayEquals(new byte[] {0, 9, 8, 0}, part);
                MemorySegment copy = MemorySegment.ofArray(new byte[16]);
                frame.copyTo(copy);
                assertEquals(-1, copy.mismatch(frame.segment()));
                assertTrue(frame.segment().isReadOnly());
                assertTrue(frame.buffer().isReadOnly());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                1,
                1024,
                2047,
                2048,
                2049,
                2560,
                4095,
                4096,
                8191,
                8192,
                8193,
                1 << 20,
                (1 << 20) + 1,
                (3 << 20) + 513
            })
    void shouldCopyEveryByteOfAFrame(int size) {
        byte[] sent = new byte[size];
        new Random(size).nextBytes(sent);
        try (Arena arena = Arena.ofConfined();
                Reader reader =
                        Reader.create(name, ReaderConfig.ofPayload(8 << 20).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(sent);
            try (Frame frame = reader.read()) {
                writer.write(frame);
                assertArrayEquals(sent, frame.toByteArray());
                byte[] array = new byte[size + 2];
                frame.copyTo(0, array, 1, size);
                assertArrayEquals(sent, Arrays.copyOfRange(array, 1, size + 1));
                assertEquals(0, array[0] | array[size + 1]);
                MemorySegment larger = arena.allocate(size + 1);
                frame.copyTo(larger);
                assertEquals(-1, larger.asSlice(0, size).mismatch(MemorySegment.ofArray(sent)));
                assertEquals(0, larger.get(ValueLayout.JAVA_BYTE, size));
                MemorySegment smaller = MemorySegment.ofArray(new byte[size - 1]);
                assertThrows(IndexOutOfBoundsException.class, () -> frame.copyTo(smaller));
                assertArrayEquals(new byte[size - 1], smaller.toArray(ValueLayout.JAVA_BYTE));
            }
            assertArrayEquals(sent, next(reader));
        }
    }

    @Test
    void shouldRoundSizesUpToMultiplesOf64() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1000).withMetadataSize(10));
                Writer writer = Writer.connect(name)) {
            assertEquals(64, reader.metadataSize());
            assertEquals(1024, reader.payloadSize());
            assertEquals(64, writer.metadataSize());
            assertEquals(1024, writer.payloadSize());
            assertEquals(1008, writer.maxFrameSize());
        }
    }

    @Test
    void shouldAnswerNullWhenNoFrameComesInTime() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            assertNull(reader.read(Duration.ZERO));
            assertNull(reader.read(Duration.ofMillis(10)));
            writer.write(new byte[1]);
            assertNotNull(reader.read(Duration.ZERO));
        }
    }

    @Test
    void shouldGiveBackSpaceInReadOrderHoweverFramesAreReleased() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(192).withMetadataSize(0));
                Writer writer = Writer.connect(name, IMPATIENT)) {
            writer.write(filled(48, 1));
            writer.write(filled(48, 2));
            writer.write(filled(48, 3));
            Frame first = reader.read();
            Frame second = reader.read();
            Frame third = reader.read();
            third.release();
            second.release();
            assertThrows(BufferFullException.class, () -> writer.write(filled(48, 4)));
            assertEquals(1, first.getByte(0));
            first.release();
            writer.write(filled(48, 4));
            writer.write(filled(48, 5));
            assertArrayEquals(filled(48, 4), next(reader));
            assertArrayEquals(filled(48, 5), next(reader));
        }
    }

    @Test
    void shouldHoldHundredsOfFramesAtOnce() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 16).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            ArrayDeque<Frame> held = new ArrayDeque<>();
            for (int lap = 0; lap < 20; lap++) {
                for (int i = 0; i < 300; i++) {
                    writer.write(filled(100, i));
                    held.add(reader.read());
                }
                for (int i = 0; i < 300; i++) {
                    Frame frame = held.remove();
                    assertArrayEquals(filled(100, i), frame.toByteArray());
                    frame.release();
                }
            }
            assertEquals(reader.payloadSize(), reader.health().freeBytes());
        }
    }

    @Test
    void shouldLeaveTheRingAsItWasWhenAWriteFails() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(128).withMetadataSize(0));
                Writer writer = Writer.connect(name, IMPATIENT)) {
            writer.write(filled(60, 1));
            String before = writer.health().toString();
            BufferFullException full = assertThrows(BufferFullException.class, () -> writer.write(filled(60, 2)));
            assertEquals(name, full.bufferName());
            assertEquals(52, full.freeBytes());
            assertEquals(128, full.payloadSize());
            assertThrows(EmptyFrameException.class, () -> writer.write(new byte[0]));
            FrameTooLargeException tooLarge =
                    assertThrows(FrameTooLargeException.class, () -> writer.write(new byte[113]));
            assertEquals(112, tooLarge.maxFrameSize());
            assertEquals(before, writer.health().toString());
            assertArrayEquals(filled(60, 1), next(reader));
            assertEquals(2, writer.write(filled(112, 3)));
            assertArrayEquals(filled(112, 3), next(reader));
        }
    }

    @Test
    void shouldNotBurnASequenceNumberWhenAClaimIsAborted() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            String before = writer.health().toString();
            writer.claim(100).abort();
            try (Claim claim = writer.claim(200)) {
                claim.putLong(0, 7);
            }
            assertEquals(before, writer.health().toString());
            assertEquals(1, writer.write(new byte[1]));
            assertEquals(1, next(reader).length);
        }
    }

    @Test
    void shouldHaveOneClaimAtATime() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            // The first claim has to look at the ring, the next one need not.
            for (int round = 0; round < 2; round++) {
                Claim claim = writer.claim(10);
                assertThrows(IllegalStateException.class, () -> writer.claim(10));
                assertThrows(IllegalStateException.class, () -> writer.write(new byte[10]));
                assertThrows(IllegalStateException.class, writer::claims);
                claim.commit();
                assertEquals(2 + 2 * round, writer.write(new byte[1]));
                assertEquals(10, next(reader).length);
                assertEquals(1, next(reader).length);
            }
        }
    }

    @Test
    void shouldKeepTheRingWhenTheSourceOfAWriteCannotBeRead() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            Arena arena = Arena.ofConfined();
            MemorySegment source = arena.allocate(10);
            arena.close();
            assertThrows(IllegalStateException.class, () -> writer.write(source));
            assertEquals(1, writer.write(new byte[] {5}));
            assertArrayEquals(new byte[] {5}, next(reader));
        }
    }

    @Test
    void shouldCarryMetadataWithoutItsPrefixAndOnlyOnce() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            assertEquals(Optional.empty(), reader.metadata());
            assertThrows(MetadataTooLargeException.class, () -> writer.writeMetadata(new byte[57]));
            writer.writeMetadata(10, Claim::abort);
            assertThrows(
                    ArithmeticException.class,
                    () -> writer.writeMetadata(10, claim -> claim.putInt(0, 1 / (int) (claim.size() - 10))));
            assertEquals(Optional.empty(), reader.metadata());
            writer.writeMetadata(filled(56, 3));
            assertArrayEquals(filled(56, 3), reader.metadata().orElseThrow());
            MetadataAlreadyWrittenException again =
                    assertThrows(MetadataAlreadyWrittenException.class, () -> writer.writeMetadata(new byte[1]));
            assertEquals(56, again.writtenBytes());
        }
    }

    @Test
    void shouldPublishTheMetadataOfTheFirstFillerThatReturns() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            assertThrows(
                    MetadataAlreadyWrittenException.class,
                    () -> writer.writeMetadata(8, claim -> writer.writeMetadata(new byte[] {7})));
            assertArrayEquals(new byte[] {7}, reader.metadata().orElseThrow());
        }
    }

    @Test
    void shouldWriteMetadataWhileAClaimIsOpen() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name);
                Claim claim = writer.claim(3)) {
            writer.writeMetadata(new byte[] {7});
            assertArrayEquals(new byte[] {7}, reader.metadata().orElseThrow());
            assertEquals(1, claim.commit());
            assertEquals(3, next(reader).length);
        }
    }

    @Test
    void shouldTellEmptyMetadataFromNone() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            writer.writeMetadata(0, claim -> assertEquals(0, claim.size()));
            assertArrayEquals(new byte[0], reader.metadata().orElseThrow());
        }
    }

    @Test
    void shouldRefuseMetadataWhenTheBufferHasNoBlockForIt() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            assertThrows(MetadataTooLargeException.class, () -> writer.writeMetadata(new byte[0]));
            assertEquals(Optional.empty(), reader.metadata());
        }
    }

    @Test
    void shouldRefuseASecondReaderAndASecondWriterAndGoOn() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            long pid = ProcessHandle.current().pid();
            assertEquals(
                    pid,
                    assertThrows(
                                    ReaderAlreadyConnectedException.class,
                                    () -> Reader.create(
                                            name, ReaderConfig.ofPayload(64).withMetadataSize(0)))
                            .pid());
            assertEquals(
                    pid,
                    assertThrows(WriterAlreadyConnectedException.class, () -> Writer.connect(name))
                            .pid());
            writer.write(new byte[] {1});
            assertArrayEquals(new byte[] {1}, next(reader));
            assertTrue(reader.isWriterConnected());
            assertTrue(writer.isReaderConnected());
        }
    }

    @Test
    void shouldContinueTheSequenceWhenAWriterReconnects() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(256).withMetadataSize(0))) {
            long expected = 1;
            for (int connection = 0; connection < 50; connection++) {
                try (Writer writer = Writer.connect(name)) {
                    for (int i = 0; i <= connection % 4; i++) {
                        assertEquals(expected, writer.write(filled(1 + (int) (expected * 7 % 60), (int) expected)));
                        try (Frame frame = reader.read()) {
                            assertEquals(expected, frame.sequence());
                            assertArrayEquals(
                                    filled(1 + (int) (expected * 7 % 60), (int) expected), frame.toByteArray());
                        }
                        expected++;
                    }
                }
            }
        }
    }

    @Test
    void shouldReportAWriterThatClosedOnceAfterItsLastFrame() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            try (Writer writer = Writer.connect(name)) {
                writer.write(new byte[] {1});
                writer.write(new byte[] {2});
            }
            assertArrayEquals(new byte[] {1}, next(reader));
            assertArrayEquals(new byte[] {2}, next(reader));
            assertTrue(assertWriterGone(reader::read).closed());
            assertNull(reader.read(Duration.ofMillis(1)));
            assertFalse(reader.isWriterConnected());
            try (Writer writer = Writer.connect(name)) {
                assertNull(reader.read(Duration.ZERO));
            }
            assertTrue(assertWriterGone(reader::read).closed());
        }
    }

    @Test
    void shouldReportAWriterThatCameAndWentBetweenTwoReads() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            Writer.connect(name).close();
            assertTrue(assertWriterGone(reader::read).closed());
            assertNull(reader.read(Duration.ofMillis(1)));
        }
    }

    @Test
    void shouldTellTheWriterThatTheReaderClosed() {
        Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
        try (Writer writer = Writer.connect(name)) {
            writer.write(new byte[1]);
            reader.close();
            assertTrue(assertReaderGone(() -> writer.write(new byte[1])).closed());
            assertReaderGone(() -> writer.write(MemorySegment.ofArray(new byte[1])));
            assertReaderGone(() -> writer.tryWrite(new byte[1]));
            assertReaderGone(() -> writer.claim(1));
            assertFalse(writer.isReaderConnected());
            assertEquals(1, writer.framesWritten(), "frames that no reader was there for");
            assertEquals(1, writer.bytesWritten());
        }
        assertThrows(BufferNotFoundException.class, () -> Writer.connect(name));
    }

    @Test
    void shouldLetALaterReaderReuseTheNameWhileAnOldWriterIsStillThere() {
        Reader first = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
        try (Writer old = Writer.connect(name)) {
            first.close();
            try (Reader second =
                            Reader.create(name, ReaderConfig.ofPayload(8192).withMetadataSize(0));
                    Writer writer = Writer.connect(name)) {
                assertReaderGone(() -> old.write(new byte[] {1}));
                assertEquals(8192, writer.payloadSize());
                writer.write(new byte[] {2});
                assertArrayEquals(new byte[] {2}, next(second));
                old.close();
                writer.write(new byte[] {3});
                assertArrayEquals(new byte[] {3}, next(second));
            }
        }
    }

    @Test
    void shouldConnectAsSoonAsTheBufferIsComplete() throws InterruptedException {
        Reader[] reader = new Reader[1];
        Thread creator = Thread.ofPlatform().start(() -> {
            sleep(50);
            reader[0] = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
        });
        try (Writer writer = Writer.connect(name, Duration.ofSeconds(60))) {
            creator.join();
            writer.write(new byte[] {1});
            assertArrayEquals(new byte[] {1}, next(reader[0]));
        } finally {
            creator.join();
            reader[0].close();
        }
    }

    @Test
    void shouldSayWhichPartOfABufferIsMissing() {
        assertEquals(
                "its shared memory",
                assertThrows(BufferNotFoundException.class, () -> Writer.connect(name))
                        .missing());
    }

    @Test
    void shouldTellHowFullTheRingIs() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1024).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            assertEquals(BufferHealth.Level.HEALTHY, reader.health().level());
            writer.write(new byte[803]);
            assertEquals(BufferHealth.Level.HEALTHY, reader.health().level());
            writer.write(new byte[1]);
            BufferHealth health = writer.health();
            assertEquals(836, health.usedBytes());
            assertEquals(836 / 1024.0, health.utilisation());
            assertEquals(BufferHealth.Level.DEGRADED, health.level());
            String text = health.toString();
            assertTrue(text.startsWith("buffer '" + name + "': 836 of 1024 bytes used, DEGRADED, 2 written"), text);
            writer.write(new byte[140]);
            assertEquals(BufferHealth.Level.CRITICAL, reader.health().level());
            assertEquals(3, reader.health().writtenCount());
            assertEquals(0, reader.health().readCount());
        }
    }

    @Test
    void shouldPassFramesBetweenThreadsUnderBackPressure() throws InterruptedException {
        int frames = 50_000;
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            Thread producer = Thread.ofPlatform().start(() -> {
                try (Writer writer = Writer.connect(name)) {
                    for (int i = 0; i < frames; i++) {
                        writer.write(filled(1 + i % 500, i));
                    }
                }
            });
            for (int i = 0; i < frames; i++) {
                try (Frame frame = reader.read(Duration.ofSeconds(60))) {
                    assertEquals(i + 1, frame.sequence());
                    assertArrayEquals(filled(1 + i % 500, i), frame.toByteArray());
                }
            }
            assertTrue(assertWriterGone(reader::read).closed());
            producer.join();
        }
    }

    private static byte[] next(Reader reader) {
        try (Frame frame = reader.read()) {
            return frame.toByteArray();
        }
    }

    private static byte[] filled(int size, int seed) {
        byte[] bytes = new byte[size];
        for (int j = 0; j < size; j++) {
            bytes[j] = (byte) (seed + j);
        }
        bytes[size - 1] = (byte) seed;
        return bytes;
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
