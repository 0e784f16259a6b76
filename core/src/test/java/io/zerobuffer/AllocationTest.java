package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The hot path allocates nothing once it is compiled. */
final class AllocationTest {
    private static final int FRAMES_PER_ROUND = 200_000;

    /** Compilation comes when it comes: the best of these rounds counts. */
    private static final int ROUNDS = 40;

    /** A frame object alone would be 48 bytes each; this leaves room for what the JVM itself does meanwhile. */
    private static final double MOST_BYTES_PER_FRAME = 0.1;

    private final String name = TestBuffers.uniqueName();
    private final byte[] data = new byte[64];
    private long sum;

    @Test
    void shouldAllocateNothingToCopyAFrameInAndReadIt() {
        try (Reader reader = Reader.create(name, 0, 1 << 16);
                Writer writer = Writer.connect(name)) {
            assertNoAllocation(() -> {
                writer.write(data);
                try (Frame frame = reader.read()) {
                    sum += frame.getLong(0);
                }
            });
        }
    }

    @Test
    void shouldAllocateNothingToWriteAFrameInPlaceAndCopyItOut() {
        byte[] out = new byte[64];
        try (Reader reader = Reader.create(name, 0, 1 << 16);
                Writer writer = Writer.connect(name)) {
            assertNoAllocation(() -> {
                try (Claim claim = writer.claim(64)) {
                    claim.putLong(0, sum);
                    claim.commit();
                }
                try (Frame frame = reader.read()) {
                    frame.copyTo(out);
                }
            });
        }
    }

    private static void assertNoAllocation(Runnable frame) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS && best > MOST_BYTES_PER_FRAME; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < FRAMES_PER_ROUND; i++) {
                frame.run();
            }
            best = Math.min(best, (threads.getCurrentThreadAllocatedBytes() - before) / (double) FRAMES_PER_ROUND);
        }
        assertTrue(best <= MOST_BYTES_PER_FRAME, best + " bytes per frame in the best of " + ROUNDS + " rounds");
    }
}
