package io.zerobuffer;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.FrameReleasedException;
import io.zerobuffer.internal.memory.Copies;
import io.zerobuffer.internal.memory.CopyRoute;
import io.zerobuffer.internal.memory.Mapping;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A frame where it lies in shared memory, read-only, until {@link #release}.
 *
 * <p>After release every access throws {@link FrameReleasedException}, after its reader's close
 * {@link BufferClosedException}; the space then belongs to the writer again. An access outside 0 to {@link #size}
 * throws {@link IndexOutOfBoundsException}.
 *
 * <p>The accessors here allocate nothing. {@link #segment} and {@link #buffer} give the frame a view that dies with it,
 * even if it was passed on.
 *
 * <p><b>Threads.</b> A frame belongs to its reader's thread at the time; see {@link Reader}. A view that the thread
 * which read the frame asks for costs some ten nanoseconds, and is for that thread alone, which then has to release the
 * frame. Where frames may be released by any thread ({@link ReaderConfig.Builder#releaseFromAnyThread}), or another
 * thread asks, any thread may use the view and release the frame; to end such a view costs 40 to 200 microseconds,
 * because the JVM then asks each of its threads whether it is using it. {@link #bindToThread} makes views cheap again.
 *
 * <p>Frames lie in the ring one behind the other, at any address: {@link java.lang.foreign.ValueLayout#JAVA_INT} and
 * its like refuse an address that is no multiple of their size, {@link
 * java.lang.foreign.ValueLayout#JAVA_INT_UNALIGNED} and its like take any. Offsets and sizes are in bytes.
 */
public final class Frame implements AutoCloseable {
    private static final long RELEASED = -1;

    /** HotSpot makes none of the last few lengths. */
    private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    // Not by the segment's own methods: those are one more of the 15 levels that HotSpot inlines (MaxInlineLevel), and
    // a loop over a frame is deep down.
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle().withInvokeExactBehavior();
    private static final VarHandle SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN)
            .varHandle()
            .withInvokeExactBehavior();
    private static final VarHandle INT = ValueLayout.JAVA_INT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN)
            .varHandle()
            .withInvokeExactBehavior();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN)
            .varHandle()
            .withInvokeExactBehavior();

    private final Reader reader;
    private long ticket;
    private long start;
    private long size;
    private long sequence;

    /** The size while accessible, so that one comparison finds both a bad offset and a released frame. */
    private long limit = RELEASED;
    /**
     * The view, if one was asked for; until then the thread that is going to release the frame, or null where any may.
     */
    private @Nullable Object view;

    /** How many frames share these bytes; null for one. */
    private @Nullable AtomicInteger sharers;

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
        keepFor(reader.releasesFromAnyThread() ? null : Thread.currentThread());
    }

    private void keepFor(@Nullable Thread keeper) {
        // A frame that is lent again and again mostly has it: a store is more than a comparison where a collector wants
        // to know of it.
        if (view != keeper) {
            view = keeper;
        }
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
            throw reader.explained(failure);
        }
    }

    /** The little-endian 16-bit integer at any offset. */
    public short getShort(long offset) {
        long at = checked(offset, Short.BYTES);
        try {
            return (short) SHORT.get(reader.segment(), at);
        } catch (IllegalStateException | InternalError failure) {
            throw reader.explained(failure);
        }
    }

    /** The little-endian 32-bit integer at any offset. */
    public int getInt(long offset) {
        long at = checked(offset, Integer.BYTES);
        try {
            return (int) INT.get(reader.segment(), at);
        } catch (IllegalStateException | InternalError failure) {
            throw reader.explained(failure);
        }
    }

    /** The little-endian 64-bit integer at any offset. */
    public long getLong(long offset) {
        long at = checked(offset, Long.BYTES);
        try {
            return (long) LONG.get(reader.segment(), at);
        } catch (IllegalStateException | InternalError failure) {
            throw reader.explained(failure);
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
            throw reader.explained(failure);
        }
    }

    /** Copies the whole frame to the start of a segment. */
    public void copyTo(MemorySegment destination) {
        copyTo(destination, 0, Copies.PIECE);
    }

    /** Copies the whole frame to where another segment, that of a claim, has room for it. */
    void copyTo(MemorySegment destination, long destinationOffset, CopyRoute route) {
        long piece = route.begin(size);
        copyTo(destination, destinationOffset, piece);
        route.end(size);
    }

    private void copyTo(MemorySegment destination, long destinationOffset, long piece) {
        long at = checked(0, size);
        try {
            Copies.copyOut(reader.segment(), at, destination, destinationOffset, size, piece);
        } catch (IllegalStateException | InternalError failure) {
            throw reader.explained(failure);
        }
    }

    /**
     * A copy of the whole frame.
     *
     * @throws IllegalStateException if it has more than 2 GiB, more than an array can
     */
    public byte[] toByteArray() {
        if (size > LARGEST_ARRAY) {
            throw Copies.tooLarge(reader.name(), "frame " + sequence, size, LARGEST_ARRAY, "an array");
        }
        byte[] copy = new byte[(int) size];
        copyTo(copy);
        return copy;
    }

    /**
     * The frame's memory, read-only; inaccessible after release. Not aligned: use the {@code UNALIGNED} layouts. For
     * which threads, see above.
     */
    public MemorySegment segment() {
        long at = checked(0, size);
        try {
            if (view instanceof Mapping.View present) {
                return present.segment();
            }
            Mapping.View made = reader.mapping().view(at, size, true, (Thread) view);
            view = made;
            return made.segment();
        } catch (IllegalStateException failure) {
            throw reader.explained(failure);
        }
    }

    /**
     * {@link #segment} as a little-endian read-only buffer.
     *
     * @throws IllegalStateException if the frame has more than 2 GiB, more than a buffer can
     */
    public ByteBuffer buffer() {
        if (size > Integer.MAX_VALUE) {
            throw Copies.tooLarge(reader.name(), "frame " + sequence, size, Integer.MAX_VALUE, "a ByteBuffer");
        }
        return segment().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Another frame of the same bytes, to be used and released by another thread: each has a life and a
     * {@link #segment} of its own, and the writer gets the space back when the last one is released. Allocates that
     * frame, 64 bytes, and the first time 16 bytes to count them.
     *
     * <p>For the thread this frame belongs to. Frames that are released by different threads need
     * {@link ReaderConfig.Builder#releaseFromAnyThread}.
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

    /**
     * Says that the calling thread is going to release the frame: views that it asks for from now on then cost
     * nanoseconds, and are for it alone. Does nothing where a view was asked for before, or the frame is bound already:
     * to the thread that read it, where no other may release it, or to the one that a stream calls its listener on.
     */
    public void bindToThread() {
        if (view == null) {
            view = Thread.currentThread();
        }
    }

    /** Whether the frame was released. */
    public boolean isReleased() {
        return limit == RELEASED;
    }

    /**
     * Gives the frame back. Releasing again, or after the reader closed, does nothing.
     *
     * <p>A release that is refused leaves the frame as it is. Its space, and all behind it, comes back when it is
     * released after all: by the thread that it is bound to; by any, once that thread has ended; and, unless frames may
     * be released by any thread, at the latest when that thread waits for the next frame.
     *
     * @throws WrongThreadException if {@link #segment} is for another thread alone, which lives
     * @throws IllegalStateException if {@link #segment} or {@link #buffer} is being used by a call to the system that
     *     has not ended; release it again then
     */
    public void release() {
        boolean isLast;
        try {
            isLast = end();
        } catch (WrongThreadException | IllegalStateException refused) {
            reader.releaseLater(this);
            throw refused;
        }
        if (isLast) {
            reader.release(ticket, start, size, sequence);
        }
    }

    /** Releases the frame if that is possible now. */
    boolean tryRelease() {
        try {
            if (end()) {
                reader.release(ticket, start, size, sequence);
            }
            return true;
        } catch (WrongThreadException | IllegalStateException notYet) {
            return false;
        }
    }

    /**
     * Makes the frame inaccessible; true if its space is to be given back: the frame was accessible, and none that
     * shares its bytes still is.
     */
    boolean end() {
        if (limit == RELEASED) {
            return false;
        }
        if (view instanceof Mapping.View made) {
            made.end();
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
            throw refusal(reader, limit, sequence, offset, length);
        }
        return start + offset;
    }

    /** Static, so that the frame does not escape to it. */
    private static RuntimeException refusal(Reader reader, long limit, long sequence, long offset, long length) {
        if (limit == RELEASED) {
            return new FrameReleasedException(reader.name(), "frame " + sequence + ", which was released,");
        }
        return new IndexOutOfBoundsException(length + " bytes at offset " + offset + " are not inside frame " + sequence
                + " of " + limit + " bytes");
    }
}
