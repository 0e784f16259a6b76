package io.zerobuffer.internal.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A buffer's memory, mapped for reading and writing. */
public interface SharedMemory extends ObservedMemory, Presence {
    /**
     * The same memory for use by address, which nothing checks. It stays mapped as long as this segment is reachable,
     * so that a thread that is late finds memory there. To be asked for before the arena ends.
     *
     * <p>Where the system can, private zeros take the memory's place when the arena ends or at {@link #cutOff}, and
     * such a thread reaches nobody. Where it cannot, what it stores still reaches the buffer: whoever lets another use
     * the memory after this side must know that no thread of this side is late (docs/decisions/0017).
     */
    MemorySegment byAddress();

    /**
     * Puts private zeros in the memory's place before the arena ends, whoever still uses it.
     *
     * @return false where the system cannot do that in one step, or refuses: what is stored still reaches the buffer
     */
    boolean cutOff();

    /** Maps the first bytes once more, apart from {@link #segment}; not after {@link #close}. */
    MemorySegment mapAgain(long bytes, Arena arena) throws OsException;

    /**
     * Maps so many bytes from the start now, page by page, instead of each at its first access. Does nothing where the
     * pages are not reserved, or the system cannot.
     */
    void populate(long bytes);

    /** Whether a process, by the id this one sees it under, maps this memory. */
    Mapped mappedBy(long pid);
}
