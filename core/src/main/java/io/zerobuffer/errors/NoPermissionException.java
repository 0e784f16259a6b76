package io.zerobuffer.errors;

/** The operating system refused access to one of the objects of the buffer. */
public final class NoPermissionException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final String object;
    private final String operation;

    /**
     * @param bufferName the buffer concerned
     * @param object the file or object
     * @param operation what was refused
     */
    public NoPermissionException(String bufferName, String object, String operation) {
        super(bufferName, "no permission to " + operation + " " + object + "; let the reader create the buffer with wider permissions, or run as its user");
        this.object = object;
        this.operation = operation;
    }

    /** The file or object. */
    public String object() {
        return object;
    }

    /** What was refused. */
    public String operation() {
        return operation;
    }
}
