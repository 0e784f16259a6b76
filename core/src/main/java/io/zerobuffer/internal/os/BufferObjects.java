package io.zerobuffer.internal.os;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The objects of buffers: memory, two signals, and what tells who owns the name. Every method takes the name of a
 * buffer, for whose objects each system has names of its own.
 */
public interface BufferObjects {
    /** Why a buffer cannot have this name here, as half a sentence; null if it can. */
    @Nullable
    String refusal(String buffer);

    /**
     * Takes a name for a reader of this process, until {@link Ownership#remove} or the death of the process.
     *
     * @param access who may use what is made under the name
     * @throws OsException OWNED if a reader of whatever implementation has it, FOREIGN if what tells that is not what
     *     it should be, NO_PERMISSION ...; nothing is left behind
     */
    Ownership own(String buffer, Access access) throws OsException;

    /**
     * Whether a reader, of whatever implementation, owns a name. On some systems the look owns a free name for an
     * instant, which can make a reader of another implementation fail: not to be repeated without need.
     */
    LockState ownership(String buffer);

    /** Whether anything has the name of the buffer's memory, be it what it may. */
    boolean hasMemory(String buffer);

    /**
     * Maps a buffer's memory at the size it has.
     *
     * @param minimumSize smallest size in bytes to map
     * @return null when there is none, or it is smaller than minimumSize
     */
    @Nullable
    SharedMemory open(String buffer, long minimumSize, Arena arena) throws OsException;

    /**
     * Maps a buffer's memory as {@link #open} does, but for reading only: for one who looks on, and whom nobody else
     * notices. The right to read it is enough.
     */
    @Nullable
    ObservedMemory observe(String buffer, long minimumSize, Arena arena) throws OsException;

    /**
     * Opens a buffer's signal; null when there is none.
     *
     * @param poster whose signal it is: the other side waits for it
     */
    @Nullable
    Signal openSignal(String buffer, Role poster, Arena arena) throws OsException;

    /** Why this process may find no memory of a name that a reader owns, for messages: what is missing, and why. */
    String missingMemory();

    /** What a signal is called, for messages. */
    String signalName(String buffer, Role poster);
}
