package io.zerobuffer.cli;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.MetadataAlreadyWrittenException;
import io.zerobuffer.errors.PeerGoneException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Reads from one buffer and writes to another, each frame copied once, from ring to ring. */
@Command(
        name = "relay",
        description =
                "Create buffer IN, read its frames and write them into buffer OUT; metadata is passed on as it is.",
        sortOptions = false,
        footerHeading = "%n",
        footer = {
            "A buffer belongs to its reader, so IN is created by the relay and OUT by whoever reads from it.",
            "OUT must be there when the relay starts, unless --create-output says that it will be created soon.",
            "With -n 0 the run is done when the writer of IN has closed it, and has failed when that writer died."
        })
final class RelayCommand implements Callable<Integer> {
    private static final long METADATA_SIZE = 4096;

    @Parameters(index = "0", paramLabel = "IN", description = "Buffer to create and read from.")
    private String in;

    @Parameters(index = "1", paramLabel = "OUT", description = "Buffer to write to.")
    private String out;

    @Mixin
    private TrustOption trust;

    @Option(
            names = {"-n", "--frames"},
            paramLabel = "N",
            defaultValue = "0",
            converter = NotNegative.class,
            description = "Frames to relay; 0: until the writer of IN leaves (default: ${DEFAULT-VALUE}).")
    private long frames;

    @Option(
            names = "--create-output",
            description = "OUT is still being created: wait for its reader, at most --timeout-ms, instead of failing at"
                    + " once.")
    private boolean createOutput;

    @Option(
            names = "--buffer-size",
            paramLabel = "SIZE",
            defaultValue = "256MB",
            converter = ByteSize.Converter.class,
            description = "Size of the ring of IN (default: ${DEFAULT-VALUE}).")
    private ByteSize bufferSize;

    @Mixin
    private final TimeoutOption patience = new TimeoutOption();

    @Option(
            names = "--transform",
            paramLabel = "TRANSFORM",
            defaultValue = "none",
            description =
                    "none, reverse (the last byte first) or xor (every byte with the key) (default: ${DEFAULT-VALUE}).")
    private Transform transform;

    @Mixin
    private final KeyOption xor = new KeyOption();

    @Mixin
    private final ResultOptions options = new ResultOptions();

    @Mixin
    private final HelpOption help = new HelpOption();

    @Override
    public Integer call() {
        checkArguments();
        options.configureLogging();
        try (StopRequest stop = StopRequest.onSignal()) {
            RunResult result = new RunResult(Operation.RELAY, in, out);
            int status = relay(result, stop);
            result.print(StandardOutput.stream(), options.json());
            stop.finished(status, frames == 0);
            return status;
        }
    }

    private void checkArguments() {
        if (in.equals(out)) {
            throw options.mistake("IN and OUT must be different buffers");
        }
    }

    private int relay(RunResult result, StopRequest stop) {
        Duration timeout = patience.timeout();
        Reader input = null;
        Writer output = null;
        try {
            input = Reader.create(in, readerConfig(timeout));
            output = Writer.connect(
                    out,
                    WriterConfig.builder()
                            .connectTimeout(createOutput ? timeout : Duration.ZERO)
                            .writeTimeout(timeout)
                            .trusting(trust.users())
                            .build());
        } catch (ParameterException mistake) {
            throw mistake;
        } catch (RuntimeException e) {
            if (input != null) {
                input.close();
            }
            if (stop.explains(e)) {
                return ExitStatus.DONE;
            }
            result.error(RunResult.text(e));
            return ExitStatus.notConnected(e);
        }
        try (Reader reader = input;
                Writer writer = output;
                LiveLine live = new LiveLine()) {
            return relay(reader, writer, live, result, stop);
        } catch (RuntimeException e) {
            if (stop.explains(e)) {
                return ExitStatus.DONE;
            }
            result.error(RunResult.text(e));
            return ExitStatus.FAILED;
        } finally {
            result.stopClock();
        }
    }

    private ReaderConfig readerConfig(Duration timeout) {
        try {
            return ReaderConfig.builder()
                    .metadataSize(METADATA_SIZE)
                    .payloadSize(bufferSize.bytes())
                    .readTimeout(timeout)
                    .build();
        } catch (IllegalArgumentException e) {
            throw options.mistake(e.getMessage());
        }
    }

    private int relay(Reader reader, Writer writer, LiveLine live, RunResult result, StopRequest stop) {
        try {
            while (!stop.requested() && (frames == 0 || result.frames() < frames)) {
                try (Frame frame = reader.read()) {
                    if (frame == null) {
                        result.error("no frame in '" + in + "' within " + patience.millis() + " ms; " + result.frames()
                                + " frames relayed");
                        return ExitStatus.FAILED;
                    }
                    if (result.frames() == 0) {
                        passMetadata(reader, writer, result);
                        result.startClock();
                    }
                    try (Claim claim = writer.claim(frame.size())) {
                        transform.apply(frame.segment(), claim.segment(), xor.key());
                        claim.commit();
                    }
                    result.countFrame(frame.size());
                }
                live.update(result.frames(), result.bytes(), reader::health);
            }
            return ExitStatus.DONE;
        } catch (PeerGoneException e) {
            if (frames == 0 && e.isEndOf(in)) {
                return ExitStatus.DONE;
            }
            result.error(e.getMessage() + "; " + result.frames() + " frames relayed");
            return ExitStatus.FAILED;
        }
    }

    private static void passMetadata(Reader reader, Writer writer, RunResult result) {
        byte[] content = reader.metadata().orElse(null);
        if (content == null) {
            return;
        }
        result.metadataSize(content.length);
        try {
            writer.writeMetadata(content);
        } catch (MetadataAlreadyWrittenException e) {
            // A relay started again finds the metadata its predecessor passed on.
            System.getLogger(RelayCommand.class.getName()).log(System.Logger.Level.DEBUG, e.getMessage());
        }
    }
}
