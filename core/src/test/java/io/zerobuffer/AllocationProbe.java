package io.zerobuffer;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Prints how many bytes a frame costs one thread, in the best of some rounds: compilation comes when it comes. */
final class AllocationProbe {
    private static final int FRAMES_PER_ROUND = 200_000;
    private static final int ROUNDS = 40;
    private static final int FRAME_SIZE = 64;

    /** How a frame goes in and out. */
    enum Way {
        COPIED_IN_AND_READ,
        WRITTEN_IN_PLACE_AND_COPIED_OUT
    }

    private static long sum;

    private AllocationProbe() {}

    public static void main(String[] args) {
        byte[] bytes = new byte[FRAME_SIZE];
        try (Reader reader = Reader.create(args[1], 0, 1 << 16);
                Writer writer = Writer.connect(args[1])) {
            Runnable frame = switch (Way.valueOf(args[0])) {
                case COPIED_IN_AND_READ -> () -> {
                    writer.write(bytes);
                    try (Frame read = reader.read()) {
                        sum += read.getLong(0);
                    }
                };
                case WRITTEN_IN_PLACE_AND_COPIED_OUT -> () -> {
                    try (Claim claim = writer.claim(FRAME_SIZE)) {
                        claim.putLong(0, sum);
                        claim.commit();
                    }
                    try (Frame read = reader.read()) {
                        read.copyTo(bytes);
                    }
                };
            };
            System.out.println(leastBytesPerFrame(frame));
        }
    }

    private static double leastBytesPerFrame(Runnable frame) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least >= 1; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < FRAMES_PER_ROUND; i++) {
                frame.run();
            }
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / (double) FRAMES_PER_ROUND);
        }
        return least;
    }
}
