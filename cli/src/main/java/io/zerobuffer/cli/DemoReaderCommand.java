package io.zerobuffer.cli;

import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.ZeroBufferException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The reader process of a demo: compares every byte of every frame and tells its parent, four times a second, how it
 * goes.
 */
@Command(name = "demo-reader", hidden = true)
final class DemoReaderCommand implements Callable<Integer> {
    private static final long METADATA_SIZE = 64;
    private static final int FRAMES_IN_RING = 3;
    private static final int FRAME_HEADER = 16;
    /** For a slow machine: its parent ends it when the writer has failed. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private static final long PERIOD_NANOS = 250_000_000;

    @Parameters(paramLabel = "NAME")
    private String name;

    @Mixin
    private final DemoPictureOptions size = new DemoPictureOptions();

    @Option(names = "--output", required = true)
    private String output;

    private final Histogram latencies = new Histogram(3);
    private long frames;
    private long bytes;
    private long lost;
    private long damaged;
    private long nextNumber;
    private long startNanos;
    private long endNanos;

    @Override
    public Integer call() {
        // Ctrl-C reaches the writer too: what it wrote before it left is still read.
        try (StopRequest stop = StopRequest.onSignal(() -> {})) {
            ParentWatch.stopWithParent(stop);
            int status = run(stop);
            stop.finished(status, true);
            return status;
        }
    }

    private int run(StopRequest stop) {
        Reader created;
        try {
            created = Reader.create(name, ReaderConfig.ofPayload(ringSize(size)).withMetadataSize(METADATA_SIZE));
        } catch (ZeroBufferException e) {
            System.err.println("zerobuffer: demo reader: " + e.getMessage());
            return ExitStatus.NOT_CONNECTED;
        }
        try (Reader reader = created) {
            return read(reader, stop);
        } catch (ZeroBufferException | IOException e) {
            if (!stop.explains(e)) {
                System.err.println("zerobuffer: demo reader: " + e.getMessage());
            }
            return ExitStatus.FAILED;
        }
    }

    static long ringSize(DemoPictureOptions size) {
        return FRAMES_IN_RING * (size.frameSize() + FRAME_HEADER);
    }

    private int read(Reader reader, StopRequest stop) throws IOException {
        MovingPicture picture = size.picture();
        picture.warmUp();
        // The newest frame is held until the next has come, so that the last one is still there at the end.
        Frame newest = null;
        long toldNanos = System.nanoTime();
        boolean writerClosed = false;
        while (!stop.requested()) {
            Frame frame;
            try {
                frame = reader.read(TIMEOUT);
            } catch (PeerGoneException e) {
                writerClosed = e.isEndOf(name);
                break;
            }
            if (frame == null) {
                break;
            }
            inspect(frame, picture);
            if (newest != null) {
                newest.release();
            }
            newest = frame;
            if (endNanos - toldNanos >= PERIOD_NANOS) {
                toldNanos = endNanos;
                StandardOutput.stream().println(progress(false, reader).toLine());
            }
        }
        if (newest != null && writerClosed) {
            save(newest, picture);
            newest.release();
            StandardOutput.stream().println(progress(true, reader).toLine());
        }
        return writerClosed ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    private void save(Frame frame, MovingPicture picture) throws IOException {
        try {
            PngFile.write(FileFailure.path(output), picture.width(), picture.height(), frame.segment());
        } catch (IOException e) {
            throw FileFailure.writing(output, e);
        }
    }

    private void inspect(Frame frame, MovingPicture picture) {
        endNanos = System.nanoTime();
        if (frames == 0) {
            startNanos = endNanos;
        }
        frames++;
        bytes += frame.size();
        MemorySegment content = frame.segment();
        FrameStamp stamp = content.byteSize() == size.frameSize() ? FrameStamp.read(content, picture.byteSize()) : null;
        if (stamp == null) {
            damaged++;
            nextNumber++;
            return;
        }
        latencies.recordValue(Math.max(0, endNanos - stamp.nanos()));
        lost += Math.max(0, stamp.number() - nextNumber);
        nextNumber = stamp.number() + 1;
        if (!picture.matches(stamp.number(), content.asSlice(0, picture.byteSize()))) {
            damaged++;
        }
    }

    private DemoProgress progress(boolean complete, Reader reader) {
        return new DemoProgress(
                complete,
                frames,
                bytes,
                lost,
                damaged,
                endNanos - startNanos,
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99),
                latencies.getMaxValue(),
                Math.round(100 * reader.health().utilisation()));
    }
}
