package io.zerobuffer.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.IncompatibleVersionException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SegmentLayoutTest {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** 128 for the header block, 64 for metadata, 256 for the ring. */
    private final MemorySegment segment = Arena.ofAuto().allocate(448, 64);

    @ParameterizedTest
    @CsvSource({
        "0, 1, 0, 64",
        "1, 63, 64, 64",
        "63, 64, 64, 64",
        "64, 65, 64, 128",
        "65, 4095, 128, 4096",
        "4096, 4096, 4096, 4096",
        "0, 6442450945, 0, 6442451008",
        "2305843009213693952, 2305843009213693952, 2305843009213693952, 2305843009213693952"
    })
    void shouldRoundSizesUpToSixtyFourBytes(long metadata, long payload, long alignedMetadata, long alignedPayload) {
        assertEquals(new SegmentLayout(alignedMetadata, alignedPayload), SegmentLayout.aligned(metadata, payload));
    }

    @Test
    void shouldPutTheRingBehindTheMetadataBehindTheHeaderBlock() {
        SegmentLayout layout = new SegmentLayout(64, 256);
        assertEquals(128, SegmentLayout.METADATA_OFFSET);
        assertEquals(192, layout.payloadOffset());
        assertEquals(448, layout.blocksSize());
        assertEquals(448 + 64, layout.segmentSize());
        assertEquals(240, layout.maxFrameSize());
        assertEquals(128, new SegmentLayout(0, 256).payloadOffset());
    }

    @Test
    void shouldAddUpTheLargestBlocksWithoutOverflow() {
        SegmentLayout largest = SegmentLayout.aligned(SegmentLayout.MAX_BLOCK_SIZE, SegmentLayout.MAX_BLOCK_SIZE);
        assertEquals(128 + (1L << 62) + 64, largest.segmentSize());
    }

    @Test
    void shouldReadWhatAHeaderBlockDescribes() {
        describe(64, 256);
        assertEquals(new SegmentLayout(64, 256), SegmentLayout.read("b", segment));
    }

    @Test
    void shouldReadSizesThatAnotherImplementationDidNotAlign() {
        describe(8, 100);
        assertEquals(new SegmentLayout(8, 100), SegmentLayout.read("b", segment));
    }

    @Test
    void shouldAcceptASegmentLargerThanItsBlocks() {
        MemorySegment larger = Arena.ofAuto().allocate(8192, 64);
        HeaderBlock.initialise(larger, new SegmentLayout(64, 256));
        assertEquals(new SegmentLayout(64, 256), SegmentLayout.read("b", larger));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00000001, 0x00000501, 0x00070201, 0x7f000001})
    void shouldAcceptEveryVersionOfItsMajor(int version) {
        describe(64, 256);
        segment.set(ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN), 0x04, version);
        assertEquals(new SegmentLayout(64, 256), SegmentLayout.read("b", segment));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "2, 0, 0", "2, 3, 4", "255, 254, 253", "0, 1, 0"})
    void shouldRefuseAnotherMajorVersionBeforeItLooksAtTheSizes(int major, int minor, int patch) {
        describe(-1, -1);
        segment.set(ValueLayout.JAVA_BYTE, 0x04, (byte) major);
        segment.set(ValueLayout.JAVA_BYTE, 0x05, (byte) minor);
        segment.set(ValueLayout.JAVA_BYTE, 0x06, (byte) patch);
        IncompatibleVersionException refusal =
                assertThrows(IncompatibleVersionException.class, () -> SegmentLayout.read("b", segment));
        assertEquals(major, refusal.major());
        assertEquals(minor, refusal.minor());
        assertEquals(patch, refusal.patch());
        assertEquals("b", refusal.bufferName());
        assertTrue(refusal.getMessage().contains(major + "." + minor + "." + patch), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -64, Long.MIN_VALUE, 321, 328, Long.MAX_VALUE, Long.MAX_VALUE - 7, 1, 63, 65})
    void shouldRefuseAnImpossibleMetadataSize(long size) {
        describe(size, 0);
        assertRefused("metadata_size", size, "320");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -64, Long.MIN_VALUE, 257, 320, Long.MAX_VALUE, Long.MAX_VALUE - 63})
    void shouldRefuseAnImpossiblePayloadSize(long size) {
        describe(64, size);
        assertRefused("payload_size", size, "256");
    }

    @Test
    void shouldReadALayoutWithoutMetadata() {
        describe(0, 256);
        assertEquals(new SegmentLayout(0, 256), SegmentLayout.read("b", segment));
    }

    @Test
    void shouldRefuseAPayloadWhenTheMetadataLeaveNoRoomForIt() {
        describe(320, 64);
        assertRefused("payload_size", 64, "0");
    }

    @Test
    void shouldRefuseARingThatCarriesNoFrame() {
        describe(64, 16);
        assertRefused("payload_size", 16, "17");
        describe(64, 17);
        assertEquals(1, SegmentLayout.read("b", segment).maxFrameSize());
    }

    private void assertRefused(String field, long value, String limit) {
        CorruptBufferException refusal =
                assertThrows(CorruptBufferException.class, () -> SegmentLayout.read("b", segment));
        assertEquals(field, refusal.field());
        assertEquals(value, refusal.value());
        assertEquals("b", refusal.bufferName());
        assertTrue(refusal.rule().contains(limit), refusal.rule());
        assertTrue(refusal.getMessage().contains(field + " = " + value), refusal.getMessage());
    }

    private void describe(long metadataSize, long payloadSize) {
        segment.set(ValueLayout.JAVA_BYTE, 0x04, (byte) 1);
        segment.set(LONG, 0x08, metadataSize);
        segment.set(LONG, 0x20, payloadSize);
    }
}
