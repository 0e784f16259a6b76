package io.zerobuffer.duplex;

import io.zerobuffer.Claim;
import io.zerobuffer.FrameSink;
import io.zerobuffer.Writer;
import io.zerobuffer.errors.EmptyFrameException;
import io.zerobuffer.errors.FrameTooLargeException;
import io.zerobuffer.internal.friends.Friends;
import io.zerobuffer.internal.memory.ClaimTarget;
import io.zerobuffer.internal.memory.CopyRoute;
import io.zerobuffer.internal.memory.Mapping;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is prepared outside of the ring, because its turn has not come: claimed, filled and committed like one
 * in the ring, then written by copy. Its memory is used again for the next.
 *
 * <p><b>Threads.</b> One at a time, and any: only {@link #send} uses the writer, and belongs to its thread.
 */
final class PreparedResponse implements FrameSink, AutoCloseable {
    private static final long NOTHING = 0;
    private static final long SMALLEST = 64;

    private final Writer writer;
    private @Nullable Memory memory;
    private boolean claimed;
    private long committed = NOTHING;

    PreparedResponse(Writer writer) {
        this.writer = writer;
    }

    /**
     * Claims memory for the answer, in place of one that was committed before.
     *
     * @throws IllegalStateException if a claim is open
     */
    @Override
    public Claim claim(long size) {
        return Friends.ofTheApi().claim(writer, begin(size), size);
    }

    /** There is always space. */
    @Override
    public Claim tryClaim(long size) {
        return claim(size);
    }

    @Override
    public long write(long size, Consumer<? super Claim> filler) {
        return Friends.ofTheApi().fill(writer, begin(size), size, filler);
    }

    /** Whether an answer was committed that was not sent. */
    boolean isCommitted() {
        return committed != NOTHING;
    }

    /**
     * Writes the answer that was committed, and keeps it if that fails.
     *
     * @return its sequence number
     * @throws IllegalStateException if there is none; otherwise as {@link Writer#write(byte[])}
     */
    long send() {
        Memory present = memory;
        if (present == null || committed == NOTHING) {
            throw new IllegalStateException("buffer '" + writer.name() + "': no answer was committed");
        }
        long sequence = writer.write(present.segment.asSlice(0, committed));
        committed = NOTHING;
        return sequence;
    }

    /**
     * Drops the answer that was committed, if any, and frees the memory, at the latest when the last view of it ends.
     * The next claim provides it again.
     */
    @Override
    public void close() {
        committed = NOTHING;
        if (memory != null) {
            memory.mapping.close();
            memory = null;
        }
    }

    private Memory begin(long size) {
        if (claimed) {
            throw new IllegalStateException(
                    "buffer '" + writer.name() + "': a claim is open; commit or abort it before the next");
        }
        if (size == 0) {
            throw new EmptyFrameException(writer.name());
        }
        if (size < 0) {
            throw new IllegalArgumentException("frame size " + size + " is negative");
        }
        if (size > writer.maxFrameSize()) {
            throw new FrameTooLargeException(writer.name(), size, writer.maxFrameSize());
        }
        Memory enough = provide(size);
        claimed = true;
        committed = NOTHING;
        return enough;
    }

    private Memory provide(long size) {
        Memory present = memory;
        if (present == null || present.segment.byteSize() < size) {
            close();
            present =
                    new Memory(Math.min(writer.maxFrameSize(), Math.max(SMALLEST, Long.highestOneBit(size - 1) << 1)));
            memory = present;
        }
        return present;
    }

    /** The memory, of which there is one claim at a time. */
    private final class Memory implements ClaimTarget {
        private final CopyRoute route = new CopyRoute();
        private final Mapping mapping = new Mapping();
        private final MemorySegment segment;

        Memory(long size) {
            segment = mapping.accessible(mapping.arena().allocate(size, SMALLEST));
        }

        @Override
        public MemorySegment segment() {
            return segment;
        }

        @Override
        public Mapping mapping() {
            return mapping;
        }

        @Override
        public CopyRoute route() {
            return route;
        }

        @Override
        public long commit(long size) {
            claimed = false;
            committed = size;
            return 0;
        }

        @Override
        public void abort() {
            claimed = false;
        }

        @Override
        public RuntimeException explained(Throwable failure) {
            return Friends.ofTheApi().explained(writer, failure);
        }
    }
}
