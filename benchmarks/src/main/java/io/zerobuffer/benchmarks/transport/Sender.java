package io.zerobuffer.benchmarks.transport;

/** The end of a channel where frames go in. Both methods wait for space. */
public interface Sender extends AutoCloseable {
    void send(Payload payload);

    /** Makes what was sent visible, where the transport collects frames first. */
    default void flush() {}

    /** Sends a frame received by the same transport, copied at most once on the way. */
    void forward(Content frame);

    /** How often it has changed the way its copies take, there and back counted as two; 0 where there is but one. */
    default long routeChanges() {
        return 0;
    }

    @Override
    void close();
}
