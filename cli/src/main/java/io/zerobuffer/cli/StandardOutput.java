package io.zerobuffer.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Where results go, and nothing else. A JVM and its agents print to descriptor 1, before this program begins and while
 * it runs; so the launcher gives them standard error as that, and tells in a property which descriptor is the real one.
 * Without the launcher it is descriptor 1.
 */
final class StandardOutput {
    /** A JVM option of this beginning is for one process, and not for those it starts. */
    static final String OPTION = "-Dzerobuffer.output=";

    private static final String PROPERTY = "zerobuffer.output";
    private static final FileDescriptor DESCRIPTOR = descriptor(System.getProperty(PROPERTY));
    private static final PrintStream STREAM = DESCRIPTOR == FileDescriptor.out && isReadable(System.out.charset())
            ? System.out
            : new PrintStream(new FileOutputStream(DESCRIPTOR), true, readable(System.out.charset()));

    private StandardOutput() {
    }

    static FileDescriptor descriptor() {
        return DESCRIPTOR;
    }

    static PrintStream stream() {
        return STREAM;
    }

    /** The constructor is for the JDK alone; the manifest opens it to this program. */
    private static FileDescriptor descriptor(String number) {
        if (number == null) {
            return FileDescriptor.out;
        }
        try {
            var constructor = FileDescriptor.class.getDeclaredConstructor(int.class);
            constructor.setAccessible(true);
            return constructor.newInstance(Integer.valueOf(number));
        } catch (ReflectiveOperationException | RuntimeException e) {
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
