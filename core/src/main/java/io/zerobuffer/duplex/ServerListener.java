package io.zerobuffer.duplex;

import java.util.Optional;

/**
 * Hears what happens to a {@link DuplexServer}. Called by the server's thread, {@link #requestFailed} also by those of
 * handlers in parallel. What {@link #clientDisconnected} and {@link #requestFailed} throw is logged, and the server
 * goes on.
 */
public interface ServerListener {
    /**
     * The first request of a client is about to be handled. If this throws, {@link #requestFailed} is told and the
     * client given up.
     *
     * @param metadata what the client wrote as metadata
     */
    default void clientConnected(Optional<byte[]> metadata) {}

    /**
     * A client left, died or was given up; the server waits for the next one. Also told of a client that sent no
     * request, of which {@link #clientConnected} told nothing; not told when the server stops.
     */
    default void clientDisconnected() {}

    /**
     * A request got no answer from the handler, or one that cannot be written, or a buffer is corrupt, or the server's
     * own thread failed; the server goes on, unless it cannot make its request buffer anew.
     *
     * @param cause what the handler or the thread threw, an Error included, or why there is no answer
     */
    default void requestFailed(Throwable cause) {
        System.getLogger("io.zerobuffer.duplex").log(System.Logger.Level.WARNING, "a request got no answer", cause);
    }
}
