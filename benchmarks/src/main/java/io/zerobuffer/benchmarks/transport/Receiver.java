package io.zerobuffer.benchmarks.transport;

/** The end of a channel where frames come out. */
public interface Receiver extends AutoCloseable {
    /** What the other process needs to send to this one. */
    String address();

    /**
     * Waits for frames and gives those that are there to the sink, in order.
     *
     * @return how many; 0 when none came for a while
     */
    int receive(Sink sink);

    @Override
    void close();
}
