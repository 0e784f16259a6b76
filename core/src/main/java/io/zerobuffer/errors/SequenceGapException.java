package io.zerobuffer.errors;

/** A frame does not follow the one before it: frames were lost, or the memory is damaged. The frame stays unread. */
public final class SequenceGapException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long expected;
    private final long actual;

    /**
     * @param bufferName the buffer concerned
     * @param expected the sequence number that should have come
     * @param actual the sequence number found
     */
    public SequenceGapException(String bufferName, long expected, long actual) {
        super(
                bufferName,
                "sequence gap: expected " + expected + ", found " + actual
                        + "; frames were lost or the buffer is damaged, create it anew");
        this.expected = expected;
        this.actual = actual;
    }

    /** The sequence number that should have come. */
    public long expected() {
        return expected;
    }

    /** The sequence number found. */
    public long actual() {
        return actual;
    }
}
