package io.zerobuffer.errors;

/** The reader did not free enough space within the write timeout; the ring is as it was before the call. */
public final class BufferFullException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long requiredBytes;
    private final long freeBytes;
    private final long heldBytes;
    private final long payloadSize;
    private final long timeoutNanos;

    /**
     * @param bufferName the buffer concerned
     * @param requiredBytes bytes the frame needs, header and wrap included
     * @param freeBytes bytes that were free when the wait ended
     * @param heldBytes bytes of frames that the reader has taken and not released
     * @param payloadSize size of the ring in bytes
     * @param timeoutNanos how long the call waited, in nanoseconds
     */
    public BufferFullException(
            String bufferName,
            long requiredBytes,
            long freeBytes,
            long heldBytes,
            long payloadSize,
            long timeoutNanos) {
        super(
                bufferName,
                "full: needs " + requiredBytes + " bytes, " + freeBytes + " of " + payloadSize + " are free after "
                        + timeoutNanos / 1_000_000
                        + " ms, " + heldBytes + " are of frames that the reader has taken and not released; "
                        + (heldBytes > payloadSize / 2
                                ? "let it release them, also the last one of a loop that it leaves"
                                : "read faster")
                        + ", or use a larger buffer or timeout");
        this.requiredBytes = requiredBytes;
        this.freeBytes = freeBytes;
        this.heldBytes = heldBytes;
        this.payloadSize = payloadSize;
        this.timeoutNanos = timeoutNanos;
    }

    /** Bytes the frame needs, header and wrap included. */
    public long requiredBytes() {
        return requiredBytes;
    }

    /** Bytes that were free when the wait ended. */
    public long freeBytes() {
        return freeBytes;
    }

    /** Bytes of frames that the reader has taken and not released, headers and what wraps waste included. */
    public long heldBytes() {
        return heldBytes;
    }

    /** Size of the ring in bytes. */
    public long payloadSize() {
        return payloadSize;
    }

    /** How long the call waited, in nanoseconds. */
    public long timeoutNanos() {
        return timeoutNanos;
    }
}
