package io.zerobuffer;

import io.zerobuffer.errors.BufferFullException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Frames that a writer publishes together, which costs little more than to publish one: for many small frames much
 * faster than {@link Writer#write(byte[])} for each.
 *
 * {@snippet :
 * try (Batch batch = writer.batch()) {
 *     for (byte[] sample : samples) {
 *         batch.write(sample);
 *     }
 * }
 * }
 *
 * <p>The reader gets the frames at {@link #publish} or {@link #close}, and before that whenever the batch has filled a
 * quarter of the ring, wraps, or has to wait for space. A writer that dies or is closed before takes the frames with
 * it, and nothing else.
 *
 * <p>A writer has one batch object: allocation costs nothing. It belongs to the writer's thread at the time. While it
 * is open, the writer's own write and claim methods throw {@link IllegalStateException}; when it is closed, its own do.
 */
public final class Batch implements FrameSink, AutoCloseable {
    private final Writer writer;
    private boolean open;

    Batch(Writer writer) {
        this.writer = writer;
    }

    Batch open() {
        open = true;
        return this;
    }

    /**
     * {@inheritDoc}
     *
     * @throws BufferFullException if the reader does not release enough space within the write timeout; what was in the
     *     batch is published
     * @throws IllegalStateException if the batch is closed, or a claim is open
     */
    @Override
    public Claim claim(long size) {
        requireOpen();
        return writer.claimFrame(size);
    }

    @Override
    public @Nullable Claim tryClaim(long size) {
        requireOpen();
        return writer.tryClaimFrame(size);
    }

    @Override
    public long write(byte[] data, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, data.length);
        requireOpen();
        return writer.copy(data, offset, length);
    }

    @Override
    public long write(MemorySegment data) {
        requireOpen();
        return writer.copy(data, 0, data.byteSize());
    }

    @Override
    public long write(Frame data) {
        requireOpen();
        return writer.copy(data);
    }

    @Override
    public long write(long size, Consumer<? super Claim> filler) {
        requireOpen();
        return writer.fill(size, filler);
    }

    /** Publishes the frames written so far; the batch stays open. */
    public void publish() {
        requireOpen();
        writer.publishStaged();
    }

    /**
     * Publishes the frames and closes the batch; a claim that is still open is one of the writer's own then. Closing
     * again, or after the writer, does nothing.
     */
    @Override
    public void close() {
        if (open) {
            open = false;
            writer.closeBatch();
        }
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException(
                    "buffer '" + writer.name() + "': the batch was closed; begin another with Writer.batch()");
        }
    }
}
