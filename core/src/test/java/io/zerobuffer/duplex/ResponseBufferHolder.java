package io.zerobuffer.duplex;

import io.zerobuffer.Reader;
import java.io.IOException;

/** A process that owns a response buffer, like a client that was given up, until its input ends. */
final class ResponseBufferHolder {
    private ResponseBufferHolder() {}

    public static void main(String[] args) throws IOException {
        try (Reader responses = Reader.create(args[0], 0, 4096)) {
            System.out.println(responses.name());
            System.in.read();
        }
    }
}
