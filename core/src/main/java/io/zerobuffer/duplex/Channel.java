package io.zerobuffer.duplex;

import io.zerobuffer.ReaderConfig;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.InvalidBufferNameException;
import java.nio.charset.StandardCharsets;

/** The names of a channel's two buffers. */
record Channel(String name) {
    private static final String REQUEST = "_request";
    private static final String RESPONSE = "_response";

    /**
     * A buffer's name has at most 245 bytes, see
     * {@link io.zerobuffer.Reader#create(String, io.zerobuffer.ReaderConfig)}.
     */
    private static final int MAX_BYTES = 245 - RESPONSE.length();

    /** What else makes a name illegal the buffers tell. */
    Channel {
        if (name.isEmpty()) {
            throw new InvalidBufferNameException(name, "a channel's name is not empty");
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new InvalidBufferNameException(
                    name,
                    "the channel's name has " + bytes + " bytes of UTF-8, at most " + MAX_BYTES
                            + " are possible before '" + RESPONSE + "'");
        }
    }

    String requestBuffer() {
        return name + REQUEST;
    }

    String responseBuffer() {
        return name + RESPONSE;
    }

    ReaderConfig checked(ReaderConfig config) {
        refuse(config.isReconnecting());
        return config;
    }

    WriterConfig checked(WriterConfig config) {
        refuse(config.isReconnecting());
        return config;
    }

    /** An answer is that of the next open request: the other side must not change unnoticed. */
    private void refuse(boolean isReconnecting) {
        if (isReconnecting) {
            throw new IllegalArgumentException("channel '" + name
                    + "': its ends do not reconnect by themselves; leave reconnecting out of the settings, and"
                    + " connect a new client instead");
        }
    }
}
