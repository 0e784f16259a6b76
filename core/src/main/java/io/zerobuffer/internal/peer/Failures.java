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

    private static final String SHARED_MEMORY = "/dev/shm";

    private static final String DIRECTORY_ADVICE = "let its owner or root give that directory mode 1777";

    private Failures() {}

    /** A call to the operating system failed while a buffer was created whose segment has so many bytes. */
    static ZeroBufferException ofCreating(BufferName name, OsException failure, long segmentSize) {
        return of(
                name,
                failure,
                failure.reason() == OsException.Reason.NO_SPACE
                        ? noSpace(name, failure, segmentSize)
                        : exceptionFor(name, failure, creatorsPermission(failure)));
    }

    /** A call to the operating system failed while this side attached to a buffer, or used it. */
    static ZeroBufferException ofAttaching(BufferName name, OsException failure) {
        return of(
                name,
                failure,
                failure.reason() == OsException.Reason.NO_SPACE
                        ? noSpace(name, failure, 0)
                        : exceptionFor(name, failure, attachersPermission(failure)));
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

    private static ZeroBufferException of(BufferName name, OsException failure, ZeroBufferException exception) {
        exception.initCause(failure);
        return exception;
    }

    private static ZeroBufferException exceptionFor(BufferName name, OsException failure, String permission) {
        return switch (failure.reason()) {
            case NO_PERMISSION ->
                new NoPermissionException(name.value(), failure.object(), failure.call(), failure.detail(), permission);
            case NO_DESCRIPTORS -> new TooManyOpenFilesException(name.value(), failure.object());
            case FOREIGN -> new UnexpectedFileException(name.value(), failure.object(), failure.detail());
            default ->
                new SystemCallException(
                        name.value(),
                        failure.call() + " of " + failure.object(),
                        failure.errno(),
                        failure.error(),
                        advice(failure));
        };
    }

    private static NoSpaceException noSpace(BufferName name, OsException failure, long segmentSize) {
        String place = failure.object().startsWith(SHARED_MEMORY) ? SHARED_MEMORY : "/tmp";
        String call = failure.call() + " of " + failure.object() + ": " + failure.error();
        boolean takesFileOnly =
                failure.call().contains("open") || failure.call().equals("mkdir");
        if (takesFileOnly) {
            return new NoSpaceException(
                    name.value(),
                    0,
                    place,
                    "not even a file fits into " + place + " (" + call + "); free bytes (df -h " + place
                            + ") or inodes (df -i " + place + ")");
        }
        return new NoSpaceException(
                name.value(),
                segmentSize,
                place,
                segmentSize + " bytes do not fit into " + place + " (" + call + "); free some (buffers of dead readers"
                        + " stay until their names are used again), enlarge it (containers: --shm-size), raise"
                        + " ulimit -f, or ask for a smaller buffer");
    }

    private static String creatorsPermission(OsException failure) {
        return isAboutObject(failure)
                ? "a reader of that user runs or left it behind: end it, let that user or root remove the files of this"
                        + " name, or use another name"
                : DIRECTORY_ADVICE;
    }

    private static String attachersPermission(OsException failure) {
        return isAboutObject(failure)
                ? "let the reader create the buffer with wider permissions (GROUP is the primary group of its process),"
                        + " or run as its user"
                : DIRECTORY_ADVICE;
    }

    /** Whether it is the object that may not be used, and not its directory. */
    private static boolean isAboutObject(OsException failure) {
        return failure.detail().startsWith(failure.object() + " ");
    }

    private static String advice(OsException failure) {
        String directory =
                failure.object().substring(0, Math.max(0, failure.object().lastIndexOf('/')));
        return switch (failure.reason()) {
            case READ_ONLY -> "mount something writable there, such as a tmpfs of mode 1777";
            case NO_DIRECTORY -> directory + " is not there: mount a tmpfs of mode 1777";
            case UNSUPPORTED ->
                failure.call().equals("posix_fallocate")
                        ? "the kernel or a filter of system calls refuses it: allow it, or switch"
                                + " ReaderConfig.reserveMemory off"
                        : "the kernel or a filter of system calls refuses it: allow it";
            default -> "see the manual page of " + failure.call();
        };
    }
}
