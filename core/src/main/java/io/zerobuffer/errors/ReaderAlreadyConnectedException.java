package io.zerobuffer.errors;

/** The buffer has a live reader; a buffer has one reader at a time. */
public final class ReaderAlreadyConnectedException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long pid;

    /**
     * @param bufferName the buffer concerned
     * @param pid the reader's process id, 0 if unknown
     */
    public ReaderAlreadyConnectedException(String bufferName, long pid) {
        super(
                bufferName,
                "already has a reader (process " + (pid == 0 ? "unknown" : pid)
                        + "); close that one first, or use another name");
        this.pid = pid;
    }

    /**
     * A reader that holds the lock file, but whose segment is not to be found.
     *
     * @param bufferName the buffer concerned
     * @param lockFile the lock file it holds
     * @return the exception
     */
    public static ReaderAlreadyConnectedException withoutSegment(String bufferName, String lockFile) {
        return new ReaderAlreadyConnectedException(
                bufferName,
                0,
                "already has a reader, which holds " + lockFile
                        + " but has no shared memory in this /dev/shm: it is just creating it, or somebody removed it,"
                        + " or it has a /dev/shm of its own (containers); end that process (root: fuser " + lockFile
                        + "), or use another name");
    }

    private ReaderAlreadyConnectedException(String bufferName, long pid, String problem) {
        super(bufferName, problem);
        this.pid = pid;
    }

    /** The reader's process id, 0 if unknown. */
    public long pid() {
        return pid;
    }
}
