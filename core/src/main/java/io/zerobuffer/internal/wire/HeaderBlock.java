package io.zerobuffer.internal.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The 128 bytes at the start of a segment through which reader and writer tell each other how far they are.
 *
 * <pre>
 *   0x00  oieb_size (4) | version: major, minor, patch, 0 (4)       reader, at creation; oieb_size last
 *   0x08  metadata_size                                             reader, at creation
 *   0x10  metadata_free_bytes                                       writer, once
 *   0x18  metadata_written_bytes                                    writer, once
 *   0x20  payload_size                                              reader, at creation
 *   0x28  payload_free_bytes                                        both, by atomic addition only
 *   0x30  payload_write_pos                                         writer
 *   0x38  payload_read_pos                                          reader; writer when it rewinds a drained ring
 *   0x40  payload_written_count                                     writer
 *   0x48  payload_read_count                                        reader
 *   0x50  writer_pid                                                writer
 *   0x58  reader_pid                                                reader
 *   0x60  8 bytes, zero
 *   0x68  ranged_reader: reader_pid if it holds its byte range      reader, at creation
 *   0x70  writer_connection, see {@link WriterConnection}           writer of this library
 *   0x78  payload_taken                                             writer, where the reader goes by tokens
 * </pre>
 *
 * All integers are little-endian. The accessors' names tell the memory ordering; those without one are plain and serve
 * fields that are set before the block is published. What every frame touches is told the start of the block as well: 0
 * in a segment, its address in {@link io.zerobuffer.internal.address.Unchecked#MEMORY}.
 */
public final class HeaderBlock {
    /** Size of the block in bytes, and the value of oieb_size. */
    public static final int SIZE = 128;

    /** The protocol version this library writes, and the only major version it reads. */
    public static final int VERSION_MAJOR = 1;

    public static final long OIEB_SIZE_OFFSET = 0x00;
    public static final long VERSION_OFFSET = OIEB_SIZE_OFFSET + Integer.BYTES;
    public static final long METADATA_SIZE_OFFSET = VERSION_OFFSET + Integer.BYTES;
    public static final long METADATA_FREE_BYTES_OFFSET = METADATA_SIZE_OFFSET + Long.BYTES;
    public static final long METADATA_WRITTEN_BYTES_OFFSET = METADATA_FREE_BYTES_OFFSET + Long.BYTES;
    public static final long PAYLOAD_SIZE_OFFSET = METADATA_WRITTEN_BYTES_OFFSET + Long.BYTES;
    public static final long PAYLOAD_FREE_BYTES_OFFSET = PAYLOAD_SIZE_OFFSET + Long.BYTES;
    public static final long PAYLOAD_WRITE_POS_OFFSET = PAYLOAD_FREE_BYTES_OFFSET + Long.BYTES;
    public static final long PAYLOAD_READ_POS_OFFSET = PAYLOAD_WRITE_POS_OFFSET + Long.BYTES;
    public static final long PAYLOAD_WRITTEN_COUNT_OFFSET = PAYLOAD_READ_POS_OFFSET + Long.BYTES;
    public static final long PAYLOAD_READ_COUNT_OFFSET = PAYLOAD_WRITTEN_COUNT_OFFSET + Long.BYTES;
    public static final long WRITER_PID_OFFSET = PAYLOAD_READ_COUNT_OFFSET + Long.BYTES;
    public static final long READER_PID_OFFSET = WRITER_PID_OFFSET + Long.BYTES;
    public static final long RANGED_READER_OFFSET = READER_PID_OFFSET + 2 * Long.BYTES;
    public static final long WRITER_CONNECTION_OFFSET = RANGED_READER_OFFSET + Long.BYTES;
    public static final long PAYLOAD_TAKEN_OFFSET = SIZE - Long.BYTES;

    /**
     * What a reader stores as payload_taken at creation that goes by payload_free_bytes and does not hold its range.
     */
    public static final long SPACE_IS_SUBTRACTED = -1;

    // Exact, because a call that needs a conversion works, but many times slower.
    private static final VarHandle INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();
    private static final VarHandle LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private HeaderBlock() {}

    /** Writes every field of a new, empty buffer except reader_pid and oieb_size, which publish it. */
    public static void initialise(MemorySegment segment, SegmentLayout layout) {
        INT.set(segment, VERSION_OFFSET, VERSION_MAJOR);
        LONG.set(segment, METADATA_SIZE_OFFSET, layout.metadataSize());
        LONG.set(segment, METADATA_FREE_BYTES_OFFSET, layout.metadataSize());
        LONG.set(segment, PAYLOAD_SIZE_OFFSET, layout.payloadSize());
        LONG.set(segment, PAYLOAD_FREE_BYTES_OFFSET, layout.payloadSize());
    }

    /** Makes an initialised block visible to writers: whoever sees oieb_size sees everything before it. */
    public static void publishRelease(MemorySegment segment, long readerPid) {
        LONG.setRelease(segment, READER_PID_OFFSET, readerPid);
        INT.setRelease(segment, OIEB_SIZE_OFFSET, SIZE);
    }

    public static int oiebSizeAcquire(MemorySegment segment) {
        return (int) INT.getAcquire(segment, OIEB_SIZE_OFFSET);
    }

    /** The version's four bytes as one little-endian integer: major in the lowest byte. */
    public static int version(MemorySegment segment) {
        return (int) INT.get(segment, VERSION_OFFSET);
    }

    public static long metadataSize(MemorySegment segment) {
        return (long) LONG.get(segment, METADATA_SIZE_OFFSET);
    }

    public static long payloadSize(MemorySegment segment) {
        return (long) LONG.get(segment, PAYLOAD_SIZE_OFFSET);
    }

    public static long metadataWrittenBytesAcquire(MemorySegment segment) {
        return (long) LONG.getAcquire(segment, METADATA_WRITTEN_BYTES_OFFSET);
    }

    /** Publishes metadata: whoever sees metadata_written_bytes sees the content. */
    public static void metadataWrittenBytesRelease(MemorySegment segment, long writtenBytes, long freeBytes) {
        LONG.set(segment, METADATA_FREE_BYTES_OFFSET, freeBytes);
        LONG.setRelease(segment, METADATA_WRITTEN_BYTES_OFFSET, writtenBytes);
    }

    /**
     * Takes metadata away that has this size in the field; false when it was not the expected one any more. A writer
     * that finds metadata writes none, so this is never what another one has just published.
     */
    public static boolean compareAndClearMetadataWrittenBytes(MemorySegment segment, long expected, long metadataSize) {
        LONG.setRelease(segment, METADATA_FREE_BYTES_OFFSET, metadataSize);
        return LONG.compareAndSet(segment, METADATA_WRITTEN_BYTES_OFFSET, expected, 0L);
    }

    public static long payloadFreeBytesAcquire(MemorySegment memory, long start) {
        return (long) LONG.getAcquire(memory, start + PAYLOAD_FREE_BYTES_OFFSET);
    }

    /**
     * Adds to payload_free_bytes; returns the sum. Everything read or written before comes before whoever sees the sum,
     * and what the peer did before the value it adds to comes before what follows.
     */
    public static long addPayloadFreeBytesVolatile(MemorySegment memory, long start, long delta) {
        return (long) LONG.getAndAdd(memory, start + PAYLOAD_FREE_BYTES_OFFSET, delta) + delta;
    }

    /**
     * Replaces payload_free_bytes; false when it was not the expected value any more. Read the field first, as for
     * writer_pid.
     */
    public static boolean compareAndSetPayloadFreeBytes(MemorySegment segment, long expected, long bytes) {
        return LONG.compareAndSet(segment, PAYLOAD_FREE_BYTES_OFFSET, expected, bytes);
    }

    /** All bytes that writers ever took in front of a reader that alone changes payload_free_bytes. */
    public static long payloadTakenAcquire(MemorySegment segment) {
        return (long) LONG.getAcquire(segment, PAYLOAD_TAKEN_OFFSET);
    }

    public static void payloadTakenRelease(MemorySegment memory, long start, long bytes) {
        LONG.setRelease(memory, start + PAYLOAD_TAKEN_OFFSET, bytes);
    }

    public static long payloadWritePositionAcquire(MemorySegment memory, long start) {
        return (long) LONG.getAcquire(memory, start + PAYLOAD_WRITE_POS_OFFSET);
    }

    public static void payloadWritePositionRelease(MemorySegment memory, long start, long position) {
        LONG.setRelease(memory, start + PAYLOAD_WRITE_POS_OFFSET, position);
    }

    public static long payloadReadPositionAcquire(MemorySegment memory, long start) {
        return (long) LONG.getAcquire(memory, start + PAYLOAD_READ_POS_OFFSET);
    }

    public static void payloadReadPositionRelease(MemorySegment memory, long start, long position) {
        LONG.setRelease(memory, start + PAYLOAD_READ_POS_OFFSET, position);
    }

    public static long payloadWrittenCountAcquire(MemorySegment segment) {
        return (long) LONG.getAcquire(segment, PAYLOAD_WRITTEN_COUNT_OFFSET);
    }

    public static void payloadWrittenCountRelease(MemorySegment memory, long start, long count) {
        LONG.setRelease(memory, start + PAYLOAD_WRITTEN_COUNT_OFFSET, count);
    }

    public static long payloadReadCountAcquire(MemorySegment segment) {
        return (long) LONG.getAcquire(segment, PAYLOAD_READ_COUNT_OFFSET);
    }

    public static void payloadReadCountRelease(MemorySegment memory, long start, long count) {
        LONG.setRelease(memory, start + PAYLOAD_READ_COUNT_OFFSET, count);
    }

    public static long writerPidAcquire(MemorySegment memory, long start) {
        return (long) LONG.getAcquire(memory, start + WRITER_PID_OFFSET);
    }

    /**
     * Replaces the writer's process id; false when it was not the expected one any more. Read the field first: before
     * it is compiled, a compare-and-set on a page that a peer truncated away ends the JVM, while a read throws.
     */
    public static boolean compareAndSetWriterPid(MemorySegment segment, long expected, long pid) {
        return LONG.compareAndSet(segment, WRITER_PID_OFFSET, expected, pid);
    }

    public static void writerPidRelease(MemorySegment segment, long pid) {
        LONG.setRelease(segment, WRITER_PID_OFFSET, pid);
    }

    public static long readerPidAcquire(MemorySegment memory, long start) {
        return (long) LONG.getAcquire(memory, start + READER_PID_OFFSET);
    }

    public static void readerPidRelease(MemorySegment segment, long pid) {
        LONG.setRelease(segment, READER_PID_OFFSET, pid);
    }

    /** Says that the reader holds the byte range of reader_pid. */
    public static void rangedReaderRelease(MemorySegment segment, long pid) {
        LONG.setRelease(segment, RANGED_READER_OFFSET, pid);
    }

    public static long rangedReaderAcquire(MemorySegment segment) {
        return (long) LONG.getAcquire(segment, RANGED_READER_OFFSET);
    }

    public static void writerConnectionRelease(MemorySegment segment, long connection) {
        LONG.setRelease(segment, WRITER_CONNECTION_OFFSET, connection);
    }

    public static long writerConnectionAcquire(MemorySegment segment) {
        return (long) LONG.getAcquire(segment, WRITER_CONNECTION_OFFSET);
    }
}
