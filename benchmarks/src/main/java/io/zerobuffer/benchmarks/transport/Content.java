package io.zerobuffer.benchmarks.transport;

/** A received frame, where the transport holds it. Valid until the sink returns. */
public interface Content {
    /** Size in bytes. */
    int size();

    /** The little-endian 64-bit integer at an offset. */
    long getLong(int offset);

    /** The byte at an offset. */
    byte getByte(int offset);
}
