package io.zerobuffer.cli;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Segments as byte buffers, for the parts of the JDK that know only those. */
final class ByteBuffers {
    private static final long LARGEST = 1L << 30;

    private ByteBuffers() {}

    /** The bytes from {@code offset} on, at most 1 GiB of them. */
    static ByteBuffer at(MemorySegment segment, long offset) {
        return segment.asSlice(offset, Math.min(LARGEST, segment.byteSize() - offset))
                .asByteBuffer();
    }
}
