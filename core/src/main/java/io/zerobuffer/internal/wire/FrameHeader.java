package io.zerobuffer.internal.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The 16 bytes in front of every frame.
 *
 * <pre>
 *   +0  size of the frame in bytes (8); 0 = wrap marker: go on at the start of the ring
 *   +8  sequence number (8): 1, 2, 3 ...; 0 in a wrap marker
 *   +16 the frame's bytes
 * </pre>
 *
 * Frames are neither aligned nor padded, so these accesses are unaligned and plain: payload_free_bytes and the
 * semaphore order them. Offsets are those in the segment, or addresses in
 * {@link io.zerobuffer.internal.address.Unchecked#MEMORY}.
 */
public final class FrameHeader {
    public static final int SIZE = 16;

    /**
     * Added to the size of a frame that is not published: no reader gets there, but a successor of the writer must tell
     * it from a frame.
     */
    private static final long PENDING = Long.MIN_VALUE;

    /** Added to the position that a note holds instead of a size. */
    private static final long NOTE = 1L << 62;

    private static final long SIZE_OFFSET = 0;
    private static final long SEQUENCE_OFFSET = SIZE_OFFSET + Long.BYTES;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN)
            .varHandle()
            .withInvokeExactBehavior();

    private FrameHeader() {}

    public static long size(MemorySegment segment, long offset) {
        return (long) LONG.get(segment, offset + SIZE_OFFSET);
    }

    public static long sequence(MemorySegment segment, long offset) {
        return (long) LONG.get(segment, offset + SEQUENCE_OFFSET);
    }

    /** The size, which comes before any later read: what is read of a frame whose size is final is final, too. */
    public static long sizeAcquire(MemorySegment segment, long offset) {
        long size = size(segment, offset);
        VarHandle.acquireFence();
        return size;
    }

    /** Writes a header; the size last, because it is what turns a pending one into a frame. */
    public static void write(MemorySegment segment, long offset, long size, long sequence) {
        LONG.set(segment, offset + SEQUENCE_OFFSET, sequence);
        VarHandle.releaseFence();
        LONG.set(segment, offset + SIZE_OFFSET, size);
    }

    /**
     * Writes the header of a frame that is not published; the size first, because what is not pending and has the
     * expected number is a frame.
     */
    public static void writePending(MemorySegment segment, long offset, long size, long sequence) {
        LONG.set(segment, offset + SIZE_OFFSET, size | PENDING);
        VarHandle.releaseFence();
        LONG.set(segment, offset + SEQUENCE_OFFSET, sequence);
    }

    /** Turns a pending header into that of a frame. */
    public static void publishRelease(MemorySegment segment, long offset, long size) {
        VarHandle.releaseFence();
        LONG.set(segment, offset + SIZE_OFFSET, size);
    }

    /**
     * Notes at the start of the ring, where no frame is published, with which number the frame behind a position
     * begins: whatever a writer puts into the space from here on may destroy the frames that would tell.
     */
    public static void writeNote(MemorySegment segment, long offset, long position, long sequence) {
        write(segment, offset, position | NOTE | PENDING, sequence | PENDING);
    }

    /** Whether a header, as read, is that of a frame which never was, or of a note that was never finished. */
    public static boolean isForgotten(long size, long sequence) {
        return (isPending(size) || isPending(sequence)) && !isNote(size);
    }

    /** Whether a size, as read, is a note. */
    public static boolean isNote(long size) {
        return isPending(size) && (size & NOTE) != 0;
    }

    /** The position a note holds. */
    public static long notedPosition(long size) {
        return withoutPending(size) & ~NOTE;
    }

    /** Whether a size, as read, is that of a frame that is not published, or of a note. */
    public static boolean isPending(long value) {
        return value < 0;
    }

    /** The size of a frame, published or not, or the number in a note. */
    public static long withoutPending(long value) {
        return value & ~PENDING;
    }

    public static void writeWrapMarker(MemorySegment segment, long offset) {
        write(segment, offset, 0, 0);
    }
}
