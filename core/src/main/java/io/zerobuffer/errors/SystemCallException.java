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
     * @param error name and meaning of the error number
     * @param advice what to do next
     */
    public SystemCallException(String bufferName, String call, int errno, String error, String advice) {
        super(bufferName, call + " failed: " + error + "; " + advice);
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
