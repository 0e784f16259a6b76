package io.zerobuffer.internal.wire;

import io.zerobuffer.errors.CorruptBufferException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The metadata block: what the writer says about its frames, once.
 *
 * <pre>
 *   128      size of the content (8)
 *   136      content
 * </pre>
 *
 * metadata_written_bytes in the header block is 0 until it is written, then 8 + content.
 */
public final class MetadataBlock {
    public static final int PREFIX_SIZE = Long.BYTES;
    public static final long CONTENT_OFFSET = SegmentLayout.METADATA_OFFSET + PREFIX_SIZE;

    /** What {@link #contentSize} answers when nothing was written. */
    public static final long NONE = -1;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private MetadataBlock() {}

    /** The most content that fits, in bytes; negative when the block cannot hold even an empty one. */
    public static long maxContentSize(SegmentLayout layout) {
        return layout.metadataSize() - PREFIX_SIZE;
    }

    /**
     * Size of the content, or {@link #NONE}; after it, the content may be read.
     *
     * @throws CorruptBufferException if header block and prefix disagree or exceed the block
     */
    public static long contentSize(String bufferName, MemorySegment segment, SegmentLayout layout) {
        long written = HeaderBlock.metadataWrittenBytesAcquire(segment);
        if (written == 0) {
            return NONE;
        }
        if (written < PREFIX_SIZE || written > layout.metadataSize()) {
            throw new CorruptBufferException(
                    bufferName,
                    "metadata_written_bytes",
                    written,
                    "0, or " + PREFIX_SIZE + " to " + layout.metadataSize() + " is possible");
        }
        long size = segment.get(LONG, SegmentLayout.METADATA_OFFSET);
        if (size != written - PREFIX_SIZE) {
            throw new CorruptBufferException(
                    bufferName, "metadata prefix", size, "metadata_written_bytes says " + (written - PREFIX_SIZE));
        }
        return size;
    }

    /** Makes room for the next writer's, of content that was found with this many bytes in metadata_written_bytes. */
    public static void forget(MemorySegment segment, SegmentLayout layout, long writtenBytes) {
        if (writtenBytes != 0) {
            HeaderBlock.compareAndClearMetadataWrittenBytes(segment, writtenBytes, layout.metadataSize());
        }
    }

    /** The content, a copy; empty when nothing was written. See {@link #contentSize}. */
    public static Optional<byte[]> content(String bufferName, MemorySegment segment, SegmentLayout layout) {
        long size = contentSize(bufferName, segment, layout);
        return size == NONE
                ? Optional.empty()
                : Optional.of(segment.asSlice(CONTENT_OFFSET, size).toArray(ValueLayout.JAVA_BYTE));
    }

    /** Publishes content that already lies at {@link #CONTENT_OFFSET}. */
    public static void publishRelease(MemorySegment segment, SegmentLayout layout, long contentSize) {
        segment.set(LONG, SegmentLayout.METADATA_OFFSET, contentSize);
        long written = PREFIX_SIZE + contentSize;
        HeaderBlock.metadataWrittenBytesRelease(segment, written, layout.metadataSize() - written);
    }
}
