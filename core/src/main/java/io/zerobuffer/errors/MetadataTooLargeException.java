package io.zerobuffer.errors;

/** The metadata does not fit into its block. */
public final class MetadataTooLargeException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long size;
    private final long maxSize;

    /**
     * @param bufferName the buffer concerned
     * @param size size of the metadata in bytes
     * @param maxSize most bytes that fit
     */
    public MetadataTooLargeException(String bufferName, long size, long maxSize) {
        super(
                bufferName,
                "metadata of " + size + " bytes is too large, at most " + maxSize
                        + " fit; let the reader create a larger metadata block");
        this.size = size;
        this.maxSize = maxSize;
    }

    /** Size of the metadata in bytes. */
    public long size() {
        return size;
    }

    /** Most bytes that fit. */
    public long maxSize() {
        return maxSize;
    }
}
