package io.zerobuffer;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.EmptyFrameException;
import io.zerobuffer.errors.FrameReleasedException;
import io.zerobuffer.internal.memory.ClaimTarget;
import io.zerobuffer.internal.memory.Copies;
import io.zerobuffer.internal.memory.CopyRoute;
import io.zerobuffer.internal.memory.Mapping;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
 * <p><b>Threads.</b> A claim of {@link Writer#claim} belongs to its writer's thread at the time, one of a {@link
 * ClaimQueue} to any thread, one at a time: there is the table of who may do what. A view that the claiming thread of
 * the former asks for costs some ten nanoseconds, and is for that thread alone, which then has to commit or abort.
 * Where another thread asks, any thread may use the view, and commit or abort; to end such a view costs 40 to 200
 * microseconds, because the JVM then asks each of its threads whether it is using it. Who still stores through a view
 * when another thread closes the writer stores into memory that nobody reads.
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
    /** Whose the claim is if it is not the one of its writer's ring; otherwise null. */
    private final @Nullable ClaimTarget target;
    /** Whether a filler has it, after which it is committed. */
    private boolean isLent;

    private long start;
    private long size;

    /** The size while accessible, so that one comparison finds both a bad offset and an ended claim. */
    private long limit = ENDED;
    /** The view, if one was asked for; until then the thread that claimed. */
    private @Nullable Object view;

    /** A claim in the writer's ring. */
    Claim(Writer writer) {
        this.writer = writer;
        this.target = null;
    }

    /** Apart from the other: HotSpot inlines no constructor that names a class which the program has not loaded. */
    Claim(Writer writer, ClaimTarget target) {
        this.writer = writer;
        this.target = target;
    }

    /** Makes the claim accessible, and the thread that claims the one to end it. */
    Claim open(long start, long size) {
        keepFor(Thread.currentThread());
        return openForAny(start, size);
    }

    /** Makes the claim accessible, for any thread to end it. */
    Claim openForAny(long start, long size) {
        this.start = start;
        this.size = size;
        this.limit = size;
        return this;
    }

    private void keepFor(Thread keeper) {
        // One that is lent again and again mostly has it: a store is more than a comparison where a collector wants to
        // know of it.
        if (view != keeper) {
            view = keeper;
        }
    }

    /** Leaves the commit to {@link #fill}. */
    Claim lend() {
        isLent = true;
        return this;
    }

    /** Has a claim filled and then commits it, unless the filler aborted it: the frame's number, or 0. */
    static long fill(Claim claim, Consumer<? super Claim> filler) {
        try (claim) {
            filler.accept(claim.lend());
            return claim.isOpen() ? claim.publish(claim.size) : 0;
        }
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
            throw explained(failure);
        }
    }

    /** Sets the little-endian 16-bit integer at any offset. */
    public void putShort(long offset, short value) {
        long at = checked(offset, Short.BYTES);
        try {
            SHORT.set(memory(), at, value);
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /** Sets the little-endian 32-bit integer at any offset. */
    public void putInt(long offset, int value) {
        long at = checked(offset, Integer.BYTES);
        try {
            INT.set(memory(), at, value);
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /** Sets the little-endian 64-bit integer at any offset. */
    public void putLong(long offset, long value) {
        long at = checked(offset, Long.BYTES);
        try {
            LONG.set(memory(), at, value);
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
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
            throw explained(failure);
        }
    }

    /** Copies a whole segment to an offset of the claim. */
    public void copyFrom(long offset, MemorySegment source) {
        long at = checked(offset, source.byteSize());
        try {
            route().copy(source, 0, memory(), at, source.byteSize());
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
    }

    /** Copies a whole frame, which was read from this buffer or another, to an offset of the claim. */
    public void copyFrom(long offset, Frame source) {
        long at = checked(offset, source.size());
        try {
            source.copyTo(memory(), at, route());
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
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
            Mapping mapping = target == null ? writer.mapping() : target.mapping();
            Mapping.View made = mapping.view(at, size, false, (Thread) view);
            view = made;
            return made.segment();
        } catch (IllegalStateException failure) {
            throw explained(failure);
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
     * Says that the calling thread is going to commit or abort the claim: a view that it asks for from now on then
     * costs nanoseconds, and is for it alone. Does nothing where a view was asked for before, or the claim is bound
     * already, as that of {@link Writer#claim} is to the thread that claimed.
     */
    public void bindToThread() {
        if (view == null) {
            view = Thread.currentThread();
        }
    }

    /**
     * Publishes the frame, all of what was claimed.
     *
     * @return the frame's sequence number; 0 where it is not published yet: behind claims of a {@link ClaimQueue} that
     *     are open, or as an answer that waits for its turn
     * @throws FrameReleasedException if the claim was committed or aborted before
     * @throws WrongThreadException if {@link #segment} is for another thread alone, which lives; the claim stays open
     * @throws IllegalStateException in a filler ({@link FrameSink#write(long, Consumer)}): the claim is committed when
     *     that returns
     */
    public long commit() {
        return commit(size);
    }

    /**
     * Publishes the first bytes of what was claimed, and gives the rest up: for who learns the size of a frame while
     * filling it, as an encoder, and claims the most that it may need. The rest costs nothing, unless other claims of a
     * {@link ClaimQueue} lie behind it.
     *
     * @param size 1 to {@link #size()} bytes
     * @throws EmptyFrameException if there are no bytes; {@link #abort} gives the whole claim up
     * @throws IndexOutOfBoundsException if it is negative or more than was claimed
     * @see #commit()
     */
    public long commit(long size) {
        if (isLent) {
            throw refusedToFiller(writer);
        }
        return publish(size);
    }

    /** Static, so that the claim does not escape to it. */
    private static RuntimeException refusedToFiller(Writer writer) {
        return new IllegalStateException("buffer '" + writer.name()
                + "': a filler's claim is committed when the filler returns; leave out commit()");
    }

    private long publish(long published) {
        checked(0, published);
        if (published <= 0 && size != 0) {
            throw refusal(writer, published);
        }
        end();
        if (target != null) {
            return target.commit(published);
        }
        return published == size ? writer.commit(size) : writer.commitFirst(published);
    }

    /** Static, so that the claim does not escape to it. */
    private static RuntimeException refusal(Writer writer, long published) {
        return published == 0
                ? new EmptyFrameException(writer.name())
                : new IndexOutOfBoundsException("commit of " + published + " bytes is negative");
    }

    /** Gives the claim up; after commit or abort it does nothing. */
    public void abort() {
        if (limit == ENDED) {
            return;
        }
        end();
        if (target != null) {
            target.abort();
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
        return target == null ? writer.copyRoute() : target.route();
    }

    private MemorySegment memory() {
        return target == null ? writer.segment() : target.segment();
    }

    private RuntimeException explained(Throwable failure) {
        return target == null ? writer.explained(failure) : target.explained(failure);
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
            throw refusal(writer, limit, offset, length);
        }
        return start + offset;
    }

    /** Static, so that the claim does not escape to it. */
    private static RuntimeException refusal(Writer writer, long limit, long offset, long length) {
        if (limit == ENDED) {
            return new FrameReleasedException(writer.name(), "a claim that was committed or aborted");
        }
        return new IndexOutOfBoundsException(
                length + " bytes at offset " + offset + " are not inside a claim of " + limit + " bytes");
    }
}
