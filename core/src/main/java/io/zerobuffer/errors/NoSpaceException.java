package io.zerobuffer.errors;

/** There is not enough space for the buffer or for its lock files; nothing was left behind. */
public final class NoSpaceException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long requestedBytes;
    private final String resource;

    /**
     * @param bufferName the buffer concerned
     * @param requestedBytes bytes the buffer needs; 0 when a mere file did not fit
     * @param resource the directory whose file system has no space
     * @param problem what did not fit, and what to do next
     */
    public NoSpaceException(String bufferName, long requestedBytes, String resource, String problem) {
        super(bufferName, "no space: " + problem);
        this.requestedBytes = requestedBytes;
        this.resource = resource;
    }

    /** Bytes the buffer needs; 0 when a mere file did not fit. */
    public long requestedBytes() {
        return requestedBytes;
    }

    /** The directory whose file system has no space. */
    public String resource() {
        return resource;
    }
}
