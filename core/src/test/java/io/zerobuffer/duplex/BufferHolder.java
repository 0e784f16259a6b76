package io.zerobuffer.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zerobuffer.ChildJvm;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.testkit.ChildProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A process that owns a buffer and does nothing with it until its input ends: a client that was given up, or a server
 * that hangs. With a number of requests it is a client that sends them and reads no answer.
 */
final class BufferHolder {
    private BufferHolder() {}

    public static void main(String[] args) throws IOException {
        if (args.length > 1) {
            try (DuplexClient client = DuplexClient.connect(args[0], Duration.ofMinutes(5))) {
                for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                    client.write(new byte[] {1});
                }
                System.out.println(client.channel());
                System.in.read();
            }
            return;
        }
        try (Reader reader = Reader.create(args[0], ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            System.out.println(reader.name());
            System.in.read();
        }
    }

    static ChildProcess startClient(String channel, int requests) throws IOException {
        return start(channel, Integer.toString(requests));
    }

    static ChildProcess start(String... arguments) throws IOException {
        ChildProcess holder = ChildJvm.start(List.of(), BufferHolder.class, arguments);
        assertEquals(arguments[0], holder.readLine());
        return holder;
    }

    /** Removes what a holder that was killed left behind: the next reader does. */
    static void cleanUp(String buffer) {
        Reader.create(buffer, ReaderConfig.ofPayload(64).withMetadataSize(0)).close();
    }
}
