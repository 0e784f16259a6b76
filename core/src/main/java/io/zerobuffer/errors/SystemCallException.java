package io.zerobuffer.errors;

/** A call to the operating system failed in a way that has no type of its own. */
public final class SystemCallException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /**
     * @param bufferName the buffer concerned
     * @param call the call, with its arguments
     * @param errno the error number
     */
    public SystemCallException(String bufferName, String call, int errno) {
        super(bufferName, call + " failed with errno " + errno);
        this.call = call;
        this.errno = errno;
    }

    /** The call, with its arguments. */
    public String call() {
        return call;
    }

    /** The error number. */
    public int errno() {
        return errno;
    }
}
