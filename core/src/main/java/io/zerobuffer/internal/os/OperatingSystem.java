package io.zerobuffer.internal.os;

import java.lang.foreign.Arena;

/** What a buffer needs from the operating system. Knows names and bytes, nothing of rings. */
public interface OperatingSystem {
    /**
     * Makes a new shared memory object of zeros and maps it.
     *
     * @param mode permission bits, whatever the umask
     * @param reserve whether to reserve every page now, so that a full file system is an error here and not a fault
     *     later
     * @param arena the life of the mapping
     * @throws OsException EXISTS, NO_SPACE, NO_PERMISSION ...; nothing is left behind
     */
    SharedMemory createSharedMemory(String name, long size, int mode, boolean reserve, Arena arena) throws OsException;

    /**
     * Maps an existing shared memory object at the size it has.
     *
     * @param minimumSize smallest size in bytes to map
     * @return null when there is none of that name, or it is smaller than minimumSize
     */
    SharedMemory openSharedMemory(String name, long minimumSize, Arena arena) throws OsException;

    /** Whether there is anything of that name in shared memory, be it what it may. */
    boolean hasSharedMemory(String name);

    /** Removes a shared memory object; true when there was one. */
    boolean unlinkSharedMemory(String name) throws OsException;

    /** Makes a new named semaphore of value 0, with these permission bits whatever the umask. */
    NamedSemaphore createSemaphore(String name, int mode, Arena arena) throws OsException;

    /** Opens an existing named semaphore; null when there is none. */
    NamedSemaphore openSemaphore(String name, Arena arena) throws OsException;

    /**
     * Removes a named semaphore; true when there was one.
     *
     * @throws OsException FOREIGN if what has its name is none
     */
    boolean unlinkSemaphore(String name) throws OsException;

    /**
     * Takes the lock file that makes this process the owner of a name; the kernel takes it back when the process dies.
     *
     * @param name may have one directory in front, which is made if it is not there
     * @return null when another open file holds it
     * @throws OsException FOREIGN if the file or its directory is not what it should be, NO_PERMISSION ...; nothing is
     *     left behind
     */
    OwnerLock tryLock(String name, int mode) throws OsException;

    /**
     * Whether somebody holds the lock file of that name. The look holds a free lock for an instant, which can make an
     * owner-to-be of another implementation fail: not to be repeated without need.
     */
    LockState lockState(String name);

    /** Whether an object is that of the user this process runs as. */
    boolean isOwnUser(Owner owner);

    /** Whether an object is of a group this process is in. */
    boolean isOwnGroup(Owner owner);

    /** The processes of this machine, as far as this one can see them. */
    Processes processes();
}
