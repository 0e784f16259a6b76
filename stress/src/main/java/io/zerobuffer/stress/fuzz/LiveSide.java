package io.zerobuffer.stress.fuzz;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.ZeroBufferException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One side of a live round, a process of its own: reads or writes, whatever it meets, until its input ends. The
 * library's exceptions are counted, and enough of them make it close and begin anew, as they advise; anything else ends
 * it.
 */
public final class LiveSide {
    static final int HUNG = 3;

    private static final Duration TIMEOUT = Duration.ofMillis(20);
    private static final long HANG_NANOS = 30_000_000_000L;
    private static final int STEPS = 20_000;
    private static final int REFUSALS = 20;
    private static final int METADATA_SIZE = 192;
    private static final int PAYLOAD_SIZE = 4096;
    private static final int HELD_FRAMES = 4;

    private final String name;
    private final SplittableRandom random;
    private final byte[] data = new byte[PAYLOAD_SIZE];
    private final Map<String, Long> counts = new TreeMap<>();
    private final Deque<Frame> held = new ArrayDeque<>();
    private int refusals;
    private volatile boolean stopped;
    private volatile long stepStart = System.nanoTime();

    private LiveSide(String name, long seed) {
        this.name = name;
        this.random = new SplittableRandom(seed);
        random.nextBytes(data);
    }

    /** @param arguments reader or writer, the buffer's name, a seed */
    public static void main(String[] arguments) {
        LiveSide side = new LiveSide(arguments[1], Long.parseLong(arguments[2]));
        Thread worker = Thread.currentThread();
        Thread.ofPlatform().daemon().start(side::awaitEndOfInput);
        Thread.ofPlatform().daemon().start(() -> side.watch(worker));
        while (!side.stopped) {
            side.step(arguments[0].equals("reader") ? side::read : side::write);
        }
        side.counts.forEach((what, count) -> System.out.println(what + " " + count));
    }

    private void awaitEndOfInput() {
        try {
            while (System.in.read() != -1) {
                // Nothing is said on it.
            }
        } catch (IOException e) {
            // The same.
        }
        stopped = true;
    }

    /** Every step is over within its timeout, give or take what the machine needs. */
    private void watch(Thread worker) {
        while (System.nanoTime() - stepStart < HANG_NANOS) {
            try {
                Thread.sleep(Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        System.out.println("a step does not end");
        for (StackTraceElement frame : worker.getStackTrace()) {
            System.out.println("    at " + frame);
        }
        System.out.flush();
        Runtime.getRuntime().halt(HUNG);
    }

    private void step(Runnable step) {
        stepStart = System.nanoTime();
        try {
            step.run();
        } catch (ZeroBufferException refusal) {
            refusals++;
            count(refusal.getClass().getSimpleName());
        }
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    private boolean goesOn(int step) {
        return !stopped && step < STEPS && refusals < REFUSALS;
    }

    private void read() {
        refusals = 0;
        held.clear();
        ReaderConfig config = ReaderConfig.builder()
                .metadataSize(METADATA_SIZE)
                .payloadSize(PAYLOAD_SIZE)
                .readTimeout(TIMEOUT)
                .build();
        try (Reader reader = Reader.create(name, config)) {
            for (int i = 0; goesOn(i); i++) {
                step(() -> readerStep(reader));
            }
        }
    }

    private void readerStep(Reader reader) {
        switch (random.nextInt(24)) {
            case 0 -> reader.metadata().ifPresent(content -> count("metadata read"));
            case 1 -> reader.health().level();
            case 2 -> reader.isWriterConnected();
            case 3 -> hold(reader.latest(TIMEOUT));
            case 4, 5, 6, 7, 8, 9 -> hold(reader.poll());
            default -> hold(reader.read());
        }
        while (held.size() > random.nextInt(HELD_FRAMES)) {
            Frame frame = random.nextBoolean() ? held.removeFirst() : held.removeLast();
            frame.copyTo(frame.size() - 1, data, 0, 1);
            frame.release();
        }
    }

    private void hold(Frame frame) {
        if (frame != null) {
            count("frames read");
            held.add(frame);
            frame.segment().asByteBuffer().get(data, 0, (int) Math.min(data.length, frame.size()));
        }
    }

    private void write() {
        refusals = 0;
        try (Writer writer = Writer.connect(
                name,
                WriterConfig.builder()
                        .connectTimeout(TIMEOUT)
                        .writeTimeout(TIMEOUT)
                        .build())) {
            for (int i = 0; goesOn(i); i++) {
                step(() -> writerStep(writer));
            }
        }
    }

    private void writerStep(Writer writer) {
        int largest = (int) writer.maxFrameSize();
        int size = 1 + random.nextInt(random.nextInt(8) == 0 ? largest : Math.min(largest, PAYLOAD_SIZE / 8));
        switch (random.nextInt(24)) {
            case 0 -> writer.writeMetadata(new byte[random.nextInt(METADATA_SIZE)]);
            case 1 -> writer.health().level();
            case 2 -> writer.isReaderConnected();
            case 3 -> writer.tryWrite(new byte[size]);
            case 4, 5, 6, 7, 8, 9 -> {
                try (Claim claim = writer.claim(size)) {
                    claim.segment().fill((byte) size);
                    if (random.nextInt(4) > 0) {
                        claim.commit();
                        count("frames written");
                    }
                }
            }
            default -> {
                writer.write(data, 0, Math.min(size, data.length));
                count("frames written");
            }
        }
    }
}
