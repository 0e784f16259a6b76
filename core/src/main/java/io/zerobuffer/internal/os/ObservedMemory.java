package io.zerobuffer.internal.os;

import java.lang.foreign.MemorySegment;
import java.time.Instant;

/**
 * A buffer's memory, mapped for as long as its arena lives; what else is open ends with {@link #close}. Opened with
 * {@link BufferObjects#observe}, the segment refuses stores.
 */
public interface ObservedMemory {
    MemorySegment segment();

    /** What tells this memory from any other that had or will have its name: equal for the same memory. */
    Object identity();

    /** A time at which it was already there: of its last change that did not go through a mapping. */
    Instant changedAt();

    Owner owner();

    /** Where it is, for messages. */
    String path();

    /**
     * Whether the name still leads to this very memory; true when that cannot be told any more, after {@link #close}.
     */
    boolean isCurrent();

    /** Whether a reader or writer that shows its presence is there; see {@link Presence}. */
    boolean isTaken(Role role);

    /** Gives roles back and closes what is open; the mapping stays. */
    void close();
}
