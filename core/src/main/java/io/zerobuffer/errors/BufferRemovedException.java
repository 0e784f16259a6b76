package io.zerobuffer.errors;

/** Somebody removed the shared memory of a reader that waits for a writer: no writer can find it any more. */
public final class BufferRemovedException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final String path;

    /**
     * @param bufferName the buffer concerned
     * @param path where its shared memory was
     */
    public BufferRemovedException(String bufferName, String path) {
        super(
                bufferName,
                "somebody removed or replaced " + path + ", so no writer finds this reader any more;"
                        + " close it and create it anew");
        this.path = path;
    }

    /** Where its shared memory was. */
    public String path() {
        return path;
    }
}
