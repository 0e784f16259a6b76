package io.zerobuffer.internal.os;

import java.lang.foreign.Arena;

/** The name of a buffer in the hands of its reader, and the objects that this one has made under it. */
public interface Ownership {
    /** Whether there is a sign that its owner before, of whatever implementation, did not clean up. */
    boolean wasLeftBehind();

    /**
     * Removes memory that its owner before did not finish.
     *
     * @return false, and nothing is removed, when another reader is just making it: one that can see the memory of
     *     this name, but not who owns it
     */
    boolean removeUnfinished() throws OsException;

    /**
     * Removes memory and signals of this name, whoever uses them; true when there were any.
     *
     * @throws OsException FOREIGN if what has the name of a signal is none
     */
    boolean removeLeftovers() throws OsException;

    /** Makes a signal without tokens. */
    Signal createSignal(Role poster, Arena arena) throws OsException;

    /**
     * Makes the buffer's memory, all zeros, and maps it. Nobody finds it before {@link #appear}.
     *
     * @param reserve whether to reserve every page now, so that a full system is an error here and not a fault later
     * @param arena the life of the mapping
     * @throws OsException EXISTS, NO_SPACE, NO_PERMISSION ...; nothing is left behind
     */
    SharedMemory createMemory(long size, boolean reserve, Arena arena) throws OsException;

    /**
     * Gives the memory its name, in one step: whoever finds it from now on finds it as it is.
     *
     * @throws OsException EXISTS if something has the name
     */
    void appear() throws OsException;

    /**
     * Removes what was made and still has its name: the memory, then the signals; then gives the name back, even if
     * some of them could not be removed. Closes the memory; its mapping stays.
     */
    void remove() throws OsException;
}
