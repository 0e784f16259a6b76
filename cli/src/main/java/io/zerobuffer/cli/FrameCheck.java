package io.zerobuffer.cli;

import io.zerobuffer.Frame;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Compares frames with what they should be, and counts in the result what is wrong. */
final class FrameCheck {
    private final @Nullable FrameSizes sizes;
    private final @Nullable PatternBytes pattern;
    private final boolean checksum;

    /**
     * @param sizes the sizes the frames should have, or null for any
     * @param pattern the bytes they should have, or null for any
     */
    FrameCheck(@Nullable FrameSizes sizes, @Nullable PatternBytes pattern, boolean checksum) {
        this.sizes = sizes;
        this.pattern = pattern;
        this.checksum = checksum;
    }

    void inspect(Frame frame, RunResult result) {
        long index = result.frames();
        String problem = sizeProblem(index, frame);
        if (problem == null && pattern != null) {
            problem = patternProblem(pattern, index, frame.segment());
        }
        if (problem != null) {
            result.verificationError(problem);
        }
        if (checksum && result.wantsChecksum()) {
            result.checksum(crc32c(frame.segment()));
        }
    }

    private @Nullable String sizeProblem(long index, Frame frame) {
        long expected = sizes == null ? frame.size() : sizes.next();
        return expected == frame.size()
                ? null
                : "frame " + index + " has " + frame.size() + " bytes instead of " + expected;
    }

    private static @Nullable String patternProblem(PatternBytes pattern, long index, MemorySegment bytes) {
        long different = pattern.mismatch(index, bytes);
        return different < 0 ? null : "frame " + index + " differs from the pattern at byte " + different;
    }

    private static int crc32c(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        for (long at = 0; at < bytes.byteSize(); ) {
            var piece = ByteBuffers.at(bytes, at);
            at += piece.capacity();
            crc.update(piece);
        }
        return (int) crc.getValue();
    }
}
