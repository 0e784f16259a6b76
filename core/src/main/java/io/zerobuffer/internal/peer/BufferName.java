package io.zerobuffer.internal.peer;

import io.zerobuffer.errors.InvalidBufferNameException;
import io.zerobuffer.internal.os.LockState;
import io.zerobuffer.internal.os.OperatingSystem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A name that is legal on Linux, and the names of the objects that belong to it.
 *
 * @param value the name as the user gave it
 */
public record BufferName(String value) {
    private static final String WRITE_SEMAPHORE = "sem-w-";
    private static final String READ_SEMAPHORE = "sem-r-";

    /** The C library's, for semaphores. */
    private static final String SEMAPHORE_FILE = "sem.";

    /** What the segment is called until it is complete. */
    private static final String UNFINISHED = ".zb-";

    /** A file name has at most 255 bytes, and the longest one made of this name starts with "sem.sem-w-". */
    private static final int MAX_BYTES = 255 - SEMAPHORE_FILE.length() - WRITE_SEMAPHORE.length();

    public BufferName {
        Objects.requireNonNull(value, "name");
        if (value.isEmpty()) {
            throw new InvalidBufferNameException(value, "it is empty");
        }
        if (value.equals(".") || value.equals("..")) {
            throw new InvalidBufferNameException(value, "it is a directory's name");
        }
        for (String reserved : List.of(SEMAPHORE_FILE, UNFINISHED)) {
            if (value.startsWith(reserved)) {
                throw new InvalidBufferNameException(
                        value, "it begins with '" + reserved + "', as objects that belong to other buffers do");
            }
        }
        if (value.indexOf('/') >= 0) {
            throw new InvalidBufferNameException(value, "it contains '/' at index " + value.indexOf('/'));
        }
        if (value.indexOf('\0') >= 0) {
            throw new InvalidBufferNameException(value, "it contains the character 0 at index " + value.indexOf('\0'));
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new InvalidBufferNameException(value, "it contains half of a surrogate pair");
        }
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new InvalidBufferNameException(
                    value, "it has " + bytes + " bytes of UTF-8, at most " + MAX_BYTES + " are possible");
        }
    }

    /** The name of the segment as long as it is being made. */
    String unfinished() {
        return UNFINISHED + value;
    }

    /** The name of the lock file of a C# reader, which keeps them one directory further down. */
    String csharpLock() {
        return "locks/" + value;
    }

    /** What the lock file tells of a reader of whatever language. */
    LockState readerLock(OperatingSystem os) {
        LockState lock = os.lockState(value);
        if (lock == LockState.HELD) {
            return lock;
        }
        LockState csharp = os.lockState(csharpLock());
        return csharp == LockState.UNKNOWN ? lock : csharp;
    }

    public String writeSemaphore() {
        return WRITE_SEMAPHORE + value;
    }

    public String readSemaphore() {
        return READ_SEMAPHORE + value;
    }
}
