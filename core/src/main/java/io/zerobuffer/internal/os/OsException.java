package io.zerobuffer.internal.os;

/** A call to the operating system failed. */
public final class OsException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What the error number means to a caller. */
    public enum Reason {
        EXISTS,
        /** A reader has the name of the buffer. */
        OWNED,
        NO_PERMISSION,
        NO_SPACE,
        /** Not even an empty object fits. */
        NO_SPACE_FOR_NAME,
        NO_DESCRIPTORS,
        /** Something else than what it is for has the name; {@link OsException#detail} tells what. */
        FOREIGN,
        /** The directory of the object is not there. */
        NO_DIRECTORY,
        READ_ONLY,
        /** The kernel, or a filter of system calls, does not have the call. */
        UNSUPPORTED,
        /** The same of the call that reserves memory beforehand. */
        RESERVING_UNSUPPORTED,
        OTHER
    }

    private final Reason reason;
    private final String call;
    private final String object;
    private final int errno;
    private final String error;
    private final String detail;
    private final String place;
    private final String advice;

    /**
     * @param object path of the file the call was about
     * @param error name and meaning of the error number
     * @param detail what is known besides: whose the object is, or what it is; may be empty
     */
    public OsException(Reason reason, String call, String object, int errno, String error, String detail) {
        this(reason, call, object, errno, error, detail, "", "");
    }

    /**
     * @param place where the object lies, and space may be missing
     * @param advice what helps, as half a sentence; may be empty
     */
    public OsException(
            Reason reason,
            String call,
            String object,
            int errno,
            String error,
            String detail,
            String place,
            String advice) {
        super(call + " of " + object + " failed: " + error + (detail.isEmpty() ? "" : "; " + detail));
        this.reason = reason;
        this.call = call;
        this.object = object;
        this.errno = errno;
        this.error = error;
        this.detail = detail;
        this.place = place;
        this.advice = advice;
    }

    public Reason reason() {
        return reason;
    }

    public String call() {
        return call;
    }

    /** Path of the file the call was about. */
    public String object() {
        return object;
    }

    public int errno() {
        return errno;
    }

    /** Name and meaning of the error number. */
    public String error() {
        return error;
    }

    /** What is known besides: whose the object is, or what it is; may be empty. */
    public String detail() {
        return detail;
    }

    /** Where the object lies, and space may be missing; empty where that does not matter. */
    public String place() {
        return place;
    }

    /** What helps on this system, as half a sentence; may be empty. */
    public String advice() {
        return advice;
    }
}
