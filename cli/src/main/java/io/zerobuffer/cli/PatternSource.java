package io.zerobuffer.cli;

import io.zerobuffer.Claim;
import io.zerobuffer.Writer;

/** Frames of a pattern, without end. */
final class PatternSource implements FrameSource {
    private final PatternBytes bytes;
    private final FrameSizes sizes;
    private long index;

    PatternSource(PatternBytes bytes, FrameSizes sizes) {
        this.bytes = bytes;
        this.sizes = sizes;
    }

    @Override
    public long writeNext(Writer writer) {
        long size = sizes.next();
        try (Claim claim = writer.claim(size)) {
            bytes.fill(index++, claim.segment());
            claim.commit();
        }
        return size;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
