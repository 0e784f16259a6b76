package io.zerobuffer;

import io.zerobuffer.errors.EmptyFrameException;
import io.zerobuffer.errors.FrameTooLargeException;
import io.zerobuffer.internal.memory.CopyRoute;
import io.zerobuffer.internal.memory.Mapping;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * A frame that is prepared outside of the ring, because its turn has not come: claimed, filled and committed like one
 * in the ring, then written by copy. Its memory is used again for the next.
 *
 * <p><b>Threads.</b> One at a time, and any: only {@link #write} uses the writer, and belongs to its thread.
 */
public final class Draft implements AutoCloseable {
    private static final long NOTHING = 0;
    private static final long SMALLEST = 64;

    private final CopyRoute route = new CopyRoute();
    private final Writer writer;
    private Mapping mapping;
    private MemorySegment segment;
    private long capacity;
    private boolean claimed;
    private long committed = NOTHING;

    Draft(Writer writer) {
        this.writer = writer;
    }

    /**
     * Claims memory for a frame, in place of one that was committed before.
     *
     * @param size 1 to {@link Writer#maxFrameSize()} bytes
     * @throws EmptyFrameException if there are no bytes
     * @throws FrameTooLargeException if it can never fit
     * @throws IllegalStateException if a claim is open
     */
    public Claim claim(long size) {
        requireFree(size);
        return begin(new Claim(writer, this, false), size);
    }

    /** Claims, has it filled, and commits, unless the filler aborted; see {@link #claim}. */
    public void fill(long size, Consumer<? super Claim> filler) {
        requireFree(size);
        try (Claim claim = begin(new Claim(writer, this, true), size)) {
            filler.accept(claim);
            if (claim.isOpen()) {
                claim.publish();
            }
        }
    }

    /** Whether a frame was committed that was not written. */
    public boolean isCommitted() {
        return committed != NOTHING;
    }

    /**
     * Writes the frame that was committed, and keeps it if that fails.
     *
     * @return its sequence number
     * @throws IllegalStateException if there is none; otherwise as {@link Writer#write(byte[])}
     */
    public long write() {
        if (committed == NOTHING) {
            throw new IllegalStateException("buffer '" + writer.name() + "': nothing was committed to this draft");
        }
        long sequence = writer.write(segment.asSlice(0, committed));
        committed = NOTHING;
        return sequence;
    }

    /**
     * Drops the frame that was committed, if any, and frees the memory, at the latest when the last view of it ends.
     * The next claim provides it again.
     */
    @Override
    public void close() {
        committed = NOTHING;
        capacity = 0;
        if (mapping != null) {
            mapping.close();
            mapping = null;
        }
    }

    MemorySegment segment() {
        return segment;
    }

    Mapping mapping() {
        return mapping;
    }

    CopyRoute copyRoute() {
        return route;
    }

    void commit(long size) {
        claimed = false;
        committed = size;
    }

    void abort() {
        claimed = false;
    }

    private void requireFree(long size) {
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
    }

    private Claim begin(Claim claim, long size) {
        provide(size);
        claimed = true;
        committed = NOTHING;
        return claim.open(0, size);
    }

    private void provide(long size) {
        if (size <= capacity) {
            return;
        }
        close();
        long provided = Math.min(writer.maxFrameSize(), Math.max(SMALLEST, Long.highestOneBit(size - 1) << 1));
        mapping = new Mapping();
        segment = mapping.accessible(mapping.arena().allocate(provided, SMALLEST));
        capacity = provided;
    }
}
