package io.zerobuffer;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.EmptyFrameException;
import io.zerobuffer.errors.FrameTooLargeException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.errors.WriterAlreadyConnectedException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where frames are written: by copy, or in place by way of a {@link Claim}. A {@link Writer} publishes each frame at
 * once, a {@link Batch} many together, a {@link ClaimQueue} those of several open claims in their order.
 *
 * <p>A call that fails leaves everything as it was. One that finds no space waits for the reader, as long as
 * {@link WriterConfig#writeTimeout()} says; the ones named try do not wait. Sizes are in bytes. Which threads may write
 * says each sink.
 */
public interface FrameSink {
    /**
     * Claims space for a frame, to be filled in place and then committed. Until then readers see nothing of it.
     *
     * @param size 1 to {@link Writer#maxFrameSize()} bytes
     * @throws EmptyFrameException if there are no bytes
     * @throws FrameTooLargeException if it can never fit
     * @throws BufferFullException if the reader does not release enough space within the write timeout
     * @throws PeerGoneException if the reader closed or died
     * @throws WriterAlreadyConnectedException if a writer of another implementation has taken this one's place, which
     *     then has closed
     * @throws BufferClosedException if the writer is or gets closed
     * @throws WaitInterruptedException if the thread is interrupted while it waits; noticed within 50 ms
     * @throws IllegalStateException if this sink cannot have another claim now
     */
    Claim claim(long size);

    /**
     * Claims space for a frame if there is enough now.
     *
     * @return null when there is not; everything is as it was
     * @see #claim(long)
     */
    @Nullable
    Claim tryClaim(long size);

    /**
     * Writes a frame by copy.
     *
     * @param data 1 to {@link Writer#maxFrameSize()} bytes
     * @return the frame's sequence number; 0 where it is not published yet, see {@link Claim#commit()}
     * @see #claim(long) what is thrown
     */
    default long write(byte[] data) {
        return write(data, 0, data.length);
    }

    /** Writes part of an array as a frame; see {@link #write(byte[])}. */
    default long write(byte[] data, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, data.length);
        try (Claim claim = claim(length)) {
            claim.copyFrom(0, data, offset, length);
            return claim.commit();
        }
    }

    /**
     * Writes the remaining bytes of a buffer as a frame, and moves its position behind them; see
     * {@link #write(byte[])}.
     */
    default long write(ByteBuffer data) {
        long sequence = write(MemorySegment.ofBuffer(data));
        data.position(data.limit());
        return sequence;
    }

    /** Writes a segment as a frame; see {@link #write(byte[])}. */
    default long write(MemorySegment data) {
        try (Claim claim = claim(data.byteSize())) {
            claim.copyFrom(0, data);
            return claim.commit();
        }
    }

    /** Writes a copy of a frame that was read, from this buffer's reader or another; see {@link #write(byte[])}. */
    default long write(Frame data) {
        try (Claim claim = claim(data.size())) {
            claim.copyFrom(0, data);
            return claim.commit();
        }
    }

    /**
     * Writes a frame in place: claims space, has it filled, and commits. If the filler throws, the claim is aborted;
     * the filler may abort it itself.
     *
     * @param size 1 to {@link Writer#maxFrameSize()} bytes
     * @param filler fills the claim, which is accessible until it returns, and then is committed
     * @return the frame's sequence number; 0 if the filler aborted the claim, or where the frame is not published yet
     * @throws IllegalStateException if the filler commits the claim itself, which is aborted then
     * @see #write(byte[])
     */
    default long write(long size, Consumer<? super Claim> filler) {
        return Claim.fill(claim(size), filler);
    }

    /**
     * Writes a frame by copy if there is space for it now.
     *
     * @return false when there is not; everything is as it was
     * @see #write(byte[])
     */
    default boolean tryWrite(byte[] data) {
        return tryWrite(MemorySegment.ofArray(data));
    }

    /** Writes a segment as a frame if there is space for it now; see {@link #tryWrite(byte[])}. */
    default boolean tryWrite(MemorySegment data) {
        try (Claim claim = tryClaim(data.byteSize())) {
            if (claim == null) {
                return false;
            }
            claim.copyFrom(0, data);
            claim.commit();
            return true;
        }
    }
}
