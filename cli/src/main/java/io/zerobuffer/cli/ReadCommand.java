package io.zerobuffer.cli;

import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.errors.PeerGoneException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Creates a buffer and reads what a writer puts into it. */
@Command(
        name = "read",
        aliases = "reader",
        description = "Create a buffer and read the frames that a writer puts into it.",
        sortOptions = false,
        footerHeading = "%n",
        footer = {
            "With -n 0 the run is done when the writer has closed the buffer, and has failed when the writer died.",
            "The patterns and sizes MIN-MAX are those of 'zerobuffer write --help'.",
            "With --output - the result goes to standard error."
        })
final class ReadCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Name of the buffer.")
    private String name;

    @Option(
            names = {"-n", "--frames"},
            paramLabel = "N",
            defaultValue = "1000",
            converter = NotNegative.class,
            description = "Frames to read; 0: until the writer leaves (default: ${DEFAULT-VALUE}).")
    private long frames;

    @Mixin
    private final FrameOptions each = new FrameOptions("0");

    @Mixin
    private final BufferOptions buffer = new BufferOptions("256MB");

    @Mixin
    private final TimeoutOption patience = new TimeoutOption();

    @Option(
            names = "--verify",
            paramLabel = "PATTERN",
            defaultValue = "none",
            description = "Check every byte: none, sequential, random, zero or ones (default: ${DEFAULT-VALUE}).")
    private String verify;

    @Option(names = "--checksum", description = "Print the CRC32C of the first 100 frames.")
    private boolean checksum;

    @Option(
            names = "--output",
            paramLabel = "FILE|-",
            description = "Write the frames, raw, to a file or standard output.")
    private @Nullable String output;

    @Option(
            names = "--announce",
            description =
                    "When the buffer is ready, print a line on standard output that tells a streamer to connect; see"
                            + " announce-parse.")
    private boolean announce;

    @Mixin
    private final ResultOptions options = new ResultOptions();

    @Mixin
    private final HelpOption help = new HelpOption();

    @Override
    public Integer call() {
        FrameCheck check = check();
        options.configureLogging();
        try (StopRequest stop = StopRequest.onSignal()) {
            RunResult result = new RunResult(Operation.READ, name);
            int status = read(check, result, stop);
            if (status == ExitStatus.DONE && result.verificationErrors() > 0) {
                status = ExitStatus.NOT_VERIFIED;
            }
            result.print(resultStream(), options.json());
            stop.finished(status, frames == 0);
            return status;
        }
    }

    private FrameCheck check() {
        if (announce && writesToStandardOutput()) {
            throw options.mistake("--announce and --output - cannot share standard output");
        }
        return new FrameCheck(each.size().max() == 0 ? null : each.sizes(), pattern(), checksum);
    }

    private @Nullable PatternBytes pattern() {
        if (verify.equalsIgnoreCase("none")) {
            return null;
        }
        for (Pattern pattern : Pattern.values()) {
            if (pattern.name().equalsIgnoreCase(verify)) {
                return each.bytes(pattern);
            }
        }
        throw options.mistake("'" + verify + "' cannot be verified; choose none, sequential, random, zero or ones");
    }

    private boolean writesToStandardOutput() {
        return "-".equals(output);
    }

    private PrintStream resultStream() {
        return writesToStandardOutput() ? System.err : StandardOutput.stream();
    }

    private int read(FrameCheck check, RunResult result, StopRequest stop) {
        @Nullable RawOutput opened;
        try {
            opened = output == null ? null : RawOutput.open(output);
        } catch (IOException e) {
            throw options.mistake(e.getMessage());
        }
        try (RawOutput raw = opened) {
            Reader reader;
            try {
                reader = create();
            } catch (ParameterException mistake) {
                throw mistake;
            } catch (RuntimeException e) {
                result.error(RunResult.text(e));
                return ExitStatus.notConnected(e);
            }
            try (reader;
                    LiveLine live = new LiveLine()) {
                return read(reader, check, raw, live, result, stop);
            } finally {
                result.stopClock();
            }
        } catch (ParameterException mistake) {
            throw mistake;
        } catch (RuntimeException | IOException e) {
            if (stop.explains(e)) {
                return ExitStatus.DONE;
            }
            result.error(RunResult.text(e));
            return ExitStatus.FAILED;
        }
    }

    private Reader create() {
        return Reader.create(name, buffer.config(config -> config.readTimeout(patience.timeout())));
    }

    private int read(
            Reader reader, FrameCheck check, @Nullable RawOutput raw, LiveLine live, RunResult result, StopRequest stop)
            throws IOException {
        if (announce) {
            StandardOutput.stream()
                    .println(new StreamAnnouncement(name, reader.metadataSize(), reader.payloadSize()).toLine());
            StandardOutput.stream().flush();
        }
        Duration timeout = patience.timeout();
        try {
            while (!stop.requested() && (frames == 0 || result.frames() < frames)) {
                try (Frame frame = reader.read(timeout)) {
                    if (frame == null) {
                        result.error("no frame within " + patience.millis() + " ms; " + progress(result));
                        return ExitStatus.FAILED;
                    }
                    if (result.frames() == 0) {
                        result.startClock();
                    }
                    check.inspect(frame, result);
                    if (raw != null) {
                        raw.write(frame.segment());
                    }
                    result.countFrame(frame.size());
                }
                live.update(result.frames(), result.bytes(), reader::health);
            }
            return ExitStatus.DONE;
        } catch (PeerGoneException e) {
            if (frames == 0 && e.isEndOf(name)) {
                return ExitStatus.DONE;
            }
            result.error(e.getMessage() + "; " + progress(result));
            return ExitStatus.FAILED;
        } finally {
            reader.metadata().ifPresent(content -> result.metadataSize(content.length));
        }
    }

    private String progress(RunResult result) {
        return frames == 0 ? result.frames() + " frames read" : result.frames() + " of " + frames + " frames read";
    }
}
