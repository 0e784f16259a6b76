package io.zerobuffer;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.NoPermissionException;
import io.zerobuffer.errors.NoSpaceException;
import io.zerobuffer.errors.SystemCallException;
import io.zerobuffer.errors.TooManyOpenFilesException;
import io.zerobuffer.errors.UnexpectedFileException;
import io.zerobuffer.errors.ZeroBufferException;
import io.zerobuffer.os.OsException;
import java.lang.System.Logger.Level;

/** Turns what the layers below throw into what a user can act on. */
final class Failures {
    private static final System.Logger LOG = System.getLogger("io.zerobuffer");

    private Failures() {}

    /** A call to the operating system failed on behalf of a buffer of so many bytes. */
    static ZeroBufferException of(BufferName name, OsException failure, long segmentSize) {
        ZeroBufferException translated = switch (failure.reason()) {
            case NO_SPACE -> new NoSpaceException(name.value(), segmentSize, "shared memory (" + failure.getMessage() + ")");
            case NO_PERMISSION -> new NoPermissionException(name.value(), failure.object(), failure.call());
            case NO_DESCRIPTORS -> new TooManyOpenFilesException(name.value(), failure.object());
            case FOREIGN -> new UnexpectedFileException(name.value(), failure.object(), failure.detail());
            default -> new SystemCallException(name.value(), failure.call() + " of "
                    + failure.object(), failure.errno());
        };
        translated.initCause(failure);
        return translated;
    }

    /** Does what touches shared memory, and bears with pages that are gone: for closing, which has to come to its end. */
    static void tolerating(Runnable access) {
        try {
            access.run();
            // The JVM may report a fault late, but not later than this call into it.
            Thread.yield();
        } catch (InternalError truncated) {
            LOG.log(Level.DEBUG, "shared memory was truncated by a peer");
        }
    }

    /** The JVM's answer to a page that is gone: a peer truncated the file, or an unreserved page cannot be had. */
    static ZeroBufferException of(BufferName name, InternalError fault, long segmentSize) {
        ZeroBufferException translated = new CorruptBufferException(
                name.value(), "segment size", segmentSize, "some of its pages are gone (truncated by a peer, or out of memory)");
        translated.initCause(fault);
        return translated;
    }
}
