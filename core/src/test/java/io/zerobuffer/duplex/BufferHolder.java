package io.zerobuffer.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zerobuffer.Reader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that owns a buffer and does nothing with it until its input ends: a client that was given up, or a server that hangs. With a number of requests it is a client that sends them and
 * reads no answer.
 */
final class BufferHolder {
    private BufferHolder() {}

    public static void main(String[] args) throws IOException {
        if (args.length > 1) {
            try (DuplexClient client = DuplexClient.connect(args[0], Duration.ofMinutes(5))) {
                for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                    client.send(new byte[] {1});
                }
                System.out.println(client.channel());
                System.in.read();
            }
            return;
        }
        try (Reader reader = Reader.create(args[0], 0, 4096)) {
            System.out.println(reader.name());
            System.in.read();
        }
    }

    static Process startClient(String channel, int requests) throws IOException {
        return start(channel, Integer.toString(requests));
    }

    static Process start(String buffer) throws IOException {
        return start(new String[] {buffer});
    }

    private static Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Path.of("target", "classes") + File.pathSeparator + Path.of("target", "test-classes"),
                BufferHolder.class.getName()));
        command.addAll(List.of(args));
        Process holder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertEquals(args[0], holder.inputReader().readLine());
        return holder;
    }

    /** Removes what a holder that was killed left behind: the next reader does. */
    static void cleanUp(String buffer) {
        Reader.create(buffer, 0, 64).close();
    }
}
