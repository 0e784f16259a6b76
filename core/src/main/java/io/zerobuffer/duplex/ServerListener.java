package io.zerobuffer.duplex;

import java.util.Optional;

/** Hears what happens to a {@link DuplexServer}, on its thread. */
public interface ServerListener {
    /**
     * The first request of a client is about to be handled.
     *
     * @param metadata what the client wrote as metadata
     */
    default void clientConnected(Optional<byte[]> metadata) {}

    /** A client left, died or was given up; the server waits for the next one. */
    default void clientDisconnected() {}

    /** A request got no answer from the handler, or a buffer is corrupt; the server goes on. */
    default void requestFailed(Exception cause) {
        System.getLogger("io.zerobuffer.duplex").log(System.Logger.Level.WARNING, "a request got no answer", cause);
    }
}
