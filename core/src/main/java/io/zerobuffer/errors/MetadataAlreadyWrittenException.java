package io.zerobuffer.errors;

/** Metadata is written once per buffer, and this buffer has other metadata already. */
public final class MetadataAlreadyWrittenException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long writtenBytes;

    /**
     * @param bufferName the buffer concerned
     * @param writtenBytes size of the metadata that is there, in bytes
     */
    public MetadataAlreadyWrittenException(String bufferName, long writtenBytes) {
        super(
                bufferName,
                "metadata is already written (" + writtenBytes
                        + " bytes), and only the same bytes can be written again; compare with Writer.metadata(), and"
                        + " for another format let the reader close and create the buffer anew, or carry the format in"
                        + " the frames");
        this.writtenBytes = writtenBytes;
    }

    /** Size of the metadata that is there, in bytes. */
    public long writtenBytes() {
        return writtenBytes;
    }
}
