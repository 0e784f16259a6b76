package io.zerobuffer.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zerobuffer.Reader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

/** A process that owns a buffer and does nothing with it until its input ends: a client that was given up, or a server that hangs. */
final class BufferHolder {
    private BufferHolder() {}

    public static void main(String[] args) throws IOException {
        try (Reader reader = Reader.create(args[0], 0, 4096)) {
            System.out.println(reader.name());
            System.in.read();
        }
    }

    static Process start(String buffer) throws IOException {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        Path.of("target", "classes") + File.pathSeparator + Path.of("target", "test-classes"),
                        BufferHolder.class.getName(),
                        buffer)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertEquals(buffer, holder.inputReader().readLine());
        return holder;
    }

    /** Removes what a holder that was killed left behind: the next reader does. */
    static void cleanUp(String buffer) {
        Reader.create(buffer, 0, 64).close();
    }
}
