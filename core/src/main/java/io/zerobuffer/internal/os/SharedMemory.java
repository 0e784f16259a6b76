package io.zerobuffer.internal.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;

/**
 * A mapped shared memory object. The mapping lives as long as its arena, the object's descriptor until {@link #close}.
 */
public interface SharedMemory {
    MemorySegment segment();

    /**
     * The same memory for use by address, which nothing checks. It stays mapped as long as this segment is reachable:
     * when the arena ends, private zeros take the object's place, so that a thread that is late neither finds nothing
     * there nor reaches the object. To be asked for before the arena ends.
     */
    MemorySegment lasting();

    /**
     * Puts private zeros in the object's place before the arena ends, whoever still uses the memory.
     *
     * @return false where the system refuses them: what is stored still reaches the object
     */
    boolean cutOff();

    /** Maps the first bytes of the object once more, apart from {@link #segment}; not after {@link #close}. */
    MemorySegment mapAgain(long bytes, Arena arena) throws OsException;

    /**
     * Maps so many bytes from the start of the object now, page by page, instead of each at its first access. Does
     * nothing where the object's pages are not reserved, or the system cannot.
     */
    void populate(long bytes);

    /** What tells this object from any other that had or will have its name: equal for the same object. */
    Object identity();

    /** A time at which the object was already there: of its last change that did not go through a mapping. */
    Instant changedAt();

    /** Whose it is. */
    Owner owner();

    /** Its path, for messages. */
    String path();

    /**
     * Whether the name still leads to this very object; true when that cannot be told any more, after {@link #close}.
     */
    boolean isLinked();

    /**
     * Gives the object another name, where nothing has it, and takes the one it has away: under the new name it appears
     * in one step, as it is.
     *
     * @throws OsException EXISTS if something has the name
     */
    void moveTo(String newName) throws OsException;

    /** Removes the name if it still leads to this very object; not after {@link #close}. */
    void unlink() throws OsException;

    /**
     * Takes a byte range of the object for this open file, until {@link #close} or the death of the process. It guards
     * nothing: it shows every process, in whatever PID namespace, that its holder lives.
     *
     * @return false when another open file holds part of it, or after {@link #close}
     * @throws OsException UNSUPPORTED where the system has no such locks
     */
    boolean tryHold(long offset, long length) throws OsException;

    /** Lets go of a byte range. */
    void letGo(long offset, long length);

    /** Whether another open file holds part of the byte range. */
    boolean isHeldByOther(long offset, long length);

    /** Whether a process, by the id this one sees it under, maps the object. */
    Mapped mappedBy(long pid);

    /** Lets go of held ranges and of the descriptor; the mapping stays. */
    void close();
}
