package io.zerobuffer.errors;

/** The reader did not free enough space within the write timeout; the ring is as it was before the call. */
public final class BufferFullException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final long requiredBytes;
    private final long freeBytes;
    private final long heldBytes;
    private final long payloadSize;
    private final long timeoutNanos;
    private final long openClaims;

    /**
     * @param bufferName the buffer concerned
     * @param requiredBytes bytes the frame needs, header and wrap included
     * @param freeBytes bytes that were free when the wait ended
     * @param heldBytes bytes of frames that the reader has taken and not released
     * @param payloadSize size of the ring in bytes
     * @param timeoutNanos how long the call waited, in nanoseconds
     * @param openClaims claims of the writer that are not published
     */
    public BufferFullException(
            String bufferName,
            long requiredBytes,
            long freeBytes,
            long heldBytes,
            long payloadSize,
            long timeoutNanos,
            long openClaims) {
        super(
                bufferName,
                "full: needs " + requiredBytes + " bytes, " + freeBytes + " of " + payloadSize + " are free after "
                        + timeoutNanos / 1_000_000
                        + " ms, " + heldBytes + " are of frames that the reader has taken and not released; "
                        + advice(heldBytes, payloadSize, openClaims)
                        + ", or use a larger buffer or timeout");
        this.requiredBytes = requiredBytes;
        this.freeBytes = freeBytes;
        this.heldBytes = heldBytes;
        this.payloadSize = payloadSize;
        this.timeoutNanos = timeoutNanos;
        this.openClaims = openClaims;
    }

    private static String advice(long heldBytes, long payloadSize, long openClaims) {
        if (openClaims > 0) {
            return "commit or abort the writer's own " + openClaims + " claims that are not published";
        }
        return heldBytes > payloadSize / 2
                ? "let it release them, also the last one of a loop that it leaves"
                : "read faster";
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

    /** Claims of the writer that are not published, see {@code ClaimQueue}; 0 for a writer without a queue. */
    public long openClaims() {
        return openClaims;
    }
}
