package io.zerobuffer;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Consumer;

/** Prints how many bytes a frame costs one thread, in the best of some rounds: compilation comes when it comes. */
final class AllocationProbe {
    private static final int FRAMES_PER_ROUND = 200_000;
    private static final int ROUNDS = 40;
    /** So long at least, where the compiler gets little of a processor. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private static final int FRAME_SIZE = 64;

    /** How a frame goes in and out. */
    enum Way {
        COPIED_IN_AND_DRAINED(0),
        FILLED_AND_DRAINED(0),
        BATCHED_AND_DRAINED(0),
        HANDED_OUT_BY_FOR_EACH(0),
        COPIED_IN_AND_READ(0),
        CLAIMED_AND_READ(0),
        /** A frame, where the compiler leaves it in: it does if what was compiled for other uses before is large. */
        READ_AFTER_EVERYTHING_ELSE(64),
        READ_AND_WRITTEN_AGAIN(64);

        final int mostBytes;

        Way(int mostBytes) {
            this.mostBytes = mostBytes;
        }
    }

    private static long sum;
    private static int framesLeft;

    private AllocationProbe() {}

    public static void main(String[] args) {
        byte[] bytes = new byte[FRAME_SIZE];
        try (Reader reader =
                        Reader.create(args[1], ReaderConfig.ofPayload(1 << 16).withMetadataSize(0));
                Writer writer = Writer.connect(args[1])) {
            Way way = Way.valueOf(args[0]);
            Runnable round = round(way, writer, reader, bytes);
            System.out.println(leastBytesPerFrame(round, way.mostBytes + AllocationTest.TOLERANCE));
        }
    }

    private static Runnable frames(Runnable frame) {
        return () -> {
            for (int i = 0; i < FRAMES_PER_ROUND; i++) {
                frame.run();
            }
        };
    }

    /** The handler writes the next frame, until it is enough. */
    private static Runnable forEach(Writer writer, Reader reader, byte[] bytes) {
        RuntimeException enough = new IllegalStateException();
        Consumer<Frame> handler = read -> {
            sum += read.getLong(0);
            if (--framesLeft == 0) {
                throw enough;
            }
            writer.write(bytes);
        };
        return () -> {
            framesLeft = FRAMES_PER_ROUND;
            writer.write(bytes);
            try {
                reader.forEach(handler);
            } catch (IllegalStateException end) {
                if (end != enough) {
                    throw end;
                }
            }
        };
    }

    private static Runnable round(Way way, Writer writer, Reader reader, byte[] bytes) {
        Consumer<Frame> handler = read -> sum += read.getLong(0);
        Consumer<Claim> filler = claim -> claim.putLong(0, sum);
        return switch (way) {
            case COPIED_IN_AND_DRAINED ->
                frames(() -> {
                    writer.write(bytes);
                    reader.drain(handler, 1);
                });
            case FILLED_AND_DRAINED ->
                frames(() -> {
                    writer.write(FRAME_SIZE, filler);
                    reader.drain(handler, 1);
                });
            case BATCHED_AND_DRAINED ->
                frames(() -> {
                    try (Batch batch = writer.batch()) {
                        batch.write(bytes);
                        batch.write(FRAME_SIZE, filler);
                    }
                    reader.drain(handler, 2);
                });
            case COPIED_IN_AND_READ ->
                frames(() -> {
                    writer.write(bytes);
                    try (Frame read = reader.read()) {
                        sum += read.getLong(0);
                    }
                });
            case READ_AFTER_EVERYTHING_ELSE -> {
                useEverythingElse(writer, reader, bytes);
                yield frames(() -> {
                    writer.write(bytes);
                    try (Frame read = reader.read()) {
                        sum += read.getLong(0);
                    }
                });
            }
            case READ_AND_WRITTEN_AGAIN ->
                frames(() -> {
                    writer.write(bytes);
                    try (Frame read = reader.read()) {
                        writer.write(read);
                    }
                    try (Frame read = reader.read()) {
                        sum += read.getLong(0);
                    }
                });
            case CLAIMED_AND_READ ->
                frames(() -> {
                    try (Claim claim = writer.claim(FRAME_SIZE)) {
                        claim.putLong(0, sum);
                        claim.commit();
                    }
                    try (Frame read = reader.read()) {
                        read.copyTo(bytes);
                    }
                });
            case HANDED_OUT_BY_FOR_EACH -> forEach(writer, reader, bytes);
        };
    }

    private static void useEverythingElse(Writer writer, Reader reader, byte[] bytes) {
        Consumer<Frame> releaser = read -> {
            sum += read.getLong(0);
            read.release();
        };
        Consumer<Frame> handler = read -> sum += read.getByte(0);
        for (int i = 0; i < FRAMES_PER_ROUND; i++) {
            for (int frame = 0; frame < 7; frame++) {
                writer.write(bytes);
            }
            reader.drain(releaser, 1);
            reader.drain(handler, 2);
            try (Frame first = reader.read();
                    Frame second = reader.read()) {
                sum += first.getLong(0) + second.getLong(0);
            }
            reader.latest(Duration.ZERO).release();
        }
    }

    private static double leastBytesPerFrame(Runnable round, double most) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double least = Double.MAX_VALUE;
        long start = System.nanoTime();
        for (int i = 0; (i < ROUNDS || System.nanoTime() - start < PATIENCE_NANOS) && least > most; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            round.run();
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / (double) FRAMES_PER_ROUND);
        }
        return least;
    }
}
