package io.zerobuffer.errors;

/** The waiting thread was interrupted. Its interrupt status is set again; nothing was read or written. */
public final class WaitInterruptedException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    /**
     * @param bufferName the buffer concerned
     */
    public WaitInterruptedException(String bufferName) {
        super(bufferName, "interrupted while waiting");
    }
}
