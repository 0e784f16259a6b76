package io.zerobuffer;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.FrameReleasedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A frame where it lies in shared memory, read-only, until {@link #release}.
 *
 * <p>After release every access throws {@link FrameReleasedException}, after its reader's close {@link BufferClosedException}; the space then
 * belongs to the writer again. An access outside 0 to {@link #size} throws {@link IndexOutOfBoundsException}.
 *
 * <p>The accessors here allocate nothing. {@link #segment} and {@link #buffer} give the frame a view that dies with it, even if it was
 * passed on; such a view belongs to the thread that asked for it, which then has to release the frame.
 *
 * <p>A frame belongs to its reader's thread at the time; see {@link Reader}. Offsets and sizes are in bytes.
 */
public final class Frame implements AutoCloseable {
    private static final long RELEASED = -1;

    // Not by the segment's own methods: those are one more of the 15 levels that HotSpot inlines (MaxInlineLevel), and a loop over a frame is deep down.
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle().withInvokeExactBehavior();
    private static final VarHandle SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();
    private static final VarHandle INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private final Reader reader;
    private long ticket;
    private long start;
    private long size;
    private long sequence;

    /** The size while accessible, so that one comparison finds both a bad offset and a released frame. */
    private long limit = RELEASED;
    private Mapping.View view;

    /** How many frames share these bytes; null for one. */
    private AtomicInteger sharers;

    Frame(Reader reader) {
        this.reader = reader;
    }

    /** Makes the frame accessible. */
    void lend(long ticket, long start, long size, long sequence) {
        this.ticket = ticket;
        this.start = start;
        this.size = size;
        this.sequence = sequence;
        this.limit = size;
        this.sharers = null;
    }

    /** Size in bytes, 1 or more. */
    public long size() {
        return size;
    }

    /** Sequence number: 1 for a writer's first frame, then one more each. */
    public long sequence() {
        return sequence;
    }

    /** The byte at an offset. */
    public byte getByte(long offset) {
        long at = checked(offset, Byte.BYTES);
        try {
            return (byte) BYTE.get(reader.segment(), at);
        } catch (IllegalStateException | InternalError failure) {
            throw reader.translated(failure);
        }
    }

    /** The little-endian 16-bit integer at any offset. */
    public short getShort(long offset) {
        long at = checked(offset, Short.BYTES);
        try {
            return (short) SHORT.get(reader.segment(), at);
        } catch (IllegalStateException | InternalError failure) {
            throw reader.translated(failure);
        }
    }

    /** The little-endian 32-bit integer at any offset. */
    public int getInt(long offset) {
        long at = checked(offset, Integer.BYTES);
        try {
            return (int) INT.get(reader.segment(), at);
        } catch (IllegalStateException | InternalError failure) {
            throw reader.translated(failure);
        }
    }

    /** The little-endian 64-bit integer at any offset. */
    public long getLong(long offset) {
        long at = checked(offset, Long.BYTES);
        try {
            return (long) LONG.get(reader.segment(), at);
        } catch (IllegalStateException | InternalError failure) {
            throw reader.translated(failure);
        }
    }

    /** Fills the array from the start of the frame. */
    public void copyTo(byte[] destination) {
        copyTo(0, destination, 0, destination.length);
    }

    /** Copies bytes of the frame, from an offset, into part of an array. */
    public void copyTo(long offset, byte[] destination, int destinationOffset, int length) {
        Objects.checkFromIndexSize(destinationOffset, length, destination.length);
        long at = checked(offset, length);
        try {
            Copies.copyOut(reader.segment(), at, destination, destinationOffset, length);
        } catch (IllegalStateException | InternalError failure) {
            throw reader.translated(failure);
        }
    }

    /** Copies the whole frame to the start of a segment. */
    public void copyTo(MemorySegment destination) {
        copyTo(destination, 0, Copies.PIECE);
    }

    /** Copies the whole frame to where another segment, that of a claim, has room for it, so many bytes at once. */
    void copyTo(MemorySegment destination, long destinationOffset, long piece) {
        long at = checked(0, size);
        try {
            Copies.copyOut(reader.segment(), at, destination, destinationOffset, size, piece);
        } catch (IllegalStateException | InternalError failure) {
            throw reader.translated(failure);
        }
    }

    /** A copy of the whole frame, up to 2 GiB. */
    public byte[] toByteArray() {
        byte[] copy = new byte[Math.toIntExact(size)];
        copyTo(copy);
        return copy;
    }

    /** The frame's memory, read-only, for the calling thread only; inaccessible after release. */
    public MemorySegment segment() {
        long at = checked(0, size);
        try {
            if (view == null) {
                view = reader.mapping().view(at, size, true);
            }
            return view.segment();
        } catch (IllegalStateException failure) {
            throw reader.translated(failure);
        }
    }

    /** {@link #segment} as a little-endian read-only buffer, of frames up to 2 GiB. */
    public ByteBuffer buffer() {
        return segment().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Another frame of the same bytes, to be used and released by another thread: each has a life and a {@link #segment} of its own, and the writer gets
     * the space back when the last one is released. Allocates that frame, 64 bytes, and the first time 16 bytes to count them.
     *
     * <p>For the thread this frame belongs to. Frames that are released by different threads need {@link ReaderConfig.Builder#releaseFromAnyThread}.
     */
    public Frame share() {
        checked(0, size);
        if (sharers == null) {
            sharers = new AtomicInteger(1);
        }
        sharers.incrementAndGet();
        Frame other = new Frame(reader);
        other.lend(ticket, start, size, sequence);
        other.sharers = sharers;
        return other;
    }

    /** Whether the frame was released. */
    public boolean isReleased() {
        return limit == RELEASED;
    }

    /**
     * Gives the frame back. Releasing again, or after the reader closed, does nothing.
     *
     * @throws WrongThreadException if another thread asked for {@link #segment}; the frame stays as it is
     */
    public void release() {
        if (end()) {
            reader.release(ticket, start, size, sequence);
        }
    }

    /** Makes the frame inaccessible; true if its space is to be given back: the frame was accessible, and none that shares its bytes still is. */
    boolean end() {
        if (limit == RELEASED) {
            return false;
        }
        if (view != null) {
            view.end();
            view = null;
        }
        limit = RELEASED;
        return sharers == null || sharers.decrementAndGet() == 0;
    }

    /** The same as {@link #release}. */
    @Override
    public void close() {
        release();
    }

    private long checked(long offset, long length) {
        if (offset < 0 || offset > limit - length) {
            throw refused(reader, limit, sequence, offset, length);
        }
        return start + offset;
    }

    /** Static, so that the frame does not escape to it. */
    private static RuntimeException refused(Reader reader, long limit, long sequence, long offset, long length) {
        if (limit == RELEASED) {
            return new FrameReleasedException(reader.name(), "frame " + sequence + ", which was released,");
        }
        return new IndexOutOfBoundsException(
                length + " bytes at offset " + offset + " are not inside frame " + sequence + " of " + limit + " bytes");
    }
}
