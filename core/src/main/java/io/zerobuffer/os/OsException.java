package io.zerobuffer.os;

/** A call to the operating system failed. */
public final class OsException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What the error number means to a caller. */
    public enum Reason {
        EXISTS,
        NO_PERMISSION,
        NO_SPACE,
        NO_DESCRIPTORS,
        OTHER
    }

    private final Reason reason;
    private final String call;
    private final String object;
    private final int errno;

    public OsException(Reason reason, String call, String object, int errno) {
        super(call + " of " + object + " failed with errno " + errno);
        this.reason = reason;
        this.call = call;
        this.object = object;
        this.errno = errno;
    }

    public Reason reason() {
        return reason;
    }

    public String call() {
        return call;
    }

    /** The file or object the call was about. */
    public String object() {
        return object;
    }

    public int errno() {
        return errno;
    }
}
