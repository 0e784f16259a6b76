package io.zerobuffer.cli;

import io.zerobuffer.Claim;
import java.io.IOException;

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
    public Claim next(Space space) throws IOException {
        Claim claim = space.claim(sizes.next());
        bytes.fill(index++, claim.segment());
        return claim;
    }
}
