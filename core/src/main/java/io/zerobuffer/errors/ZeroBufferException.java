package io.zerobuffer.errors;

/** The root of everything this library throws on purpose. The message says what happened, with numbers, and what to do next. */
public class ZeroBufferException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String bufferName;

    /**
     * @param bufferName the buffer concerned, quoted at the start of the message
     * @param problem what happened, with the values and limits, and what to do next
     */
    public ZeroBufferException(String bufferName, String problem) {
        this(bufferName, problem, null);
    }

    /**
     * @param bufferName the buffer concerned, quoted at the start of the message
     * @param problem what happened, with the values and limits, and what to do next
     * @param cause what made it happen, or null
     */
    public ZeroBufferException(String bufferName, String problem, Throwable cause) {
        super("buffer '" + bufferName + "': " + problem, cause);
        this.bufferName = bufferName;
    }

    /** The name of the buffer concerned. */
    public final String bufferName() {
        return bufferName;
    }
}
