package io.zerobuffer.errors;

/** A frame was used after its release, or a claim after its commit or abort. */
public final class FrameReleasedException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final String what;

    /**
     * @param bufferName the buffer concerned
     * @param what the frame or claim
     */
    public FrameReleasedException(String bufferName, String what) {
        super(bufferName, what + " may not be used any more");
        this.what = what;
    }

    /** The frame or claim. */
    public String what() {
        return what;
    }
}
