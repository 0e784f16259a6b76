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

/**
 * Space in shared memory, claimed by a writer to be filled in place. {@link #commit} publishes it, {@link #abort} gives
 * it up without a trace; {@link #close} aborts what was not committed. Its content is undefined until written.
 *
 * <p>After either, every access throws {@link FrameReleasedException}, after its writer's close
 * {@link BufferClosedException}. An access outside 0 to {@link #size} throws {@link IndexOutOfBoundsException}.
 *
 * <p>The accessors here allocate nothing. {@link #segment} and {@link #buffer} give the claim a view that dies with it,
 * even if it was passed on.
 *
 * <p><b>Threads.</b> A claim belongs to its writer's thread at the time; see {@link Writer}. A view that the claiming
 * thread asks for costs some ten nanoseconds, and is for that thread alone, which then has to commit or abort. Where
 * another thread asks, any thread may use the view, and commit or abort; to end such a view costs 40 to 200
 * microseconds. Who still stores through a view when another thread closes the writer stores into memory that nobody
 * reads.
 *
 * <p>Frames lie in the ring one behind the other, at any address: {@link ValueLayout#JAVA_INT} and its like refuse an
 * address that is no multiple of their size, {@link ValueLayout#JAVA_INT_UNALIGNED} and its like take any. Offsets and
 * sizes are in bytes.
 */
public final class Claim implements AutoCloseable {
    private static final long ENDED = -1;

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

    private final Writer writer;
    private final boolean isMetadata;
    /** Where the claim is if not in the segment; otherwise null. */
    private final Draft draft;
    /** Whether a filler has it, after which it is committed. */
    private final boolean isLent;

    private long start;
    private long size;

    /** The size while accessible, so that one comparison finds both a bad offset and an ended claim. */
    private long limit = ENDED;
    /** The view, if one was asked for; until then the thread that claimed. */
    private Object view;

    /** @param isLent whether it is for a filler, which does not commit it */
    Claim(Writer writer, boolean isMetadata, boolean isLent) {
        this.writer = writer;
        this.isMetadata = isMetadata;
        this.draft = null;
        this.isLent = isLent;
    }

    /** Apart from the other: HotSpot inlines no constructor that names a class which the program has not loaded. */
    Claim(Writer writer, Draft draft, boolean isLent) {
        this.writer = writer;
        this.isMetadata = false;
        this.draft = draft;
        this.isLent = isLent;
    }

    /** Makes the claim accessible. */
    Claim open(long start, long size) {
        this.start = start;
        this.size = size;
        this.limit = size;
        Thread claiming = Thread.currentThread();
        // One that is lent again and again mostly has it: a store is more than a comparison where a collector wants to
        // know of it.
        if (view != claiming) {
            view = claiming;
        }
        return this;
    }

    /** Size in bytes. */
    public long size() {
        return size;
    }

    /** Sets the byte at an offset. */
    public void putByte(long offset, byte value) {
        long at = checked(offset, Byte.BYTES);
        try {
            BYTE.set(memory(), at, value);
        } catch (IllegalStateException | InternalError failure) {
            throw writer.translated(failure);
        }
    }

    /** Sets the little-endian 16-bit integer at any offset. */
    public void putShort(long offset, short value) {
        long at = checked(offset, Short.BYTES);
        try {
            SHORT.set(memory(), at, value);
        } catch (IllegalStateException | InternalError failure) {
            throw writer.translated(failure);
        }
    }

    /** Sets the little-endian 32-bit integer at any offset. */
    public void putInt(long offset, int value) {
        long at = checked(offset, Integer.BYTES);
        try {
            INT.set(memory(), at, value);
        } catch (IllegalStateException | InternalError failure) {
            throw writer.translated(failure);
        }
    }

    /** Sets the little-endian 64-bit integer at any offset. */
    public void putLong(long offset, long value) {
        long at = checked(offset, Long.BYTES);
        try {
            LONG.set(memory(), at, value);
        } catch (IllegalStateException | InternalError failure) {
            throw writer.translated(failure);
        }
    }

    /** Copies a whole array to the start of the claim. */
    public void copyFrom(byte[] source) {
        copyFrom(0, source, 0, source.length);
    }

    /** Copies part of an array to an offset of the claim. */
    public void copyFrom(long offset, byte[] source, int sourceOffset, int length) {
        Objects.checkFromIndexSize(sourceOffset, length, source.length);
        long at = checked(offset, length);
        try {
            route().copy(source, sourceOffset, memory(), at, length);
        } catch (IllegalStateException | InternalError failure) {
            throw writer.translated(failure);
        }
    }

    /** Copies a whole segment to an offset of the claim. */
    public void copyFrom(long offset, MemorySegment source) {
        long at = checked(offset, source.byteSize());
        try {
            route().copy(source, 0, memory(), at, source.byteSize());
        } catch (IllegalStateException | InternalError failure) {
            throw writer.translated(failure);
        }
    }

    /** Copies a whole frame, which was read from this buffer or another, to an offset of the claim. */
    public void copyFrom(long offset, Frame source) {
        long at = checked(offset, source.size());
        try {
            source.copyTo(memory(), at, route());
        } catch (IllegalStateException | InternalError failure) {
            throw writer.translated(failure);
        }
    }

    /**
     * The claimed memory; inaccessible after commit or abort. Not aligned: use the {@code UNALIGNED} layouts. For which
     * threads, see above.
     */
    public MemorySegment segment() {
        long at = checked(0, size);
        try {
            if (view instanceof Mapping.View present) {
                return present.segment();
            }
            Mapping mapping = draft == null ? writer.mapping() : draft.mapping();
            Mapping.View made = mapping.view(at, size, false, (Thread) view);
            view = made;
            return made.segment();
        } catch (IllegalStateException failure) {
            throw writer.translated(failure);
        }
    }

    /**
     * {@link #segment} as a little-endian buffer.
     *
     * @throws IllegalStateException if the claim has more than 2 GiB, more than a buffer can
     */
    public ByteBuffer buffer() {
        if (size > Integer.MAX_VALUE) {
            throw Copies.tooLarge(writer.name(), "a claim", size, Integer.MAX_VALUE, "a ByteBuffer");
        }
        return segment().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Publishes what was written.
     *
     * @return the frame's sequence number; 0 for metadata and in a {@link Draft}
     * @throws FrameReleasedException if the claim was committed or aborted before
     * @throws WrongThreadException if {@link #segment} is for another thread alone, which lives; the claim stays open
     * @throws IllegalStateException in a filler ({@link Writer#write(long, java.util.function.Consumer)}): the claim is
     *     committed when that returns
     */
    public long commit() {
        if (isLent) {
            throw refusedToFiller(writer);
        }
        return publish();
    }

    /** Static, so that the claim does not escape to it. */
    private static RuntimeException refusedToFiller(Writer writer) {
        return new IllegalStateException("buffer '" + writer.name()
                + "': a filler's claim is committed when the filler returns; leave out commit()");
    }

    long publish() {
        checked(0, size);
        end();
        if (isMetadata) {
            writer.commitMetadata(size);
            return 0;
        }
        if (draft != null) {
            draft.commit(size);
            return 0;
        }
        return writer.commit(size);
    }

    /** Gives the claim up; after commit or abort it does nothing. */
    public void abort() {
        if (limit == ENDED) {
            return;
        }
        end();
        if (isMetadata) {
            writer.abortMetadata();
        } else if (draft != null) {
            draft.abort();
        } else {
            writer.abort();
        }
    }

    /** The same as {@link #abort}. */
    @Override
    public void close() {
        abort();
    }

    boolean isOpen() {
        return limit != ENDED;
    }

    private CopyRoute route() {
        return draft == null ? writer.copyRoute() : draft.copyRoute();
    }

    private MemorySegment memory() {
        return draft == null ? writer.segment() : draft.segment();
    }

    private void end() {
        if (view instanceof Mapping.View made) {
            made.end();
            view = null;
        }
        limit = ENDED;
    }

    private long checked(long offset, long length) {
        if (offset < 0 || offset > limit - length) {
            throw refused(writer, limit, offset, length);
        }
        return start + offset;
    }

    /** Static, so that the claim does not escape to it. */
    private static RuntimeException refused(Writer writer, long limit, long offset, long length) {
        if (limit == ENDED) {
            return new FrameReleasedException(writer.name(), "a claim that was committed or aborted");
        }
        return new IndexOutOfBoundsException(
                length + " bytes at offset " + offset + " are not inside a claim of " + limit + " bytes");
    }
}
