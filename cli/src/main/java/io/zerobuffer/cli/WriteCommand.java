package io.zerobuffer.cli;

import io.zerobuffer.Claim;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Writes frames of a pattern, or of an input, into a buffer that a reader has created. */
@Command(
        name = "write",
        aliases = "writer",
        description = "Write frames into a buffer that a reader has created.",
        sortOptions = false,
        footerHeading = "%nPatterns:%n",
        footer = {
            "  sequential  byte j of frame i (both from 0) is (i + j) mod 256",
            "  random      frame i is splitmix64 started at seed + i, as little-endian 64-bit words",
            "  zero, ones  every byte is 0x00, every byte is 0xFF",
            "%nSizes MIN-MAX: x = seed; for each frame x ^= x << 13, x ^= x >>> 7, x ^= x << 17 and its size is",
            "MIN + x mod (MAX - MIN + 1), x being unsigned 64 bit."
        })
final class WriteCommand implements Callable<Integer> {
    private static final long USUAL_FRAMES = 1000;

    @Parameters(paramLabel = "NAME", description = "Name of the buffer.")
    private String name;

    @Mixin
    private TrustOption trust;

    @Option(
            names = {"-n", "--frames"},
            paramLabel = "N",
            converter = NotNegative.class,
            description = "Frames to write; 0: until stopped, or to the end of the input "
                    + "(default: 1000, with --input 0).")
    private @Nullable Long asked;

    @Mixin
    private final FrameOptions each = new FrameOptions("1024");

    @ArgGroup
    private final Content content = new Content();

    @ArgGroup
    private final MetadataOptions metadata = new MetadataOptions();

    @ArgGroup
    private final Pace pace = new Pace();

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "1",
            description = "Frames written in one burst, between delays (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Mixin
    private final WaitOptions patience = new WaitOptions();

    @Mixin
    private final ResultOptions options = new ResultOptions();

    @Mixin
    private final HelpOption help = new HelpOption();

    /** 0: as many as there are. */
    private long frames;

    static final class Content {
        @Option(
                names = "--pattern",
                paramLabel = "PATTERN",
                description = "sequential (default), random, zero or ones; see below.")
        private Pattern pattern = Pattern.SEQUENTIAL;

        @Option(
                names = "--input",
                paramLabel = "FILE|-",
                description =
                        "Instead of a pattern, raw frames of --size bytes from a file or standard input; a last short"
                                + " piece is a shorter frame.")
        private @Nullable String input;
    }

    static final class Pace {
        @Option(
                names = "--delay-ms",
                paramLabel = "MS",
                converter = NotNegative.class,
                description = "Pause after each burst (default: 0).")
        private long delayMillis;

        @Option(names = "--fps", paramLabel = "N", description = "Frames a second, instead of a pause.")
        private @Nullable Double framesPerSecond;

        Pacer pacer() {
            return framesPerSecond == null
                    ? Pacer.pausing(Duration.ofMillis(delayMillis))
                    : Pacer.beating(framesPerSecond);
        }
    }

    @Override
    public Integer call() {
        frames = asked != null ? asked : content.input == null ? USUAL_FRAMES : 0;
        checkArguments();
        options.configureLogging();
        try (StopRequest stop = StopRequest.onSignal()) {
            RunResult result = new RunResult(Operation.WRITE, name);
            int status = write(result, stop);
            result.print(StandardOutput.stream(), options.json());
            stop.finished(status, frames == 0);
            return status;
        }
    }

    private void checkArguments() {
        if (batchSize < 1) {
            throw options.mistake("a batch has at least one frame");
        }
        if (pace.framesPerSecond != null && !(pace.framesPerSecond > 0 && pace.framesPerSecond <= 1e9)) {
            throw options.mistake("--fps must be more than 0");
        }
        if (each.size().min() < 1) {
            throw options.mistake("a frame has at least 1 byte");
        }
        if (content.input != null && !each.size().isFixed()) {
            throw options.mistake("--input needs one --size, not a range");
        }
    }

    private int write(RunResult result, StopRequest stop) {
        byte @Nullable [] description;
        FrameSource source;
        try {
            description = metadata.bytes();
            source = content.input == null
                    ? each.source(content.pattern)
                    : InputSource.open(content.input, each.size().min());
        } catch (IOException e) {
            throw options.mistake(e.getMessage());
        }
        try (source) {
            return write(source, description, result, stop);
        } catch (RuntimeException | IOException e) {
            return failed(e, result, stop);
        }
    }

    private int write(FrameSource source, byte @Nullable [] description, RunResult result, StopRequest stop)
            throws IOException {
        System.getLogger(WriteCommand.class.getName())
                .log(
                        Level.DEBUG,
                        "connecting to buffer {0}, waiting for it at most {1} ms",
                        name,
                        patience.waitMillis());
        Writer connected;
        try {
            connected = Writer.connect(
                    name,
                    WriterConfig.builder()
                            .connectTimeout(patience.connectTimeout())
                            .writeTimeout(patience.timeout())
                            .trusting(trust.users())
                            .build());
        } catch (RuntimeException e) {
            return failed(e, result, stop) == ExitStatus.DONE ? ExitStatus.DONE : ExitStatus.notConnected(e);
        }
        try (Writer writer = connected;
                LiveLine live = new LiveLine()) {
            if (description != null) {
                writer.writeMetadata(description);
                result.metadataSize(description.length);
            }
            result.startClock();
            Pacer pacer = pace.pacer();
            FrameSource.Space space = writer::claim;
            while (!stop.requested() && (frames == 0 || result.frames() < frames)) {
                if (result.frames() > 0 && result.frames() % batchSize == 0) {
                    pacer.await(batchSize, stop);
                }
                try (Claim frame = stop.requested() ? null : source.next(space)) {
                    if (frame == null) {
                        return ended(result, stop);
                    }
                    frame.commit();
                    result.countFrame(frame.size());
                }
                live.update(result.frames(), result.bytes(), writer::health);
            }
        } finally {
            result.stopClock();
        }
        return ExitStatus.DONE;
    }

    /** There are no more frames, or there is no more time. */
    private int ended(RunResult result, StopRequest stop) {
        if (stop.requested() || frames == 0) {
            return ExitStatus.DONE;
        }
        result.error(InputSource.ended(
                Objects.requireNonNull(content.input), result.frames() + " of " + frames + " frames written"));
        return ExitStatus.FAILED;
    }

    private static int failed(Exception failure, RunResult result, StopRequest stop) {
        if (stop.explains(failure)) {
            return ExitStatus.DONE;
        }
        result.error(RunResult.text(failure));
        return ExitStatus.FAILED;
    }
}
