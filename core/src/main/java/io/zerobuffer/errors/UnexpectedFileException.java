package io.zerobuffer.errors;

/**
 * Where an object of the buffer belongs, something lies that no peer makes: a link, a FIFO, a directory, or a lock
 * directory in which everybody can remove the files of others. Nothing was done to it.
 */
public final class UnexpectedFileException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final String found;

    /**
     * @param bufferName the buffer concerned
     * @param path where the object belongs
     * @param found what is there, as a sentence without its full stop
     */
    public UnexpectedFileException(String bufferName, String path, String found) {
        super(
                bufferName,
                "unexpected file at " + path + ": " + found
                        + "; see whose it is (ls -ld) and remove or mend it, or use another name");
        this.path = path;
        this.found = found;
    }

    /** Where the object belongs. */
    public String path() {
        return path;
    }

    /** What is there. */
    public String found() {
        return found;
    }
}
