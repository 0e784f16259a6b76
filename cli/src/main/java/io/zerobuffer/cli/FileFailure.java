package io.zerobuffer.cli;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Says which file it was, which the JDK often leaves out: "No space left on device" would make one look at the buffer.
 */
final class FileFailure {
    private FileFailure() {}

    static IOException reading(String file, IOException failure) throws ClosedChannelException {
        return naming("read", file.equals("-") ? "standard input" : quoted(file), failure);
    }

    static IOException writing(String file, IOException failure) throws ClosedChannelException {
        return naming("write", file.equals("-") ? "standard output" : quoted(file), failure);
    }

    /** An interrupt closes a channel: no failure of the file's, and passed on as it is. */
    private static IOException naming(String what, String file, IOException failure) throws ClosedChannelException {
        if (failure instanceof ClosedChannelException closed) {
            throw closed;
        }
        return new IOException("cannot " + what + " " + file + ": " + reason(failure), failure);
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> "No such file or directory";
            case AccessDeniedException denied -> "Permission denied";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }

    /** The path of a name; in the POSIX locale a JVM can say no other than ASCII ones to the system. */
    static Path path(String file) throws IOException {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new IOException(
                    quoted(file) + " cannot be named in this locale, " + System.getProperty("sun.jnu.encoding")
                            + "; set LC_ALL=C.UTF-8",
                    e);
        }
    }

    private static String quoted(String file) {
        return "'" + file + "'";
    }
}
