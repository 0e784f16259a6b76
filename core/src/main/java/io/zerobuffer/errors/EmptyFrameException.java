package io.zerobuffer.errors;

/** A frame of no bytes: size 0 marks the wrap of the ring and cannot be a frame. */
public final class EmptyFrameException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    /**
     * @param bufferName the buffer concerned
     */
    public EmptyFrameException(String bufferName) {
        super(bufferName, "a frame must have at least 1 byte");
    }
}
