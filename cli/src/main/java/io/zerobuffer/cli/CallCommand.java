package io.zerobuffer.cli;

import io.zerobuffer.ReaderConfig;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.duplex.DuplexClient;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.ServerGoneException;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
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

/** The client of a duplex channel: asks, checks the answers, and tells how long they took. */
@Command(
        name = "call",
        description = "Send requests over a duplex channel, and time the answers.",
        sortOptions = false,
        footerHeading = "%n",
        footer = {
            "A latency ends when the answer is there. It begins when the request is sent, or with --rate when it was"
                    + " due,",
            "so that a request that leaves late because earlier ones took long counts as long as it waited. Both"
                    + " programs",
            "are slow at first; ask for many requests.",
            "The patterns and sizes MIN-MAX are those of 'zerobuffer write --help', the handlers those of 'serve"
                    + " --help'.",
            "With --output - the result goes to standard error."
        })
final class CallCommand implements Callable<Integer> {
    private static final int MOST_IN_FLIGHT = 1_000_000;
    private static final long USUAL_COUNT = 1000;

    @Parameters(paramLabel = "CHANNEL", description = "Name of the channel.")
    private String channel;

    @Mixin
    private TrustOption trust;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            converter = NotNegative.class,
            description = "Requests to send; 0: until stopped, or to the end of the input "
                    + "(default: 1000, with --input 0).")
    private @Nullable Long asked;

    @Mixin
    private final FrameOptions each = new FrameOptions("1024");

    @ArgGroup
    private final Content content = new Content();

    @ArgGroup
    private final MetadataOptions metadata = new MetadataOptions();

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "1",
            description = "Requests under way at a time, at most (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Requests a second, instead of the next as soon as there is an answer.")
    private @Nullable Double rate;

    @Option(
            names = "--check",
            paramLabel = "HANDLER",
            description = "Check every byte of the answers: echo, xor or double.")
    private @Nullable Handler check;

    @Mixin
    private final KeyOption xor = new KeyOption();

    @Option(
            names = "--output",
            paramLabel = "FILE|-",
            description = "Write the answers, raw, to a file or standard output.")
    private @Nullable String output;

    @Mixin
    private final RingOptions answers = new RingOptions("32MB");

    @Mixin
    private final WaitOptions patience = new WaitOptions();

    @Mixin
    private final ResultOptions options = new ResultOptions();

    @Mixin
    private final HelpOption help = new HelpOption();

    /** 0: as many as there are. */
    private long count;

    static final class Content {
        @Option(
                names = "--pattern",
                paramLabel = "PATTERN",
                description = "sequential (default), random, zero or ones.")
        private Pattern pattern = Pattern.SEQUENTIAL;

        @Option(
                names = "--input",
                paramLabel = "FILE|-",
                description = "Instead of a pattern, raw requests of --size bytes from a file or standard input; a last"
                        + " short piece is a shorter request.")
        private @Nullable String input;

        @Option(
                names = "--text",
                paramLabel = "TEXT",
                description = "Instead of a pattern, this text in UTF-8 as each request.")
        private @Nullable String text;
    }

    @Override
    public Integer call() {
        count = asked != null ? asked : content.input == null ? USUAL_COUNT : 0;
        checkArguments();
        options.configureLogging();
        try (StopRequest stop = StopRequest.onSignal()) {
            RunResult result = new RunResult(Operation.CALL, channel);
            int status = exchange(result, stop);
            if (status == ExitStatus.DONE && result.verificationErrors() > 0) {
                status = ExitStatus.NOT_VERIFIED;
            }
            result.print(resultStream(), options.json());
            stop.finished(status, count == 0);
            return status;
        }
    }

    private void checkArguments() {
        if (inFlight < 1 || inFlight > MOST_IN_FLIGHT) {
            throw options.mistake("--in-flight is 1 to " + MOST_IN_FLIGHT);
        }
        if (rate != null && !(rate > 0 && rate <= 1e9)) {
            throw options.mistake("--rate must be more than 0");
        }
        if (each.size().min() < 1 || "".equals(content.text)) {
            throw options.mistake("a request has at least 1 byte");
        }
        if (content.input != null && !each.size().isFixed()) {
            throw options.mistake("--input needs one --size, not a range");
        }
    }

    private PrintStream resultStream() {
        return "-".equals(output) ? System.err : StandardOutput.stream();
    }

    private int exchange(RunResult result, StopRequest stop) {
        byte @Nullable [] description;
        FrameSource opened;
        @Nullable RawOutput sink;
        try {
            description = metadata.bytes();
            opened = source();
        } catch (IOException e) {
            throw options.mistake(e.getMessage());
        }
        try (FrameSource source = opened) {
            try {
                sink = output == null ? null : RawOutput.open(output);
            } catch (IOException e) {
                throw options.mistake(e.getMessage());
            }
            try (RawOutput raw = sink) {
                return exchange(source, raw, description, result, stop);
            }
        } catch (ServerGoneException e) {
            result.error(e.getMessage() + "; " + progress(result));
            return ExitStatus.FAILED;
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

    private FrameSource source() throws IOException {
        if (content.input != null) {
            return InputSource.open(content.input, each.size().min());
        }
        if (content.text != null) {
            byte[] request = content.text.getBytes(StandardCharsets.UTF_8);
            return space -> {
                var claim = space.claim(request.length);
                claim.copyFrom(request);
                return claim;
            };
        }
        return each.source(content.pattern);
    }

    private int exchange(
            FrameSource source,
            @Nullable RawOutput raw,
            byte @Nullable [] description,
            RunResult result,
            StopRequest stop)
            throws IOException {
        System.getLogger(CallCommand.class.getName())
                .log(
                        Level.DEBUG,
                        "connecting to channel {0}, waiting for it at most {1} ms",
                        channel,
                        patience.waitMillis());
        DuplexClient connected;
        try {
            connected = connect(description);
        } catch (ParameterException mistake) {
            throw mistake;
        } catch (RuntimeException e) {
            if (stop.explains(e)) {
                return ExitStatus.DONE;
            }
            result.error(e instanceof BufferNotFoundException ? noServer() : RunResult.text(e));
            return ExitStatus.notConnected(e);
        }
        try (DuplexClient client = connected;
                LiveLine live = new LiveLine(Operation.CALL.unit())) {
            if (description != null) {
                result.metadataSize(description.length);
            }
            AnswerCheck answerCheck = check == null ? null : new AnswerCheck(check, xor.key(), inFlight);
            RequestLoop loop = new RequestLoop(
                    client, source, answerCheck, raw, result, patience.timeout(), inFlight, rate == null ? 0 : rate);
            result.startClock();
            if (loop.run(count, stop, live)) {
                if (stop.requested() || result.frames() >= count) {
                    return ExitStatus.DONE;
                }
                result.error(InputSource.ended(Objects.requireNonNull(content.input), progress(result)));
                return ExitStatus.FAILED;
            }
            result.error("no answer within " + patience.millis() + " ms; " + progress(result));
            return ExitStatus.FAILED;
        } finally {
            result.stopClock();
        }
    }

    private DuplexClient connect(byte @Nullable [] description) {
        ReaderConfig responses = answers.config(config -> config);
        // The loop does the waiting for space: it has to take answers meanwhile.
        WriterConfig requests = WriterConfig.builder()
                .connectTimeout(patience.connectTimeout())
                .writeTimeout(Duration.ZERO)
                .trusting(trust.users())
                .build();
        return DuplexClient.connect(channel, requests, responses, description);
    }

    private String noServer() {
        return "channel '" + channel + "': no server within " + patience.waitMillis()
                + " ms; start one, such as 'zerobuffer serve " + channel + "', or wait longer with --wait-ms";
    }

    private String progress(RunResult result) {
        return count == 0
                ? result.frames() + " requests answered"
                : result.frames() + " of " + count + " requests answered";
    }
}
