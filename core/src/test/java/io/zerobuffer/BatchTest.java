package io.zerobuffer;

import static io.zerobuffer.Departures.assertReaderGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.EmptyFrameException;
import io.zerobuffer.errors.FrameReleasedException;
import io.zerobuffer.errors.FrameTooLargeException;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BatchTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldShowNoFrameBeforeItIsPublishedAndThenAllInOrder() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            try (Batch batch = writer.batch()) {
                assertEquals(1, batch.write(new byte[] {1}));
                assertEquals(2, batch.write(new byte[] {9, 2, 9}, 1, 1));
                assertEquals(3, batch.write(MemorySegment.ofArray(new byte[] {3})));
                assertNull(reader.poll());
                assertEquals(4096, reader.health().freeBytes());
                try (Claim claim = batch.claim(1)) {
                    claim.putByte(0, (byte) 4);
                    assertEquals(4, claim.commit());
                }
                try (Claim abandoned = batch.claim(1000)) {
                    abandoned.putByte(0, (byte) 77);
                }
                assertEquals(5, batch.write(1, claim -> claim.putByte(0, (byte) 5)));
                assertNull(reader.poll());
                assertEquals(5, writer.framesWritten());
            }
            assertEquals(4096 - 5 * 17, reader.health().freeBytes());
            for (int i = 1; i <= 5; i++) {
                try (Frame frame = reader.poll()) {
                    assertEquals(i, frame.sequence());
                    assertEquals(i, frame.getByte(0));
                }
            }
            assertNull(reader.poll());
            assertEquals(6, writer.write(new byte[1]));
        }
    }

    @Test
    void shouldPublishWhatThereIsWhenAskedTo() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name);
                Batch batch = writer.batch()) {
            batch.publish();
            assertNull(reader.poll());
            batch.write(new byte[10]);
            batch.publish();
            assertEquals(1, reader.poll().sequence());
            batch.write(new byte[10]);
            assertNull(reader.poll());
        }
    }

    @Test
    void shouldPublishByItselfAtAQuarterOfTheRing() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name);
                Batch batch = writer.batch()) {
            batch.write(new byte[1000]);
            assertNull(reader.poll());
            batch.write(new byte[8]);
            assertEquals(1, reader.poll().sequence());
            assertEquals(2, reader.poll().sequence());
        }
    }

    @Test
    void shouldPublishWhenItWrapsAndWhenItWaits() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            for (int i = 0; i < 4; i++) {
                writer.write(new byte[984]);
                reader.poll().release();
            }
            try (Batch batch = writer.batch()) {
                batch.write(new byte[40]);
                assertNull(reader.poll());
                batch.write(new byte[500]);
                assertEquals(40, reader.poll().size());
                assertNull(reader.poll());
            }
            assertEquals(500, reader.poll().size());
        }
    }

    @Test
    void shouldKeepPublishedWhatAWriteThatFoundNoSpaceLeftBehind() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(
                        name,
                        WriterConfig.builder()
                                .writeTimeout(Duration.ofMillis(1))
                                .build())) {
            try (Batch batch = writer.batch()) {
                for (int i = 1; i <= 4; i++) {
                    batch.write(new byte[900]);
                }
                batch.write(new byte[300]);
                assertThrows(BufferFullException.class, () -> batch.write(new byte[500]));
                assertThrows(FrameTooLargeException.class, () -> batch.write(new byte[4096]));
                assertThrows(EmptyFrameException.class, () -> batch.write(new byte[0]));
                assertEquals(4096 - 4 * 916 - 316, reader.health().freeBytes());
                reader.drain(frame -> {}, 100);
                assertEquals(6, batch.write(new byte[500]));
            }
            assertEquals(500, reader.poll().size());
        }
    }

    @Test
    void shouldCarryFramesOfEverySizeWhateverTheBatches() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                for (int size = 1; size <= 2000; ) {
                    try (Batch batch = writer.batch()) {
                        for (int i = size % 7; i >= 0 && size <= 2000; i--, size++) {
                            byte mark = (byte) size;
                            batch.write(size, claim -> {
                                for (long at = 0; at < claim.size(); at++) {
                                    claim.putByte(at, mark);
                                }
                            });
                        }
                    }
                }
            });
            int[] next = {1};
            Consumer<Frame> checked = frame -> {
                assertEquals(next[0], frame.sequence());
                assertEquals(next[0], frame.size());
                for (long at = 0; at < frame.size(); at++) {
                    assertEquals((byte) next[0], frame.getByte(at));
                }
                next[0]++;
            };
            while (next[0] <= 2000) {
                assertTrue(reader.drain(checked, 1 + next[0] % 11, LONG) > 0);
            }
            Eventually.join(writing);
        }
    }

    @Test
    void shouldRefuseWhatWouldGetInItsWay() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            Batch batch = writer.batch();
            assertThrows(IllegalStateException.class, () -> writer.write(new byte[1]));
            assertThrows(IllegalStateException.class, () -> writer.tryWrite(new byte[1]));
            assertThrows(IllegalStateException.class, () -> writer.claim(1));
            assertThrows(IllegalStateException.class, () -> writer.write(1, claim -> {}));
            assertThrows(IllegalStateException.class, writer::batch);
            Claim claim = batch.claim(3);
            assertThrows(IllegalStateException.class, () -> batch.write(new byte[1]));
            batch.close();
            batch.close();
            assertThrows(IllegalStateException.class, () -> batch.write(new byte[1]));
            assertThrows(IllegalStateException.class, batch::publish);
            claim.putByte(2, (byte) 3);
            assertEquals(1, claim.commit());
            assertEquals(3, reader.poll().getByte(2));
            assertSame(batch, writer.batch());
        }
    }

    @Test
    void shouldTellThatTheReaderOrTheWriterIsGone() {
        Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
        try (Writer writer = Writer.connect(name)) {
            try (Batch batch = writer.batch()) {
                batch.write(new byte[1]);
                reader.close();
                batch.publish();
                assertReaderGone(() -> batch.write(new byte[1]));
            }
            Batch late = writer.batch();
            writer.close();
            assertThrows(BufferClosedException.class, () -> late.write(new byte[1]));
            assertThrows(BufferClosedException.class, late::publish);
            late.close();
        }
    }

    @Test
    void shouldAbortWhatItsFillerDidNotFill() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            Claim[] kept = new Claim[1];
            assertThrows(
                    ArithmeticException.class,
                    () -> writer.write(10, claim -> {
                        kept[0] = claim;
                        throw new ArithmeticException();
                    }));
            assertThrows(FrameReleasedException.class, () -> kept[0].putByte(0, (byte) 1));
            assertEquals(0, writer.write(10, Claim::abort));
            assertEquals(1, writer.write(10, claim -> claim.putByte(9, (byte) 5)));
            assertThrows(FrameReleasedException.class, () -> kept[0].putByte(0, (byte) 1));
            assertEquals(5, reader.poll().getByte(9));
            assertNull(reader.poll());
        }
    }

    @Test
    void shouldCopyAFrameOfAnotherBuffer() {
        try (Reader from = Reader.create(
                        name + "-from", ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Reader to =
                        Reader.create(name + "-to", ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer source = Writer.connect(from.name());
                Writer writer = Writer.connect(to.name())) {
            source.write(new byte[] {1, 2, 3});
            Frame frame = from.poll();
            assertEquals(1, writer.write(frame));
            try (Batch batch = writer.batch()) {
                batch.write(frame);
            }
            try (Claim claim = writer.claim(5)) {
                claim.copyFrom(2, frame);
                assertThrows(IndexOutOfBoundsException.class, () -> claim.copyFrom(3, frame));
                claim.commit();
            }
            frame.release();
            assertThrows(FrameReleasedException.class, () -> writer.write(frame));
            assertFalse(writer.health().freeBytes() == writer.payloadSize());
            for (int offset : new int[] {0, 0, 2}) {
                Frame copy = to.poll();
                assertNotNull(copy);
                assertEquals(3 + offset, copy.size());
                assertEquals(3, copy.getByte(2 + offset));
            }
            assertNull(to.poll());
        }
    }
}
