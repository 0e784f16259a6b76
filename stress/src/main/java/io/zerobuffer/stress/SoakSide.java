package io.zerobuffer.stress;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.errors.PeerGoneException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One end of a soak: streams as fast as it can, checks what it reads, and prints samples. */
public final class SoakSide {
    private static final int RING = 1 << 20;
    private static final int LARGEST = 16_384;
    private static final int SAMPLES = 10;

    private final String role;
    private final String name;
    private final long start = System.nanoTime();
    private final long nanos;
    private long nextSample;
    private long frames;
    private long bytes;

    private SoakSide(String role, String name, double minutes) {
        this.role = role;
        this.name = name;
        this.nanos = (long) (minutes * TimeUnit.MINUTES.toNanos(1));
        // The first after the compiler has had its time.
        this.nextSample = nanos / SAMPLES;
    }

    /** {@code reader|writer NAME MINUTES}. */
    public static void main(String[] arguments) throws IOException {
        SoakSide side = new SoakSide(arguments[0], arguments[1], Double.parseDouble(arguments[2]));
        if (side.role.equals("writer")) {
            side.write();
        } else {
            side.read();
        }
    }

    private void write() throws IOException {
        try (Writer writer = Writer.connect(name, Duration.ofSeconds(30))) {
            while (System.nanoTime() - start < nanos) {
                long number = frames;
                int size = size(number);
                try (Claim claim = writer.claim(size)) {
                    mark(claim, number, size);
                    claim.commit();
                }
                count(size);
            }
            sample();
        }
    }

    private void read() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(0))) {
            boolean streams = true;
            while (streams) {
                // A pause of the machine is not the end of the writer, which says so itself.
                try (Frame frame = reader.read(Duration.ofMinutes(2))) {
                    check(frame);
                    count(frame.size());
                } catch (PeerGoneException closed) {
                    streams = false;
                }
            }
            sample();
        }
    }

    /** Number and size at the beginning, the number at the end: cheap enough to run at full speed. */
    private static void mark(Claim claim, long number, int size) {
        claim.putLong(0, number);
        claim.putLong(8, size);
        claim.putLong(size - Long.BYTES, number);
    }

    private void check(Frame frame) {
        int size = size(frames);
        if (frame.size() != size
                || frame.getLong(0) != frames
                || frame.getLong(8) != size
                || frame.getLong(size - Long.BYTES) != frames) {
            throw new IllegalStateException("frame " + frames + " is not what was written");
        }
    }

    private static int size(long number) {
        return FrameContent.SMALLEST
                + (int) Long.remainderUnsigned(number * 0x9E3779B97F4A7C15L >>> 20, LARGEST - FrameContent.SMALLEST);
    }

    private void count(long size) throws IOException {
        frames++;
        bytes += size;
        if (frames % 1024 == 0 && System.nanoTime() - start > nextSample) {
            nextSample += nanos / SAMPLES;
            sample();
        }
    }

    private void sample() throws IOException {
        System.out.println(role + " " + SoakSample.take(name, start, frames, bytes));
    }
}
