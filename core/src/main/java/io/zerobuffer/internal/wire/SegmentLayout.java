package io.zerobuffer.internal.wire;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.IncompatibleVersionException;
import java.lang.foreign.MemorySegment;

/**
 * Where the three blocks of a segment lie.
 *
 * <pre>
 *   0                  header block, 128 bytes
 *   128                metadata block: content size (8), content
 *   128 + metadata     payload block: the ring
 *   behind the ring    {@value #MARGIN} bytes that belong to no block, in a segment that this library made
 * </pre>
 *
 * @param metadataSize size of the metadata block in bytes, a multiple of 64 when this library made it
 * @param payloadSize size of the ring in bytes, a multiple of 64 when this library made it
 */
public record SegmentLayout(long metadataSize, long payloadSize) {
    /** Every block starts on a multiple of this many bytes. */
    public static final int ALIGNMENT = 64;

    public static final long METADATA_OFFSET = HeaderBlock.SIZE;

    /**
     * Bytes of a segment behind its ring. C# writes a wrap marker wherever write_pos is, also where fewer than its 16
     * bytes are left of the ring, and fails where they end behind the file. Nobody reads them.
     */
    public static final int MARGIN = 64;

    /** The largest sizes whose sum is still a file size. */
    public static final long MAX_BLOCK_SIZE = 1L << 61;

    /** The layout for requested sizes, each rounded up to a multiple of {@value #ALIGNMENT}. */
    public static SegmentLayout aligned(long metadataSize, long payloadSize) {
        return new SegmentLayout(align(metadataSize), align(payloadSize));
    }

    /**
     * The layout a published header block describes, checked against the segment it lies in.
     *
     * @throws IncompatibleVersionException if the major version is another than this library's
     * @throws CorruptBufferException if a size is impossible
     */
    public static SegmentLayout read(String bufferName, MemorySegment segment) {
        int version = HeaderBlock.version(segment);
        int major = version & 0xff;
        if (major != HeaderBlock.VERSION_MAJOR) {
            throw new IncompatibleVersionException(bufferName, major, version >>> 8 & 0xff, version >>> 16 & 0xff);
        }
        long available = segment.byteSize() - HeaderBlock.SIZE;
        long metadataSize = HeaderBlock.metadataSize(segment);
        if (metadataSize < 0 || metadataSize > available || metadataSize % Long.BYTES != 0) {
            throw new CorruptBufferException(
                    bufferName, "metadata_size", metadataSize, "a multiple of 8 up to " + available + " is possible");
        }
        long payloadSize = HeaderBlock.payloadSize(segment);
        if (payloadSize <= FrameHeader.SIZE || payloadSize > available - metadataSize) {
            throw new CorruptBufferException(
                    bufferName,
                    "payload_size",
                    payloadSize,
                    FrameHeader.SIZE + 1 + " to " + (available - metadataSize) + " is possible");
        }
        return new SegmentLayout(metadataSize, payloadSize);
    }

    public long payloadOffset() {
        return METADATA_OFFSET + metadataSize;
    }

    /** Bytes of all three blocks; a segment has these at least. */
    public long blocksSize() {
        return payloadOffset() + payloadSize;
    }

    /** Bytes of a segment that this library makes. */
    public long segmentSize() {
        return blocksSize() + MARGIN;
    }

    /** The largest frame the ring can carry, in bytes; negative when it can carry none. */
    public long maxFrameSize() {
        return payloadSize - FrameHeader.SIZE;
    }

    private static long align(long size) {
        return (size + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
