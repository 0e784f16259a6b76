package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.internal.os.BufferObjects;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.os.SharedMemory;
import io.zerobuffer.internal.os.Signal;
import io.zerobuffer.internal.peer.Platform;
import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A reader whose writer does not hold its range, so that it may be one of another implementation. */
final class ForeignConnectionTest {
    private static final long RING = 4096;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldTakeAFrameForATokenWhateverIsSaidToBeFree() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(0));
                RawWriter writer = new RawWriter(name)) {
            for (long said : new long[] {RING, 0, -1, 17, Long.MIN_VALUE, Long.MAX_VALUE}) {
                writer.publish(100);
                writer.set(HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET, Math.min(said, RING - 1));
                writer.post();
                try (Frame frame = reader.read(LONG)) {
                    assertEquals(writer.sequence, frame.sequence());
                }
            }
        }
    }

    @Test
    void shouldHandOutNothingWithoutAToken() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(0));
                RawWriter writer = new RawWriter(name)) {
            writer.publish(100);
            assertNull(reader.poll());
            writer.post();
            reader.poll().release();
            assertNull(reader.poll());
        }
    }

    @Test
    void shouldKeepWhatIsInUseOutOfSightOfAWriterThatGoesByTheReadPosition() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(0));
                RawWriter writer = new RawWriter(name)) {
            writer.write(84);
            writer.write(84);
            Frame first = reader.read(LONG);
            Frame second = reader.read(LONG);
            assertEquals(0, writer.get(HeaderBlock.PAYLOAD_READ_POS_OFFSET));
            second.release();
            assertEquals(0, writer.get(HeaderBlock.PAYLOAD_READ_POS_OFFSET));
            first.release();
            assertEquals(200, writer.get(HeaderBlock.PAYLOAD_READ_POS_OFFSET));
        }
    }

    @Test
    void shouldMoveItsPositionAtOnceForAWriterOfThisLibrary() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(0));
                Writer writer = Writer.connect(name);
                RawWriter look = new RawWriter(name, null)) {
            writer.write(new byte[84]);
            Frame frame = reader.read(LONG);
            assertEquals(100, look.get(HeaderBlock.PAYLOAD_READ_POS_OFFSET));
            frame.release();
        }
    }

    @Test
    void shouldTellWithTheNextReadThatAFrameInUseWasWrittenOver() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(0));
                RawWriter writer = new RawWriter(name)) {
            writer.write(100);
            try (Frame frame = reader.read(LONG)) {
                writer.overwrite(0, 100, 37);
                assertEquals(1, frame.sequence());
            }
            writer.write(50);
            CorruptBufferException told = assertThrows(CorruptBufferException.class, reader::poll);
            assertEquals("sequence of a frame in use", told.field());
            assertEquals(37, told.value());
            try (Frame next = reader.poll()) {
                assertEquals(2, next.sequence());
            }
            assertEquals(RING, writer.get(HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET));
        }
    }

    @Test
    void shouldTellWithTheNextDrainThatAFrameInUseWasWrittenOver() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(0));
                RawWriter writer = new RawWriter(name)) {
            writer.write(100);
            writer.write(50);
            assertEquals(1, reader.drain(frame -> writer.overwrite(0, 100, 37), 10));
            assertThrows(CorruptBufferException.class, () -> reader.drain(frame -> {}, 10));
            assertEquals(1, reader.drain(frame -> assertEquals(2, frame.sequence()), 10));
        }
    }

    @Test
    void shouldGetAWriterOnThatSleepsThoughTheRingIsEmpty() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(0));
                RawWriter writer = new RawWriter(name)) {
            writer.write(2100);
            reader.read(LONG).release();
            // It waits for the 1980 bytes behind its position and for the frame.
            CompletableFuture<Boolean> woken = CompletableFuture.supplyAsync(writer::awaitRelease);
            Frame none = reader.read(Duration.ofMillis(1));
            while (!woken.isDone()) {
                assertNull(none);
                none = reader.read(Duration.ofMillis(1));
            }
            assertTrue(woken.get(1, TimeUnit.MINUTES));
            assertEquals(0, writer.get(HeaderBlock.PAYLOAD_READ_POS_OFFSET));
            assertEquals(0, writer.get(HeaderBlock.PAYLOAD_WRITE_POS_OFFSET));
            writer.write(4000);
            try (Frame frame = reader.read(LONG)) {
                assertNotNull(frame);
                assertEquals(4000, frame.size());
            }
        }
    }

    @Test
    void shouldGiveBackWhatAWriterLostThatSleepsThoughTheRingIsEmpty() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(0));
                RawWriter writer = new RawWriter(name)) {
            writer.write(100);
            reader.read(LONG).release();
            writer.set(HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET, RING - 116);
            CompletableFuture<Boolean> woken = CompletableFuture.supplyAsync(writer::awaitRelease);
            while (!woken.isDone()) {
                assertNull(reader.read(Duration.ofMillis(1)));
            }
            assertTrue(woken.get(1, TimeUnit.MINUTES));
            assertEquals(RING, writer.get(HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET));
        }
    }

    @Test
    void shouldLeaveTheRingToAWriterThatDoesNotSleep() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(0));
                RawWriter writer = new RawWriter(name)) {
            writer.write(2100);
            reader.read(LONG).release();
            writer.set(HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET, RING - 116);
            assertNull(reader.read(Duration.ofMillis(20)));
            assertEquals(2116, writer.get(HeaderBlock.PAYLOAD_WRITE_POS_OFFSET));
            assertEquals(RING - 116, writer.get(HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET));
        }
    }

    /** Stores what a published writer stores, without its range. */
    private static final class RawWriter implements AutoCloseable {
        private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

        private final Arena arena = Arena.ofShared();
        private final ChildProcess process;
        private final SharedMemory memory;
        private final MemorySegment segment;
        private final Signal writeSemaphore;
        private final Signal readSemaphore;
        private long position;
        private long sequence;

        /** With the id of a process that maps the segment, as a writer does. */
        RawWriter(String name) throws IOException, OsException {
            this(
                    name,
                    ChildJvm.start(
                            List.of(),
                            Mapper.class,
                            TestBuffers.segmentFile(name).toString()));
            assertEquals("mapped", process.readLine());
            set(HeaderBlock.WRITER_PID_OFFSET, process.pid());
        }

        /** @param process whose id to have; null: only looks */
        RawWriter(String name, ChildProcess process) throws OsException {
            this.process = process;
            BufferObjects buffers = Platform.operatingSystem(name).buffers();
            memory = buffers.open(name, HeaderBlock.SIZE, arena);
            segment = memory.segment();
            writeSemaphore = buffers.openSignal(name, Role.WRITER, arena);
            readSemaphore = buffers.openSignal(name, Role.READER, arena);
        }

        void write(long size) {
            publish(size);
            post();
        }

        void publish(long size) {
            position = get(HeaderBlock.PAYLOAD_WRITE_POS_OFFSET);
            overwrite(position, size, ++sequence);
            set(HeaderBlock.PAYLOAD_WRITE_POS_OFFSET, position + FrameHeader.SIZE + size);
            set(HeaderBlock.PAYLOAD_WRITTEN_COUNT_OFFSET, sequence);
            HeaderBlock.addPayloadFreeBytesVolatile(segment, 0, -FrameHeader.SIZE - size);
        }

        void overwrite(long at, long size, long number) {
            FrameHeader.write(segment, HeaderBlock.SIZE + at, size, number);
        }

        void post() {
            writeSemaphore.post();
        }

        /** Waits for a token that is not that of a frame; a token means "look again". */
        boolean awaitRelease() {
            readSemaphore.takeAll();
            return readSemaphore.take(TimeUnit.MINUTES.toNanos(1));
        }

        long get(long field) {
            return segment.get(LONG, field);
        }

        void set(long field, long value) {
            segment.set(LONG, field, value);
        }

        @Override
        public void close() {
            memory.close();
            arena.close();
            if (process != null) {
                process.close();
            }
        }
    }

    /** Maps a file until its input ends. */
    static final class Mapper {
        private Mapper() {}

        public static void main(String[] args) throws IOException {
            try (FileChannel file = FileChannel.open(Path.of(args[0]))) {
                MemorySegment mapped = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), Arena.global());
                System.out.println(mapped.get(ValueLayout.JAVA_INT, 0) == HeaderBlock.SIZE ? "mapped" : "not a buffer");
                System.in.read();
            }
        }
    }
}
