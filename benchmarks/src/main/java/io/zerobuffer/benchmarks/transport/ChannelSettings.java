package io.zerobuffer.benchmarks.transport;

import java.nio.file.Path;

/**
 * What a channel is opened for.
 *
 * @param directory where files of the transport go; in memory, removed afterwards
 * @param frameSize the largest frame in bytes
 * @param ringSize bytes of the ring, rounded up to what the transport takes; 0: the smallest that carries a few frames
 * @param waiting what both ends do while there is nothing to do
 * @param held frames the receiver keeps before it gives the oldest back
 */
public record ChannelSettings(Path directory, int frameSize, long ringSize, Waiting waiting, int held) {
    private static final long SMALLEST_RING = 4 << 20;

    /** How to wait. */
    public enum Waiting {
        /** Look again at once: least delay, a whole processor. */
        SPIN,
        /** As the transport recommends when the processor is to be left to others. */
        IDLE
    }

    /** The size of a ring for at least so many frames, each with a header. */
    public long ringFor(int frames, int headerSize) {
        return ringSize > 0 ? ringSize : Math.max(SMALLEST_RING, (long) frames * (frameSize + headerSize));
    }

    public boolean spins() {
        return waiting == Waiting.SPIN;
    }

    /** The smallest power of two that is not less. */
    public static long powerOfTwo(long value) {
        return value <= 1 ? 1 : Long.highestOneBit(value - 1) << 1;
    }
}
