package io.zerobuffer.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.CorruptBufferException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MetadataBlockTest {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final SegmentLayout layout = new SegmentLayout(64, 256);
    private final MemorySegment segment = Arena.ofAuto().allocate(448, 64);

    @Test
    void shouldStartBehindTheHeaderBlockWithAnEightByteSize() {
        assertEquals(8, MetadataBlock.PREFIX_SIZE);
        assertEquals(136, MetadataBlock.CONTENT_OFFSET);
        assertEquals(56, MetadataBlock.maxContentSize(layout));
        assertEquals(0, MetadataBlock.maxContentSize(new SegmentLayout(8, 256)));
        assertEquals(-8, MetadataBlock.maxContentSize(new SegmentLayout(0, 256)));
    }

    @Test
    void shouldPublishPrefixAndBothCountersAndLeaveTheContentAlone() {
        HeaderBlock.initialise(segment, layout);
        byte[] expected = segment.toArray(ValueLayout.JAVA_BYTE);
        MetadataBlock.publishRelease(segment, layout, 14);
        expected[0x10] = 64 - 22;
        expected[0x18] = 22;
        expected[128] = 14;
        assertArrayEquals(expected, segment.toArray(ValueLayout.JAVA_BYTE));
        assertEquals(14, MetadataBlock.contentSize("b", segment, layout));
    }

    @Test
    void shouldTellNoneFromEmpty() {
        HeaderBlock.initialise(segment, layout);
        assertEquals(MetadataBlock.NONE, MetadataBlock.contentSize("b", segment, layout));
        MetadataBlock.publishRelease(segment, layout, 0);
        assertEquals(0, MetadataBlock.contentSize("b", segment, layout));
        assertEquals(8, segment.get(LONG, 0x18));
    }

    @Test
    void shouldHoldContentUpToTheWholeBlock() {
        MetadataBlock.publishRelease(segment, layout, 56);
        assertEquals(56, MetadataBlock.contentSize("b", segment, layout));
        assertEquals(64, segment.get(LONG, 0x18));
        assertEquals(0, segment.get(LONG, 0x10));
    }

    @Test
    void shouldNotReadAPrefixThatIsNotPublished() {
        segment.set(LONG, 128, -1);
        assertEquals(MetadataBlock.NONE, MetadataBlock.contentSize("b", segment, layout));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, -1, 65, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldRefuseAnImpossibleCountOfWrittenBytes(long written) {
        segment.set(LONG, 0x18, written);
        segment.set(LONG, 128, written - 8);
        CorruptBufferException refusal = assertRefused("metadata_written_bytes", written, layout);
        assertTrue(refusal.rule().contains("8 to 64"), refusal.rule());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 13, 15, 22, -1, 57, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldRefuseAPrefixThatDisagreesWithTheHeaderBlock(long prefix) {
        segment.set(LONG, 0x18, 22);
        segment.set(LONG, 128, prefix);
        CorruptBufferException refusal = assertRefused("metadata prefix", prefix, layout);
        assertTrue(refusal.rule().contains("14"), refusal.rule());
    }

    @Test
    void shouldRefuseMetadataInABufferWithoutABlockForThem() {
        segment.set(LONG, 0x18, 8);
        assertRefused("metadata_written_bytes", 8, new SegmentLayout(0, 320));
    }

    @Test
    void shouldGiveACopyOfTheContentAndNothingWhereNothingWasWritten() {
        HeaderBlock.initialise(segment, layout);
        assertEquals(Optional.empty(), MetadataBlock.content("b", segment, layout));
        segment.asSlice(136, 3).copyFrom(MemorySegment.ofArray(new byte[] {7, 8, 9}));
        MetadataBlock.publishRelease(segment, layout, 3);
        byte[] content = MetadataBlock.content("b", segment, layout).orElseThrow();
        segment.asSlice(136, 3).fill((byte) 0);
        assertArrayEquals(new byte[] {7, 8, 9}, content);
    }

    @Test
    void shouldTellEmptyContentFromNone() {
        HeaderBlock.initialise(segment, layout);
        MetadataBlock.publishRelease(segment, layout, 0);
        assertArrayEquals(
                new byte[0], MetadataBlock.content("b", segment, layout).orElseThrow());
    }

    @Test
    void shouldMakeRoomForTheNextWritersMetadata() {
        HeaderBlock.initialise(segment, layout);
        MetadataBlock.publishRelease(segment, layout, 14);
        MetadataBlock.forget(segment, layout, 22);
        assertEquals(MetadataBlock.NONE, MetadataBlock.contentSize("b", segment, layout));
        assertEquals(64, segment.get(LONG, 0x10));
        assertEquals(0, segment.get(LONG, 0x18));
    }

    @Test
    void shouldForgetNoMetadataThatAnotherWriterHasWrittenSince() {
        HeaderBlock.initialise(segment, layout);
        MetadataBlock.publishRelease(segment, layout, 14);
        MetadataBlock.forget(segment, layout, 21);
        assertEquals(14, MetadataBlock.contentSize("b", segment, layout));
    }

    @Test
    void shouldStoreNothingWhereThereWasNoMetadataToForget() {
        MetadataBlock.publishRelease(segment, layout, 14);
        byte[] before = segment.toArray(ValueLayout.JAVA_BYTE);
        MetadataBlock.forget(segment, layout, 0);
        assertArrayEquals(before, segment.toArray(ValueLayout.JAVA_BYTE));
    }

    private CorruptBufferException assertRefused(String field, long value, SegmentLayout layout) {
        CorruptBufferException refusal =
                assertThrows(CorruptBufferException.class, () -> MetadataBlock.contentSize("b", segment, layout));
        assertEquals(field, refusal.field());
        assertEquals(value, refusal.value());
        assertEquals("b", refusal.bufferName());
        return refusal;
    }
}
