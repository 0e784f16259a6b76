package io.zerobuffer;

import io.zerobuffer.errors.BufferFullException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Consumer;

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
public final class Batch implements AutoCloseable {
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
     * Adds a frame by copy.
     *
     * @return the frame's sequence number
     * @throws BufferFullException if the reader does not release enough space within the write timeout; what was in the
     *     batch is published; otherwise as {@link Writer#write(byte[])}
     */
    public long write(byte[] data) {
        return write(data, 0, data.length);
    }

    /** Adds part of an array as a frame; see {@link #write(byte[])}. */
    public long write(byte[] data, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, data.length);
        requireOpen();
        return writer.copy(data, offset, length);
    }

    /** Adds a segment as a frame; see {@link #write(byte[])}. */
    public long write(MemorySegment data) {
        requireOpen();
        return writer.copy(data, 0, data.byteSize());
    }

    /** Adds a copy of a frame that was read; see {@link #write(byte[])}. */
    public long write(Frame data) {
        requireOpen();
        return writer.copy(data);
    }

    /** Adds a frame that is filled in place; see {@link Writer#write(long, Consumer)}. */
    public long write(long size, Consumer<? super Claim> filler) {
        requireOpen();
        return writer.fill(size, filler);
    }

    /** Claims space for a frame that {@link Claim#commit} adds to the batch; see {@link Writer#claim}. */
    public Claim claim(long size) {
        requireOpen();
        return writer.claimFrame(size);
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
