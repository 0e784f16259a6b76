package io.zerobuffer.internal.memory;

import java.lang.foreign.MemorySegment;

/**
 * Whose a claim is that is not the one claim of its writer's ring: where it lies, and who is told of its end. One
 * object for each claim, or one that has a single claim at a time. Sizes are in bytes.
 */
public interface ClaimTarget {
    /** What the claim is a part of. */
    MemorySegment segment();

    /** What views of it live in. */
    Mapping mapping();

    /** How copies get into it; by one thread at a time. */
    CopyRoute route();

    /**
     * The claim was filled, and nobody has a view of it.
     *
     * @param size how much of it counts
     * @return the number of the frame that is published now, or 0
     */
    long commit(long size);

    /** The claim was given up, and nobody has a view of it. */
    void abort();

    /** The exception for access to memory that is closed or gone. */
    RuntimeException explained(Throwable failure);
}
