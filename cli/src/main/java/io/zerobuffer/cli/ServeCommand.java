package io.zerobuffer.cli;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.duplex.DuplexServer;
import io.zerobuffer.duplex.Response;
import io.zerobuffer.duplex.ServerListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The server of a duplex channel, with answers that a client can check. */
@Command(
        name = "serve",
        description = "Create a duplex channel and answer the requests of one client after the other.",
        sortOptions = false,
        footerHeading = "%nHandlers:%n",
        footer = {
            "  echo    the answer is the request",
            "  xor     every byte of the request with the key",
            "  double  the request twice, one behind the other",
            "%nA channel is two buffers: CHANNEL_request, created here, and CHANNEL_response, created by the client.",
            "A client with a request that cannot be answered is given up; the server goes on, and ends with status 2."
        })
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = System.getLogger(ServeCommand.class.getName());
    private static final long LOOK_MILLIS = 100;
    private static final int MOST_THREADS = 1_000;

    @Parameters(paramLabel = "CHANNEL", description = "Name of the channel.")
    private String channel;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            defaultValue = "0",
            converter = NotNegative.class,
            description = "Requests to answer; 0: until stopped (default: ${DEFAULT-VALUE}).")
    private long count;

    @Option(
            names = "--handler",
            paramLabel = "HANDLER",
            defaultValue = "echo",
            description = "echo, xor or double; see below (default: ${DEFAULT-VALUE}).")
    private Handler handler;

    @Mixin
    private final KeyOption xor = new KeyOption();

    @Option(
            names = "--delay-ms",
            paramLabel = "MS",
            defaultValue = "0",
            converter = NotNegative.class,
            description = "How long each request is worked on (default: ${DEFAULT-VALUE}).")
    private long delayMillis;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Requests worked on at the same time; answers keep their order (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Mixin
    private final BufferOptions requests = new BufferOptions("32MB");

    @Mixin
    private final TimeoutOption patience = new TimeoutOption();

    @Mixin
    private final ResultOptions options = new ResultOptions();

    @Mixin
    private final HelpOption help = new HelpOption();

    @Override
    public Integer call() {
        checkArguments();
        options.configureLogging();
        try (StopRequest stop = StopRequest.onSignal()) {
            RunResult result = new RunResult(Operation.SERVE, channel);
            int status = serve(result, stop);
            result.print(StandardOutput.stream(), options.json());
            stop.finished(status, count == 0);
            return status;
        }
    }

    private void checkArguments() {
        if (threads < 1 || threads > MOST_THREADS) {
            throw options.mistake("--threads is 1 to " + MOST_THREADS);
        }
    }

    private int serve(RunResult result, StopRequest stop) {
        Service service = new Service(result);
        try (ExecutorService handlers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("handler-", 1).factory())) {
            DuplexServer started;
            try {
                started = start(service, handlers);
            } catch (ParameterException mistake) {
                throw mistake;
            } catch (RuntimeException e) {
                if (stop.explains(e)) {
                    return ExitStatus.DONE;
                }
                result.error(RunResult.text(e));
                return ExitStatus.notConnected(e);
            }
            try (DuplexServer server = started) {
                LOG.log(Level.DEBUG, "serving channel {0}", channel);
                service.await(server, stop);
            }
        }
        result.stopClock();
        return service.hasFailed ? ExitStatus.FAILED : ExitStatus.DONE;
    }

    private DuplexServer start(Service service, ExecutorService handlers) {
        Duration timeout = patience.timeout();
        DuplexServer.Builder builder = DuplexServer.builder(channel)
                .requestBuffer(requests.config(config -> config))
                .responseBuffer(WriterConfig.builder()
                        .connectTimeout(timeout)
                        .writeTimeout(timeout)
                        .build())
                .listener(service);
        if (threads > 1) {
            builder.parallel(handlers, threads);
        }
        DuplexServer server = builder.build(service::answer);
        server.start();
        return server;
    }

    /** Answers, and counts what it does; called by the server's threads, and awaited by the command's. */
    private final class Service implements ServerListener {
        private final RunResult result;
        private final CountDownLatch over = new CountDownLatch(1);
        private final IllegalStateException enough = new IllegalStateException(
                "channel '" + channel + "': all " + count + " requests are answered, the server stops");
        /** Requests of the clients before the present one. */
        private long answeredBefore;

        private boolean hasFailed;

        Service(RunResult result) {
            this.result = result;
        }

        /** Until the requests asked for are answered, or the run is to stop, or the server cannot go on. */
        void await(DuplexServer server, StopRequest stop) {
            try (LiveLine live = new LiveLine(Operation.SERVE.unit())) {
                while (!stop.requested() && server.isRunning() && !over.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    synchronized (this) {
                        live.update(result.frames(), result.bytes(), null);
                    }
                }
            } catch (InterruptedException e) {
                LOG.log(Level.DEBUG, "asked to stop");
            } finally {
                over.countDown();
            }
        }

        void answer(Frame request, Response response) throws InterruptedException {
            requireWanted(request);
            if (delayMillis > 0) {
                over.await(delayMillis, TimeUnit.MILLISECONDS);
            }
            try (Claim claim = response.claim(handler.answerSize(request.size()))) {
                handler.answer(request.segment(), claim.segment(), xor.key());
                claim.commit();
                count(claim.size());
            }
        }

        /** By its number, because requests that are handled at the same time do not begin in their order. */
        private synchronized void requireWanted(Frame request) {
            if (count > 0 && answeredBefore + request.sequence() > count) {
                throw enough;
            }
        }

        private synchronized void count(long size) {
            result.countFrame(size);
            if (result.frames() == count) {
                over.countDown();
            }
        }

        @Override
        public synchronized void clientConnected(Optional<byte[]> metadata) {
            answeredBefore = result.frames();
            if (answeredBefore == 0) {
                result.startClock();
            }
            int size = metadata.map(content -> content.length).orElse(0);
            result.metadataSize(size);
            LOG.log(Level.DEBUG, "a client has connected, with {0} bytes of metadata", size);
        }

        @Override
        public void clientDisconnected() {
            LOG.log(Level.DEBUG, "a client has left");
        }

        @Override
        public synchronized void requestFailed(Throwable cause) {
            LOG.log(Level.DEBUG, "a request got no answer", cause);
            if (!cause.equals(enough)) {
                hasFailed = true;
                result.error(RunResult.text(cause));
            }
        }
    }
}
