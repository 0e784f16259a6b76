package io.zerobuffer.internal.wire;

import static io.zerobuffer.internal.address.Unchecked.MEMORY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The numbers here are those of the protocol page, not derived from the constants under test. */
final class HeaderBlockTest {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Each byte differs, so that a swapped byte order or a truncated width shows. */
    private static final long VALUE = 0x8877665544332211L;

    private final MemorySegment segment = Arena.ofAuto().allocate(128, 64);

    @Test
    void shouldHaveTheOffsetsOfTheProtocol() {
        assertEquals(128, HeaderBlock.SIZE);
        assertEquals(0x00, HeaderBlock.OIEB_SIZE_OFFSET);
        assertEquals(0x04, HeaderBlock.VERSION_OFFSET);
        assertEquals(0x08, HeaderBlock.METADATA_SIZE_OFFSET);
        assertEquals(0x10, HeaderBlock.METADATA_FREE_BYTES_OFFSET);
        assertEquals(0x18, HeaderBlock.METADATA_WRITTEN_BYTES_OFFSET);
        assertEquals(0x20, HeaderBlock.PAYLOAD_SIZE_OFFSET);
        assertEquals(0x28, HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET);
        assertEquals(0x30, HeaderBlock.PAYLOAD_WRITE_POS_OFFSET);
        assertEquals(0x38, HeaderBlock.PAYLOAD_READ_POS_OFFSET);
        assertEquals(0x40, HeaderBlock.PAYLOAD_WRITTEN_COUNT_OFFSET);
        assertEquals(0x48, HeaderBlock.PAYLOAD_READ_COUNT_OFFSET);
        assertEquals(0x50, HeaderBlock.WRITER_PID_OFFSET);
        assertEquals(0x58, HeaderBlock.READER_PID_OFFSET);
        assertEquals(0x68, HeaderBlock.RANGED_READER_OFFSET);
        assertEquals(0x70, HeaderBlock.WRITER_CONNECTION_OFFSET);
        assertEquals(0x78, HeaderBlock.PAYLOAD_TAKEN_OFFSET);
    }

    @Test
    void shouldReadEachFieldWhereTheProtocolHasIt() {
        assertReads(0x08, HeaderBlock::metadataSize);
        assertReads(0x18, HeaderBlock::metadataWrittenBytesAcquire);
        assertReads(0x20, HeaderBlock::payloadSize);
        assertReadsByAddress(0x28, HeaderBlock::payloadFreeBytesAcquire);
        assertReadsByAddress(0x30, HeaderBlock::payloadWritePositionAcquire);
        assertReadsByAddress(0x38, HeaderBlock::payloadReadPositionAcquire);
        assertReads(0x40, HeaderBlock::payloadWrittenCountAcquire);
        assertReads(0x48, HeaderBlock::payloadReadCountAcquire);
        assertReadsByAddress(0x50, HeaderBlock::writerPidAcquire);
        assertReadsByAddress(0x58, HeaderBlock::readerPidAcquire);
        assertReads(0x68, HeaderBlock::rangedReaderAcquire);
        assertReads(0x70, HeaderBlock::writerConnectionAcquire);
        assertReads(0x78, HeaderBlock::payloadTakenAcquire);
    }

    @Test
    void shouldWriteEachFieldWhereTheProtocolHasItAndNothingElse() {
        assertWritesByAddress(0x28, HeaderBlock::addPayloadFreeBytesVolatile);
        assertWritesByAddress(0x30, HeaderBlock::payloadWritePositionRelease);
        assertWritesByAddress(0x38, HeaderBlock::payloadReadPositionRelease);
        assertWritesByAddress(0x40, HeaderBlock::payloadWrittenCountRelease);
        assertWritesByAddress(0x48, HeaderBlock::payloadReadCountRelease);
        assertWrites(0x50, (block, pid) -> HeaderBlock.compareAndSetWriterPid(block, 0, pid));
        assertWrites(0x50, HeaderBlock::writerPidRelease);
        assertWrites(0x58, HeaderBlock::readerPidRelease);
        assertWrites(0x68, HeaderBlock::rangedReaderRelease);
        assertWrites(0x70, HeaderBlock::writerConnectionRelease);
        assertWritesByAddress(0x78, HeaderBlock::payloadTakenRelease);
    }

    @Test
    void shouldReadTheFirstFourBytesAsTheSizeAndTheNextFourAsTheVersion() {
        segment.set(INT, 0x00, 0x44332211);
        assertEquals(0x44332211, HeaderBlock.oiebSizeAcquire(segment));
        for (int i = 0; i < 4; i++) {
            segment.set(ValueLayout.JAVA_BYTE, 0x04 + i, (byte) (i + 1));
        }
        assertEquals(0x04030201, HeaderBlock.version(segment));
        assertEquals(0x44332211, HeaderBlock.oiebSizeAcquire(segment));
    }

    @Test
    void shouldInitialiseAnEmptyBufferThatNobodySeesYet() {
        HeaderBlock.initialise(segment, new SegmentLayout(192, 4096));
        byte[] expected = new byte[128];
        expected[0x04] = 1;
        expected[0x08] = (byte) 192;
        expected[0x10] = (byte) 192;
        expected[0x21] = 4096 >> 8;
        expected[0x29] = 4096 >> 8;
        assertArrayEquals(expected, bytes());
    }

    @Test
    void shouldPublishByReaderPidAndSizeOnly() {
        HeaderBlock.publishRelease(segment, 0x0102);
        byte[] expected = new byte[128];
        expected[0x00] = (byte) 128;
        expected[0x58] = 0x02;
        expected[0x59] = 0x01;
        assertArrayEquals(expected, bytes());
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldShowTheWholeBlockToAThreadThatSeesItsSize() throws InterruptedException {
        int blocks = 20_000;
        MemorySegment all = Arena.ofAuto().allocate(128L * blocks, 64);
        SegmentLayout layout = new SegmentLayout(192, 4096);
        Thread publisher = Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; i < blocks; i++) {
                MemorySegment block = all.asSlice(128L * i, 128);
                HeaderBlock.initialise(block, layout);
                HeaderBlock.publishRelease(block, 4711);
            }
        });
        for (int i = 0; i < blocks; i++) {
            MemorySegment block = all.asSlice(128L * i, 128);
            while (HeaderBlock.oiebSizeAcquire(block) == 0) {
                assertFalse(Thread.interrupted(), "never published");
                Thread.onSpinWait();
            }
            assertEquals(
                    List.of(128L, 1L, 192L, 192L, 4096L, 4096L, 4711L),
                    List.of(
                            (long) block.get(INT, 0x00),
                            (long) block.get(INT, 0x04),
                            block.get(LONG, 0x08),
                            block.get(LONG, 0x10),
                            block.get(LONG, 0x20),
                            block.get(LONG, 0x28),
                            block.get(LONG, 0x58)));
        }
        publisher.join();
    }

    @Test
    void shouldAddToTheFreeBytesAndAnswerTheSum() {
        segment.set(LONG, 0x28, 3980);
        assertEquals(4080, HeaderBlock.addPayloadFreeBytesVolatile(segment, 0, 100));
        assertEquals(4080, segment.get(LONG, 0x28));
        assertEquals(4000, HeaderBlock.addPayloadFreeBytesVolatile(segment, 0, -80));
        assertEquals(4000, HeaderBlock.payloadFreeBytesAcquire(segment, 0));
    }

    @Test
    void shouldReplaceTheFreeBytesOnlyWhenTheyAreTheExpectedOnes() {
        segment.set(LONG, 0x28, 100);
        assertFalse(HeaderBlock.compareAndSetPayloadFreeBytes(segment, 99, 200));
        assertEquals(100, segment.get(LONG, 0x28));
        assertTrue(HeaderBlock.compareAndSetPayloadFreeBytes(segment, 100, 200));
        assertEquals(200, segment.get(LONG, 0x28));
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void shouldNotLoseAnAdditionToTheFreeBytesWhenBothSidesAdd() throws InterruptedException {
        int additions = 2_000_000;
        CountDownLatch started = new CountDownLatch(1);
        segment.set(LONG, 0x28, 4096);
        Thread reader = Thread.ofPlatform().start(() -> {
            started.countDown();
            for (int i = 0; i < additions; i++) {
                HeaderBlock.addPayloadFreeBytesVolatile(segment, 0, 17);
            }
        });
        started.await();
        for (int i = 0; i < additions; i++) {
            HeaderBlock.addPayloadFreeBytesVolatile(segment, 0, -17);
        }
        reader.join();
        assertEquals(4096, segment.get(LONG, 0x28));
    }

    @Test
    void shouldReplaceTheWriterPidOnlyWhenItIsTheExpectedOne() {
        assertTrue(HeaderBlock.compareAndSetWriterPid(segment, 0, 7));
        assertFalse(HeaderBlock.compareAndSetWriterPid(segment, 0, 8));
        assertEquals(7, segment.get(LONG, 0x50));
        assertTrue(HeaderBlock.compareAndSetWriterPid(segment, 7, 0));
        assertEquals(0, segment.get(LONG, 0x50));
    }

    @Test
    void shouldWriteWhatIsFreeOfTheMetadataBlockBesideWhatIsWritten() {
        HeaderBlock.metadataWrittenBytesRelease(segment, 14, 50);
        byte[] expected = new byte[128];
        expected[0x10] = 50;
        expected[0x18] = 14;
        assertArrayEquals(expected, bytes());
    }

    @Test
    void shouldTakeMetadataAwayOnlyWhereTheyAreTheExpectedOnes() {
        HeaderBlock.metadataWrittenBytesRelease(segment, 14, 50);
        assertFalse(HeaderBlock.compareAndClearMetadataWrittenBytes(segment, 13, 64));
        assertEquals(14, segment.get(LONG, 0x18));
        assertTrue(HeaderBlock.compareAndClearMetadataWrittenBytes(segment, 14, 64));
        byte[] expected = new byte[128];
        expected[0x10] = 64;
        assertArrayEquals(expected, bytes());
    }

    private void assertReads(long offset, ToLongFunction<MemorySegment> accessor) {
        segment.fill((byte) 0x5a);
        segment.set(LONG, offset, VALUE);
        assertEquals(VALUE, accessor.applyAsLong(segment));
    }

    private interface AddressReader {
        long read(MemorySegment memory, long start);
    }

    private interface AddressWriter {
        void write(MemorySegment memory, long start, long value);
    }

    private void assertReadsByAddress(long offset, AddressReader accessor) {
        assertReads(offset, block -> accessor.read(block, 0));
        assertReads(offset, block -> accessor.read(MEMORY, block.address()));
    }

    private void assertWritesByAddress(long offset, AddressWriter accessor) {
        assertWrites(offset, (block, value) -> accessor.write(block, 0, value));
        assertWrites(offset, (block, value) -> accessor.write(MEMORY, block.address(), value));
    }

    private void assertWrites(long offset, ObjLongConsumer<MemorySegment> accessor) {
        segment.fill((byte) 0);
        accessor.accept(segment, VALUE);
        byte[] expected = new byte[128];
        for (int i = 0; i < 8; i++) {
            expected[(int) offset + i] = (byte) (0x11 * (i + 1));
        }
        assertArrayEquals(expected, bytes());
    }

    private byte[] bytes() {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }
}
