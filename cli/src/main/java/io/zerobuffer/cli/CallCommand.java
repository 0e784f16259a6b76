package io.zerobuffer.cli;

import io.zerobuffer.Permissions;
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
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
            description = "Requests to send; 0: until stopped, or to the end of the input "
                    + "(default: 1000, with --input 0).")
    private Long asked;

    @Option(
            names = {"-s", "--size"},
            paramLabel = "SIZE|MIN-MAX",
            defaultValue = "1024",
            converter = SizeRange.Converter.class,
            description = "Size of a request (default: ${DEFAULT-VALUE}).")
    private SizeRange size;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the pattern random and of sizes MIN-MAX (default: ${DEFAULT-VALUE}).")
    private long seed;

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
    private Double rate;

    @Option(
            names = "--check",
            paramLabel = "HANDLER",
            description = "Check every byte of the answers: echo, xor or double.")
    private Handler check;

    @Option(
            names = "--xor-key",
            paramLabel = "BYTE",
            defaultValue = "255",
            description = "Key of --check xor, 0 to 255 (default: ${DEFAULT-VALUE}).")
    private int xorKey;

    @Option(
            names = "--output",
            paramLabel = "FILE|-",
            description = "Write the answers, raw, to a file or standard output.")
    private String output;

    @Option(
            names = "--payload-size",
            paramLabel = "SIZE",
            defaultValue = "32MB",
            converter = ByteSize.class,
            description = "Size of the ring for answers (default: ${DEFAULT-VALUE}).")
    private long payloadSize;

    @Option(
            names = "--permissions",
            paramLabel = "MODE",
            defaultValue = "0600",
            converter = PermissionsConverter.class,
            description = "Who may write answers: 0600, 0660 or 0666 (default: ${DEFAULT-VALUE}).")
    private Permissions permissions;

    @Option(
            names = "--wait-ms",
            paramLabel = "MS",
            defaultValue = "10000",
            description = "How long to wait for the channel; 0: one attempt (default: ${DEFAULT-VALUE}).")
    private long waitMillis;

    @Option(
            names = "--timeout-ms",
            paramLabel = "MS",
            defaultValue = "5000",
            description = "How long to wait for an answer, and for space for a request; 0: for ever (default:"
                    + " ${DEFAULT-VALUE}).")
    private long timeoutMillis;

    @Mixin
    private final ResultOptions options = new ResultOptions();

    @Mixin
    private final HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

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
        private String input;

        @Option(
                names = "--text",
                paramLabel = "TEXT",
                description = "Instead of a pattern, this text in UTF-8 as each request.")
        private String text;
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
        if (count < 0 || waitMillis < 0 || timeoutMillis < 0) {
            throw mistake("counts and times cannot be negative");
        }
        if (inFlight < 1 || inFlight > MOST_IN_FLIGHT) {
            throw mistake("--in-flight is 1 to " + MOST_IN_FLIGHT);
        }
        if (rate != null && !(rate > 0 && rate <= 1e9)) {
            throw mistake("--rate must be more than 0");
        }
        if (xorKey < 0 || xorKey > 255) {
            throw mistake("--xor-key is a byte, 0 to 255");
        }
        if (size.min() < 1 || "".equals(content.text)) {
            throw mistake("a request has at least 1 byte");
        }
        if (content.input != null && !size.isFixed()) {
            throw mistake("--input needs one --size, not a range");
        }
    }

    private PrintStream resultStream() {
        return "-".equals(output) ? System.err : StandardOutput.stream();
    }

    private ParameterException mistake(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private int exchange(RunResult result, StopRequest stop) {
        byte[] description;
        FrameSource opened;
        RawOutput answers;
        try {
            description = metadata.bytes();
            opened = source();
        } catch (IOException e) {
            throw mistake(e.getMessage());
        }
        try (FrameSource source = opened) {
            try {
                answers = output == null ? null : RawOutput.open(output);
            } catch (IOException e) {
                throw mistake(e.getMessage());
            }
            try (RawOutput raw = answers) {
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
            return InputSource.open(content.input, size.min());
        }
        if (content.text != null) {
            byte[] request = content.text.getBytes(StandardCharsets.UTF_8);
            return space -> {
                var claim = space.claim(request.length);
                claim.copyFrom(request);
                return claim;
            };
        }
        return new PatternSource(new PatternBytes(content.pattern, seed), new FrameSizes(size, seed));
    }

    private int exchange(FrameSource source, RawOutput raw, byte[] description, RunResult result, StopRequest stop)
            throws IOException {
        System.getLogger(CallCommand.class.getName())
                .log(Level.DEBUG, "connecting to channel {0}, waiting for it at most {1} ms", channel, waitMillis);
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
            AnswerCheck answerCheck = check == null ? null : new AnswerCheck(check, xorKey, inFlight);
            RequestLoop loop = new RequestLoop(
                    client,
                    source,
                    answerCheck,
                    raw,
                    result,
                    Timeout.ofMillis(timeoutMillis),
                    inFlight,
                    rate == null ? 0 : rate);
            result.startClock();
            if (loop.run(count, stop, live)) {
                if (stop.requested() || result.frames() >= count) {
                    return ExitStatus.DONE;
                }
                result.error(InputSource.ended(content.input, progress(result)));
                return ExitStatus.FAILED;
            }
            result.error("no answer within " + timeoutMillis + " ms; " + progress(result));
            return ExitStatus.FAILED;
        } finally {
            result.stopClock();
        }
    }

    private DuplexClient connect(byte[] description) {
        ReaderConfig responses;
        try {
            responses = ReaderConfig.builder()
                    .payloadSize(payloadSize)
                    .permissions(permissions)
                    .build();
        } catch (IllegalArgumentException e) {
            throw mistake(e.getMessage());
        }
        // The loop does the waiting for space: it has to take answers meanwhile.
        WriterConfig requests = WriterConfig.builder()
                .connectTimeout(Duration.ofMillis(waitMillis))
                .writeTimeout(Duration.ZERO)
                .trusting(trust.users())
                .build();
        return DuplexClient.connect(channel, requests, responses, description);
    }

    private String noServer() {
        return "channel '" + channel + "': no server within " + waitMillis
                + " ms; start one, such as 'zerobuffer serve " + channel + "', or wait longer with --wait-ms";
    }

    private String progress(RunResult result) {
        return count == 0
                ? result.frames() + " requests answered"
                : result.frames() + " of " + count + " requests answered";
    }
}
