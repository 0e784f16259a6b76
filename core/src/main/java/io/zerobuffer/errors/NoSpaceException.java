package io.zerobuffer.errors;

/** There is not enough shared memory for the buffer; nothing was left behind. */
public final class NoSpaceException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long requestedBytes;
    private final String resource;

    /**
     * @param bufferName the buffer concerned
     * @param requestedBytes bytes the buffer needs
     * @param resource where the space ran out
     */
    public NoSpaceException(String bufferName, long requestedBytes, String resource) {
        super(bufferName,
                "no space: " + requestedBytes + " bytes do not fit into " + resource
                        + "; free some, enlarge it (containers: --shm-size), or ask for a smaller buffer");
        this.requestedBytes = requestedBytes;
        this.resource = resource;
    }

    /** Bytes the buffer needs. */
    public long requestedBytes() {
        return requestedBytes;
    }

    /** Where the space ran out. */
    public String resource() {
        return resource;
    }
}
