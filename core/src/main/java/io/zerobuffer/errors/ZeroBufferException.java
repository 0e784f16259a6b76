package io.zerobuffer.errors;

/**
 * The root of everything this library throws on purpose. The message says what happened, with numbers, and what to do
 * next.
 */
public class ZeroBufferException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String bufferName;

    /**
     * @param bufferName the buffer concerned, quoted at the start of the message
     * @param problem what happened, with the values and limits, and what to do next
     */
    public ZeroBufferException(String bufferName, String problem) {
        super("buffer '" + bufferName + "': " + problem);
        this.bufferName = bufferName;
    }

    /** The name of the buffer concerned. */
    public final String bufferName() {
        return bufferName;
    }
}
