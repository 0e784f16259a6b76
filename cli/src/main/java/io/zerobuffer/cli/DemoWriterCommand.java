package io.zerobuffer.cli;

import io.zerobuffer.Claim;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.ZeroBufferException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The writer process of a demo: draws each picture in place, in the ring. Says at the end how many it has written. */
@Command(name = "demo-writer", hidden = true)
final class DemoWriterCommand implements Callable<Integer> {
    /** What its last line begins with, for its parent. */
    static final String WRITTEN = "zerobuffer-demo written ";

    /** For a slow machine: its parent ends it when the reader has ended. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofMinutes(2);

    @Parameters(paramLabel = "NAME")
    private String name;

    @Mixin
    private final DemoPictureOptions size = new DemoPictureOptions();

    @Option(names = "--fps", required = true)
    private double framesPerSecond;

    @Option(names = "--seconds", required = true)
    private double seconds;

    private long written;

    @Override
    public Integer call() {
        try (StopRequest stop = StopRequest.onSignal()) {
            ParentWatch.stopWithParent(stop);
            int status = run(stop);
            StandardOutput.stream().println(WRITTEN + written);
            stop.finished(status, true);
            return status;
        }
    }

    private int run(StopRequest stop) {
        MovingPicture picture = size.picture();
        picture.warmUp();
        try (Writer writer = Writer.connect(
                name, WriterConfig.builder().connectTimeout(CONNECT_TIMEOUT).build())) {
            Pacer pacer = framesPerSecond > 0 ? Pacer.beating(framesPerSecond) : Pacer.pausing(Duration.ZERO);
            long frames = framesPerSecond > 0 ? Math.max(1, Math.round(framesPerSecond * seconds)) : Long.MAX_VALUE;
            long end = System.nanoTime() + (long) (seconds * 1e9);
            while (!stop.requested() && written < frames && (framesPerSecond > 0 || System.nanoTime() - end < 0)) {
                write(picture, written, writer);
                written++;
                pacer.await(1, stop);
            }
            return ExitStatus.DONE;
        } catch (PeerGoneException e) {
            // The reader tells their parent why it left.
            return ExitStatus.FAILED;
        } catch (ZeroBufferException e) {
            if (stop.explains(e)) {
                return ExitStatus.DONE;
            }
            System.err.println("zerobuffer: demo writer: " + e.getMessage());
            return ExitStatus.FAILED;
        }
    }

    private static void write(MovingPicture picture, long number, Writer writer) {
        try (Claim claim = writer.claim(picture.byteSize() + FrameStamp.BYTE_SIZE)) {
            MemorySegment frame = claim.segment();
            picture.draw(number, frame.asSlice(0, picture.byteSize()));
            new FrameStamp(number, System.nanoTime()).write(frame, picture.byteSize());
            claim.commit();
        }
    }
}
