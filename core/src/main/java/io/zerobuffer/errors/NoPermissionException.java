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
     * @param found whose the object or its directory is; may be empty
     * @param advice what to do next
     */
    public NoPermissionException(String bufferName, String object, String operation, String found, String advice) {
        super(
                bufferName,
                "no permission to " + operation + " " + object + (found.isEmpty() ? "" : ": " + found) + "; " + advice);
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
