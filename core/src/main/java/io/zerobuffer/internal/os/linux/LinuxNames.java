package io.zerobuffer.internal.os.linux;

import io.zerobuffer.internal.os.Role;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names of the objects that belong to a buffer. */
final class LinuxNames {
    private static final String WRITE_SEMAPHORE = "sem-w-";
    private static final String READ_SEMAPHORE = "sem-r-";

    /** The C library's, for semaphores. */
    private static final String SEMAPHORE_FILE = "sem.";

    /** What the segment is called until it is complete. */
    private static final String UNFINISHED = ".zb-";

    /** A file name has at most 255 bytes, and the longest one made of a buffer's starts with "sem.sem-w-". */
    private static final int MAX_BYTES = 255 - SEMAPHORE_FILE.length() - WRITE_SEMAPHORE.length();

    private LinuxNames() {}

    /** See {@link io.zerobuffer.internal.os.BufferObjects#refusal}. */
    static @Nullable String refusal(String buffer) {
        if (buffer.equals(".") || buffer.equals("..")) {
            return "it is a directory's name";
        }
        for (String reserved : List.of(SEMAPHORE_FILE, UNFINISHED)) {
            if (buffer.startsWith(reserved)) {
                return "it begins with '" + reserved + "', as objects that belong to other buffers do";
            }
        }
        if (buffer.indexOf('/') >= 0) {
            return "it contains '/' at index " + buffer.indexOf('/');
        }
        int bytes = buffer.getBytes(StandardCharsets.UTF_8).length;
        return bytes <= MAX_BYTES
                ? null
                : "it has " + bytes + " bytes of UTF-8, at most " + MAX_BYTES + " are possible";
    }

    /** The segment as long as it is being made. */
    static String unfinished(String buffer) {
        return UNFINISHED + buffer;
    }

    static String semaphore(String buffer, Role poster) {
        return (poster == Role.WRITER ? WRITE_SEMAPHORE : READ_SEMAPHORE) + buffer;
    }

    /** The lock file of a C# reader, which keeps them one directory further down. */
    static String csharpLock(String buffer) {
        return "locks/" + buffer;
    }
}
