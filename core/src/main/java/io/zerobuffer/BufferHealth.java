package io.zerobuffer;

import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.foreign.MemorySegment;

/**
 * The state of a buffer at one moment, as its header block shows it. The fields are read one after the other while both
 * sides work, so they may differ by the frames of that moment. Immutable, for any thread.
 */
public final class BufferHealth {
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

    private final String name;
    private final long metadataSize;
    private final long metadataWrittenBytes;
    private final long payloadSize;
    private final long freeBytes;
    private final long writtenCount;
    private final long readCount;
    private final long writerPid;
    private final long readerPid;
    private final long framesSkipped;
    private final long framesHeld;
    private final long heldBytes;

    BufferHealth(
            String name,
            MemorySegment segment,
            SegmentLayout layout,
            long freeBytes,
            long framesSkipped,
            long framesHeld,
            long heldBytes) {
        this.name = name;
        this.metadataSize = layout.metadataSize();
        this.metadataWrittenBytes = HeaderBlock.metadataWrittenBytesAcquire(segment);
        this.payloadSize = layout.payloadSize();
        this.freeBytes = freeBytes;
        this.writtenCount = HeaderBlock.payloadWrittenCountAcquire(segment);
        this.readCount = HeaderBlock.payloadReadCountAcquire(segment);
        this.writerPid = HeaderBlock.writerPidAcquire(segment, 0);
        this.readerPid = HeaderBlock.readerPidAcquire(segment, 0);
        this.framesSkipped = framesSkipped;
        this.framesHeld = framesHeld;
        this.heldBytes = heldBytes;
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

    /** The buffer's name. */
    public String name() {
        return name;
    }

    /** Size of the metadata block in bytes. */
    public long metadataSize() {
        return metadataSize;
    }

    /** Bytes of the metadata block in use, its 8-byte prefix included; 0 = none written. */
    public long metadataWrittenBytes() {
        return metadataWrittenBytes;
    }

    /** Size of the ring in bytes. */
    public long payloadSize() {
        return payloadSize;
    }

    /** Bytes of the ring that are free. */
    public long freeBytes() {
        return freeBytes;
    }

    /** Frames and wrap markers written, as the writer counts them. */
    public long writtenCount() {
        return writtenCount;
    }

    /**
     * Frames and wrap markers read; up to 64 behind while the reader takes frames without a pause of microseconds
     * between two.
     */
    public long readCount() {
        return readCount;
    }

    /** The writer's process id, 0 = none. */
    public long writerPid() {
        return writerPid;
    }

    /** The reader's process id, 0 = none. */
    public long readerPid() {
        return readerPid;
    }

    /** Frames the reader released unseen, {@link Reader#latest}; 0 when asked of a writer. */
    public long framesSkipped() {
        return framesSkipped;
    }

    /**
     * Frames the reader has taken and not released, or released behind one that it has not; 0 when asked of a writer.
     */
    public long framesHeld() {
        return framesHeld;
    }

    /** Bytes of the ring that such frames keep from the writer, headers and what wraps waste included. */
    public long heldBytes() {
        return heldBytes;
    }

    /** Bytes of the ring in use: frames, their headers, and what wraps waste. */
    public long usedBytes() {
        return payloadSize - freeBytes;
    }

    /** Used bytes by ring size, 0 to 1. */
    public double utilisation() {
        return payloadSize == 0 ? 0 : (double) usedBytes() / payloadSize;
    }

    /** How full the ring is, in three levels. */
    public Level level() {
        double utilisation = utilisation();
        if (utilisation > CRITICAL_OVER) {
            return Level.CRITICAL;
        }
        return utilisation >= DEGRADED_FROM ? Level.DEGRADED : Level.HEALTHY;
    }

    @Override
    public String toString() {
        return "buffer '" + name + "': " + usedBytes() + " of " + payloadSize + " bytes used, " + level() + ", "
                + writtenCount + " written, " + readCount + " read, " + framesHeld + " frames held, " + heldBytes
                + " bytes held, " + framesSkipped + " skipped, " + metadataWrittenBytes + " of " + metadataSize
                + " bytes of metadata, writer " + writerPid + ", reader " + readerPid;
    }
}
