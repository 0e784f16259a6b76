package io.zerobuffer;

import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.foreign.MemorySegment;

/**
 * The state of a buffer at one moment, as its header block shows it. The fields are read one after the other while both
 * sides work, so they may differ by the frames of that moment.
 *
 * @param name the buffer's name
 * @param metadataSize size of the metadata block in bytes
 * @param metadataWrittenBytes bytes of it in use, its 8-byte prefix included; 0 = none written
 * @param payloadSize size of the ring in bytes
 * @param freeBytes bytes of the ring that are free
 * @param writtenCount frames and wrap markers written, as the writer counts them
 * @param readCount frames and wrap markers read; up to 64 behind while the reader takes frames without a pause of
 *     microseconds between two
 * @param writerPid the writer's process id, 0 = none
 * @param readerPid the reader's process id, 0 = none
 * @param framesSkipped frames the reader released unseen, {@link Reader#latest}; 0 when asked of a writer
 * @param framesHeld frames the reader has taken and not released, or released behind one that it has not; 0 when asked
 *     of a writer
 * @param heldBytes bytes of the ring that such frames keep from the writer, headers and what wraps waste included
 */
public record BufferHealth(
        String name,
        long metadataSize,
        long metadataWrittenBytes,
        long payloadSize,
        long freeBytes,
        long writtenCount,
        long readCount,
        long writerPid,
        long readerPid,
        long framesSkipped,
        long framesHeld,
        long heldBytes) {

    /** How full the ring is. */
    public enum Level {
        /** Under 80 % in use. */
        HEALTHY,
        /** 80 to 95 % in use: the reader falls behind. */
        DEGRADED,
        /** Over 95 % in use: the writer is about to block. */
        CRITICAL
    }

    private static final double DEGRADED_FROM = 0.80;
    private static final double CRITICAL_OVER = 0.95;

    static BufferHealth of(
            String name,
            MemorySegment segment,
            SegmentLayout layout,
            long freeBytes,
            long framesSkipped,
            long framesHeld,
            long heldBytes) {
        return new BufferHealth(
                name,
                layout.metadataSize(),
                HeaderBlock.metadataWrittenBytesAcquire(segment),
                layout.payloadSize(),
                freeBytes,
                HeaderBlock.payloadWrittenCountAcquire(segment),
                HeaderBlock.payloadReadCountAcquire(segment),
                HeaderBlock.writerPidAcquire(segment, 0),
                HeaderBlock.readerPidAcquire(segment, 0),
                framesSkipped,
                framesHeld,
                heldBytes);
    }

    /** For a writer: what is in use and does not lie between the reader's position and the writer's. */
    static long heldBytes(MemorySegment segment, SegmentLayout layout, long freeBytes) {
        long size = layout.payloadSize();
        long used = size - freeBytes;
        long writePosition = HeaderBlock.payloadWritePositionAcquire(segment, 0);
        long unread = Math.floorMod(writePosition - HeaderBlock.payloadReadPositionAcquire(segment, 0), size);
        long readCount = HeaderBlock.payloadReadCountAcquire(segment);
        if (used == size && unread == 0 && readCount < HeaderBlock.payloadWrittenCountAcquire(segment)) {
            // They meet in a ring that is full of unread frames, too.
            return 0;
        }
        return Math.clamp(used - unread, 0, size);
    }

    /** Bytes of the ring in use: frames, their headers, and what wraps waste. */
    public long usedBytes() {
        return payloadSize - freeBytes;
    }

    /** Used bytes by ring size, 0 to 1. */
    public double utilisation() {
        return payloadSize == 0 ? 0 : (double) usedBytes() / payloadSize;
    }

    public Level level() {
        double utilisation = utilisation();
        if (utilisation > CRITICAL_OVER) {
            return Level.CRITICAL;
        }
        return utilisation >= DEGRADED_FROM ? Level.DEGRADED : Level.HEALTHY;
    }
}
