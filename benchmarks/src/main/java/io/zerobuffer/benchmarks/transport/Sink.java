package io.zerobuffer.benchmarks.transport;

/** Where received frames go. */
@FunctionalInterface
public interface Sink {
    void accept(Content frame);
}
