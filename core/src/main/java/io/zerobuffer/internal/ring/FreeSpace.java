package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.address.Unchecked.MEMORY;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.internal.wire.HeaderBlock;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * How a writer takes space, and learns what is free.
 *
 * <p>It subtracts from payload_free_bytes, atomically; except in front of a reader that goes by tokens, which may add
 * to that word in two steps: what is subtracted between them is lost. There the word is the reader's alone, what
 * writers took is counted in payload_taken, and the difference is free (docs/decisions/0015).
 */
final class FreeSpace {
    private final RingMemory memory;
    private final boolean isCounted;

    /** What writers took so far, where that is counted. */
    private long taken;

    /**
     * @param readerGoesByFree whether the reader goes by payload_free_bytes; one that does so without holding its range
     *     says so in payload_taken
     */
    FreeSpace(RingMemory memory, boolean readerGoesByFree) {
        this.memory = memory;
        long word = HeaderBlock.payloadTakenAcquire(memory.segment);
        this.isCounted = !readerGoesByFree && word != HeaderBlock.SPACE_IS_SUBTRACTED;
        this.taken = isCounted ? word : 0;
    }

    /** Whether the reader goes by tokens, and not by payload_free_bytes. */
    boolean isCounted() {
        return isCounted;
    }

    /**
     * Takes space; a release, and an acquire for what follows. Answers what is free then, possible or not.
     *
     * @param block the address of the header block, which the caller has at hand
     */
    long take(long block, long bytes) {
        if (!isCounted) {
            return HeaderBlock.addPayloadFreeBytesVolatile(MEMORY, block, -bytes);
        }
        taken += bytes;
        HeaderBlock.payloadTakenRelease(MEMORY, block, taken);
        return HeaderBlock.payloadFreeBytesAcquire(MEMORY, block) - taken;
    }

    /** Frees what a dead writer took; answers what is free then. */
    long freeTaken(long bytes) {
        long free = take(memory.block, -bytes);
        Reference.reachabilityFence(memory);
        return free;
    }

    /**
     * Bytes that are free now.
     *
     * @throws CorruptBufferException if that is impossible
     */
    long free() {
        long word = HeaderBlock.payloadFreeBytesAcquire(memory.segment, 0);
        long free = word - taken;
        if (free < 0 || free > memory.capacity) {
            String counted = isCounted ? " and payload_taken is " + taken : "";
            throw memory.corrupt("payload_free_bytes", word, "the ring has " + memory.capacity + " bytes" + counted);
        }
        return free;
    }

    /** Free bytes as shared memory has them now, possible or not, by a mapping of the header block. Any thread may. */
    long freeBytes(MemorySegment headerBlock) {
        // In this order: what is taken and released between the two looks must not look free twice.
        long word = HeaderBlock.payloadFreeBytesAcquire(headerBlock, 0);
        return isCounted ? word - HeaderBlock.payloadTakenAcquire(headerBlock) : word;
    }
}
