package io.zerobuffer.errors;

/** There is no complete buffer of that name: no reader has created it, or it is not finished yet. */
public final class BufferNotFoundException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final String missing;

    /**
     * @param bufferName the buffer concerned
     * @param missing what was looked for and not found
     */
    public BufferNotFoundException(String bufferName, String missing) {
        super(bufferName, "not found: " + missing + "; start its reader first, or connect with a longer wait");
        this.missing = missing;
    }

    /** What was looked for and not found. */
    public String missing() {
        return missing;
    }
}
