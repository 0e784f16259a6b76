package io.zerobuffer.cli;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Number and time of a demo frame, behind its picture. The time is that of System.nanoTime, which on Linux is
 * CLOCK_MONOTONIC and so the same clock in every process.
 */
record FrameStamp(long number, long nanos) {
    static final long BYTE_SIZE = 3 * Long.BYTES;

    private static final ValueLayout.OfLong FIELD = ValueLayout.JAVA_LONG_UNALIGNED;

    void write(MemorySegment frame, long offset) {
        frame.set(FIELD, offset, number);
        frame.set(FIELD, offset + Long.BYTES, nanos);
        frame.set(FIELD, offset + 2 * Long.BYTES, check());
    }

    /** Null if the bytes there are no stamp. */
    static @Nullable FrameStamp read(MemorySegment frame, long offset) {
        FrameStamp stamp = new FrameStamp(frame.get(FIELD, offset), frame.get(FIELD, offset + Long.BYTES));
        return frame.get(FIELD, offset + 2 * Long.BYTES) == stamp.check() ? stamp : null;
    }

    private long check() {
        return ~(number ^ nanos);
    }
}
