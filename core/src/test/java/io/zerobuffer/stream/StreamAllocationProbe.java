package io.zerobuffer.stream;

import com.sun.management.ThreadMXBean;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.stream.FanOut.Delivery;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;

/**
 * Prints how many bytes a frame costs a thread of a stream, in the best of some rounds: compilation comes when it
 * comes.
 */
final class StreamAllocationProbe {
    private static final int FRAMES_PER_ROUND = 20_000;
    private static final int ROUNDS = 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Whose thread, and the bytes per frame that its documentation promises. */
    enum Way {
        LOOP(0),
        /** Two listeners. */
        FAN_OUT(16 + 2 * 64),
        LISTENER_OF_FAN_OUT(0);

        final int mostBytes;

        Way(int mostBytes) {
            this.mostBytes = mostBytes;
        }
    }

    private StreamAllocationProbe() {}

    public static void main(String[] args) throws InterruptedException {
        Way way = Way.valueOf(args[0]);
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(1 << 16)
                .releaseFromAnyThread(way != Way.LOOP)
                .build();
        try (Reader reader = Reader.create(args[1], config);
                Writer writer = Writer.connect(
                        args[1],
                        WriterConfig.builder()
                                .writeTimeout(Duration.ofMinutes(2))
                                .build());
                AutoCloseable stream = way == Way.LOOP
                        ? FrameLoop.start(reader, new Meter(THREADS::getCurrentThreadAllocatedBytes))
                        : fanOut(reader, way)) {
            byte[] bytes = new byte[64];
            while (Meter.ROUNDS_LEFT.getCount() > 0) {
                writer.write(bytes);
            }
        } catch (RuntimeException | InterruptedException failure) {
            throw failure;
        } catch (Exception cannotBe) {
            throw new AssertionError(cannotBe);
        }
        System.out.println(Meter.least);
    }

    private static FanOut fanOut(Reader reader, Way way) {
        FanOut fanOut = FanOut.start(reader);
        long distributor = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("zerobuffer-fanout-" + reader.name()))
                .findFirst()
                .orElseThrow()
                .threadId();
        fanOut.subscribe(Delivery.EVERY_FRAME, frame -> {});
        fanOut.subscribe(
                Delivery.EVERY_FRAME,
                new Meter(
                        way == Way.FAN_OUT
                                ? () -> THREADS.getThreadAllocatedBytes(distributor)
                                : THREADS::getCurrentThreadAllocatedBytes));
        return fanOut;
    }

    private static final class Meter implements FrameListener {
        static final CountDownLatch ROUNDS_LEFT = new CountDownLatch(ROUNDS);
        static volatile double least = Double.MAX_VALUE;

        private final LongSupplier allocatedBytes;
        private long frames;
        private long before;

        Meter(LongSupplier allocatedBytes) {
            this.allocatedBytes = allocatedBytes;
        }

        @Override
        public void onFrame(Frame frame) {
            if (frames++ % FRAMES_PER_ROUND == 0) {
                long now = allocatedBytes.getAsLong();
                if (frames > 1) {
                    least = Math.min(least, (now - before) / (double) FRAMES_PER_ROUND);
                    ROUNDS_LEFT.countDown();
                }
                before = now;
            }
        }
    }
}
