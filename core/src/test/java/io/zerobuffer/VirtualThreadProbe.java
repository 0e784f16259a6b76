package io.zerobuffer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * With one carrier: many virtual threads wait for frames and for space, and another one goes on meanwhile. A wait that
 * kept the carrier would not even let the second one begin.
 */
final class VirtualThreadProbe {
    private static final int PAIRS = 40;
    private static final int FRAME_SIZE = 100;
    private static final Duration LONG = Duration.ofMinutes(5);

    private VirtualThreadProbe() {}

    public static void main(String[] args) throws InterruptedException {
        List<Reader> readers = new ArrayList<>();
        List<Writer> writers = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            readers.add(Reader.create(
                    args[0] + "-" + i,
                    ReaderConfig.builder().payloadSize(128).readTimeout(LONG).build()));
            writers.add(Writer.connect(
                    args[0] + "-" + i, WriterConfig.builder().writeTimeout(LONG).build()));
        }
        int exitCode = 1;
        try {
            CountDownLatch read = new CountDownLatch(PAIRS / 2);
            CountDownLatch written = new CountDownLatch(PAIRS / 2);
            waitForFrames(readers, read);
            waitForSpace(writers, written);
            othersGoOn();
            if (read.getCount() == PAIRS / 2 && written.getCount() == PAIRS / 2) {
                end(readers, writers);
                exitCode = finished(read) && finished(written) ? 0 : 2;
            }
        } finally {
            readers.forEach(Reader::close);
            writers.forEach(Writer::close);
            // A virtual thread that cannot go on would not keep the JVM, but one that kept its carrier would not end
            // either.
            System.exit(exitCode);
        }
    }

    private static void waitForFrames(List<Reader> readers, CountDownLatch read) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(PAIRS / 2);
        for (int i = 0; i < PAIRS; i += 2) {
            Reader reader = readers.get(i);
            Thread.startVirtualThread(() -> {
                begun.countDown();
                try (Frame frame = reader.read()) {
                    if (frame.size() == FRAME_SIZE) {
                        read.countDown();
                    }
                }
            });
        }
        require(finished(begun), "not every reader could begin to wait");
    }

    private static void waitForSpace(List<Writer> writers, CountDownLatch written) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(PAIRS / 2);
        for (int i = 1; i < PAIRS; i += 2) {
            Writer writer = writers.get(i);
            writer.write(new byte[FRAME_SIZE]);
            Thread.startVirtualThread(() -> {
                begun.countDown();
                writer.write(new byte[FRAME_SIZE]);
                written.countDown();
            });
        }
        require(finished(begun), "not every writer could begin to wait");
    }

    private static void othersGoOn() throws InterruptedException {
        CountDownLatch progress = new CountDownLatch(100);
        Thread.startVirtualThread(() -> {
            try {
                while (progress.getCount() > 0) {
                    Thread.sleep(1);
                    progress.countDown();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        require(finished(progress), "another virtual thread did not go on");
    }

    private static void end(List<Reader> readers, List<Writer> writers) {
        for (int i = 0; i < PAIRS; i += 2) {
            writers.get(i).write(new byte[FRAME_SIZE]);
            readers.get(i + 1).read().release();
        }
    }

    private static boolean finished(CountDownLatch latch) throws InterruptedException {
        return latch.await(1, TimeUnit.MINUTES);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
