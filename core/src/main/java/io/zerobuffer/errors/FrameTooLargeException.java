package io.zerobuffer.errors;

/** The frame can never fit into the ring, even when it is empty. */
public final class FrameTooLargeException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long frameSize;
    private final long maxFrameSize;

    /**
     * @param bufferName the buffer concerned
     * @param frameSize size of the frame in bytes
     * @param maxFrameSize largest frame this ring can carry, in bytes
     */
    public FrameTooLargeException(String bufferName, long frameSize, long maxFrameSize) {
        super(
                bufferName,
                "frame of " + frameSize + " bytes is too large, at most " + maxFrameSize
                        + " fit; let the reader create a larger buffer");
        this.frameSize = frameSize;
        this.maxFrameSize = maxFrameSize;
    }

    /** Size of the frame in bytes. */
    public long frameSize() {
        return frameSize;
    }

    /** Largest frame this ring can carry, in bytes. */
    public long maxFrameSize() {
        return maxFrameSize;
    }
}
