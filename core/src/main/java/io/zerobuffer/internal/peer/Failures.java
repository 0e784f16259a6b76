package io.zerobuffer.internal.peer;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.NoPermissionException;
import io.zerobuffer.errors.NoSpaceException;
import io.zerobuffer.errors.SystemCallException;
import io.zerobuffer.errors.TooManyOpenFilesException;
import io.zerobuffer.errors.UnexpectedFileException;
import io.zerobuffer.errors.ZeroBufferException;
import io.zerobuffer.internal.os.OsException;
import java.lang.System.Logger.Level;

/** Turns what the layers below throw into what a user can act on. */
public final class Failures {
    private static final System.Logger LOG = System.getLogger("io.zerobuffer");

    private static final String CREATORS_PERMISSION =
            "a reader of that user runs or left it behind: end it, let that user or root remove the files of this name,"
                    + " or use another name";

    private static final String ATTACHERS_PERMISSION =
            "let the reader create the buffer with wider permissions (GROUP is the primary group of its process), or"
                    + " run as its user";

    private Failures() {}

    /** A call to the operating system failed while a buffer was created whose segment has so many bytes. */
    static ZeroBufferException ofCreating(BufferName name, OsException failure, long segmentSize) {
        return exceptionFor(name, failure, segmentSize, CREATORS_PERMISSION);
    }

    /** A call to the operating system failed while this side attached to a buffer, or used it. */
    static ZeroBufferException ofAttaching(BufferName name, OsException failure) {
        return exceptionFor(name, failure, 0, ATTACHERS_PERMISSION);
    }

    /**
     * Does what touches shared memory, and bears with pages that are gone: for closing, which has to come to its end.
     */
    public static void tolerating(Runnable access) {
        try {
            access.run();
            // The JVM may report a fault late, but not later than this call into it.
            Thread.yield();
        } catch (InternalError truncated) {
            LOG.log(Level.DEBUG, "shared memory was truncated by a peer");
        }
    }

    /** The JVM's answer to a page that is gone: a peer truncated the file, or an unreserved page cannot be had. */
    public static ZeroBufferException of(BufferName name, InternalError fault, long segmentSize) {
        ZeroBufferException exception = new CorruptBufferException(
                name.value(),
                "segment size",
                segmentSize,
                "some of its pages are gone (truncated by a peer, or out of memory)");
        exception.initCause(fault);
        return exception;
    }

    private static ZeroBufferException exceptionFor(
            BufferName name, OsException failure, long segmentSize, String permission) {
        ZeroBufferException exception =
                switch (failure.reason()) {
                    case NO_SPACE, NO_SPACE_FOR_NAME -> noSpace(name, failure, segmentSize);
                    case NO_PERMISSION ->
                        new NoPermissionException(
                                name.value(),
                                failure.object(),
                                failure.call(),
                                failure.detail(),
                                failure.advice().isEmpty() ? permission : failure.advice());
                    case NO_DESCRIPTORS -> new TooManyOpenFilesException(name.value(), failure.object());
                    case FOREIGN -> new UnexpectedFileException(name.value(), failure.object(), failure.detail());
                    default ->
                        new SystemCallException(
                                name.value(),
                                failure.call() + " of " + failure.object(),
                                failure.errno(),
                                failure.error(),
                                failure.reason() == OsException.Reason.RESERVING_UNSUPPORTED
                                        ? failure.advice() + ", or switch ReaderConfig.reserveMemory off"
                                        : failure.advice());
                };
        exception.initCause(failure);
        return exception;
    }

    private static NoSpaceException noSpace(BufferName name, OsException failure, long segmentSize) {
        boolean fitsNothing = failure.reason() == OsException.Reason.NO_SPACE_FOR_NAME;
        String what = fitsNothing ? "not even a file fits into " : segmentSize + " bytes do not fit into ";
        String call = " (" + failure.call() + " of " + failure.object() + ": " + failure.error() + "); ";
        return new NoSpaceException(
                name.value(),
                fitsNothing ? 0 : segmentSize,
                failure.place(),
                what
                        + failure.place()
                        + call
                        + failure.advice()
                        + (fitsNothing ? "" : ", or ask for a smaller buffer"));
    }
}
