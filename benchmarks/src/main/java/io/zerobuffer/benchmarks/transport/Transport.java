package io.zerobuffer.benchmarks.transport;

/** A way to get frames from one process to another. */
public interface Transport extends AutoCloseable {
    /** Opens the receiving end of a channel. */
    Receiver receiver(String channel);

    /** Opens the sending end, waiting for the receiving one if need be. */
    Sender sender(String address);

    /** Closes what both ends share, after them. */
    @Override
    default void close() {}
}
