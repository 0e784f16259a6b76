package io.zerobuffer.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where results go, and nothing else. A JVM and its agents print to descriptor 1, before this program begins and while
 * it runs; so the launcher gives them standard error as that, and tells in a property which descriptor is the real one.
 * Without the launcher it is descriptor 1.
 */
final class StandardOutput {
    /** A JVM option of this beginning is for one process, and not for those it starts. */
    static final String OPTION = "-Dzerobuffer.output=";

    private static final String PROPERTY = "zerobuffer.output";
    private static final @Nullable Descriptor GIVEN = given(System.getProperty(PROPERTY));
    private static final PrintStream STREAM = GIVEN == null && isReadable(System.out.charset())
            ? System.out
            : new PrintStream(
                    GIVEN == null ? new FileOutputStream(FileDescriptor.out) : GIVEN.stream(),
                    true,
                    readable(System.out.charset()));

    private StandardOutput() {}

    /** For direct buffers; an interrupt ends a write. */
    static WritableByteChannel channel() {
        return GIVEN == null ? new FileOutputStream(FileDescriptor.out).getChannel() : GIVEN.channel();
    }

    /** For text, which an interrupt does not end. */
    static PrintStream stream() {
        return STREAM;
    }

    /** The real one if the launcher told it, or null. */
    private static @Nullable Descriptor given(@Nullable String number) {
        try {
            return number == null ? null : new Descriptor(Integer.parseInt(number));
        } catch (NumberFormatException e) {
            throw new IllegalStateException("the property " + PROPERTY + " is for the launcher: " + e.getMessage(), e);
        }
    }

    /** In the POSIX locale a JVM would print question marks. */
    private static boolean isReadable(Charset charset) {
        return !charset.equals(StandardCharsets.US_ASCII);
    }

    private static Charset readable(Charset charset) {
        return isReadable(charset) ? charset : StandardCharsets.UTF_8;
    }
}
