package io.zerobuffer.errors;

/**
 * The process, or the system, has no file descriptor left for one of the objects of the buffer. A reader keeps three
 * open, a writer one.
 */
public final class TooManyOpenFilesException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final String object;

    /**
     * @param bufferName the buffer concerned
     * @param object the file or object that was to be opened
     */
    public TooManyOpenFilesException(String bufferName, String object) {
        super(
                bufferName,
                "no file descriptor is left to open " + object
                        + "; close readers and writers that are not needed, or raise the limit (ulimit -n)");
        this.object = object;
    }

    /** The file or object that was to be opened. */
    public String object() {
        return object;
    }
}
