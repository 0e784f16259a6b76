package io.zerobuffer.errors;

/** The reader or writer this was called on is closed. */
public final class BufferClosedException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final String role;

    /**
     * @param bufferName the buffer concerned
     * @param role "reader" or "writer"
     */
    public BufferClosedException(String bufferName, String role) {
        super(bufferName, "this " + role + " is closed");
        this.role = role;
    }

    /** "reader" or "writer". */
    public String role() {
        return role;
    }
}
