package io.zerobuffer.duplex;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import io.zerobuffer.errors.ReaderDeadException;
import io.zerobuffer.errors.SequenceGapException;
import io.zerobuffer.errors.WriterDeadException;
import io.zerobuffer.errors.ZeroBufferException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * Answers the requests of one client at a time, in order. It owns the request buffer of its channel, and connects to the response buffer that the client creates.
 *
 * {@snippet :
 * try (DuplexServer server = DuplexServer.builder("scaler").build(request -> ...)) {
 *     server.start();
 *     ...
 * }
 * }
 *
 * <p>Where a handler throws, or returns without an answer, the listener is told, and the client gets the answer that {@link Builder#failureResponse} makes of it. Without one the
 * server gives this client up: it closes both its ends, so that the client, of whatever implementation, learns at once that there will be no more answers, and may connect again. The
 * requests behind the failed one are lost with it. Responses carry no mark by which one of them could be told from an error.
 *
 * <p>When a client leaves or dies, or is given up, the request buffer is made anew for the next one, which may bring its own metadata.
 *
 * <p><b>Threads.</b> Handler and listener are called by the server's own thread, named after the channel; it is no daemon. All methods may be called from any thread but that one.
 */
public final class DuplexServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.zerobuffer.duplex");

    /** How often to look for the response buffer while the client has not created it, and whether its reader lives afterwards. */
    private static final Duration CONNECT_INTERVAL = Duration.ofMillis(20);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

    private final Channel channel;
    private final ReaderConfig requestConfig;
    private final WriterConfig responseConfig;
    private final ServerListener listener;
    private final Function<? super Exception, byte[]> failureResponse;
    private final RequestHandler handler;

    /** Held while the server starts and stops. */
    private final Object lifecycle = new Object();

    private Thread thread;
    private volatile Reader requests;
    private volatile boolean running;

    private DuplexServer(Builder builder, RequestHandler handler) {
        this.channel = builder.channel;
        this.requestConfig = builder.requestConfig;
        this.responseConfig = builder.responseConfig;
        this.listener = builder.listener;
        this.failureResponse = builder.failureResponse;
        this.handler = Objects.requireNonNull(handler, "handler");
    }

    /** A builder of a server for this channel. */
    public static Builder builder(String channel) {
        return new Builder(channel);
    }

    /**
     * Creates the request buffer and begins to answer. A server that runs goes on.
     *
     * @throws ReaderAlreadyConnectedException if another server of this channel runs; otherwise as {@link Reader#create(String, ReaderConfig)}
     */
    public void start() {
        synchronized (lifecycle) {
            if (running) {
                return;
            }
            requests = Reader.create(channel.requestBuffer(), requestConfig);
            running = true;
            thread = new Thread(this::run, "zerobuffer-duplex-" + channel.name());
            thread.start();
        }
    }

    /** Stops answering and removes the request buffer; waits for a handler that is at work. It can be started again. */
    public void stop() {
        synchronized (lifecycle) {
            if (thread == null) {
                return;
            }
            synchronized (this) {
                running = false;
                requests.close();
            }
            join(thread);
            thread = null;
        }
    }

    /** Whether it was started, and neither stopped nor gave up: a request buffer that cannot be made anew ends it, and the listener is told. */
    public boolean isRunning() {
        return running;
    }

    /** The same as {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    private void run() {
        try {
            while (running) {
                serveClient();
            }
        } catch (BufferClosedException stopped) {
            LOG.log(System.Logger.Level.DEBUG, "server of channel {0} stopped", channel.name());
        } catch (ZeroBufferException cannotGoOn) {
            listener.requestFailed(cannotGoOn);
        } finally {
            running = false;
            requests.close();
        }
    }

    private void serveClient() {
        try (Session session = new Session()) {
            session.run();
        } catch (WriterDeadException | ReaderDeadException clientGone) {
            LOG.log(System.Logger.Level.DEBUG, "a client of channel {0} is gone", channel.name());
        } catch (CorruptBufferException | SequenceGapException broken) {
            listener.requestFailed(broken);
        }
        if (running) {
            listener.clientDisconnected();
            renew();
        }
    }

    /** Makes the request buffer anew: what the last client left in it, its metadata above all, is not for the next. */
    private synchronized void renew() {
        if (running) {
            requests = Reader.create(channel.requestBuffer(), requestConfig);
        }
    }

    private static void join(Thread stopped) {
        boolean interrupted = false;
        while (stopped != null && stopped.isAlive()) {
            try {
                stopped.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What one client is served with. */
    private final class Session implements AutoCloseable {
        private final Response response = new Response();
        private Writer writer;
        private boolean isAnnounced;

        /** Until the client is gone or given up. */
        void run() {
            boolean goesOn = true;
            while (goesOn) {
                try (Frame request = requests.read(writer == null ? CONNECT_INTERVAL : LOOK_INTERVAL)) {
                    goesOn = request == null ? isClientThere() : answer(request);
                }
            }
        }

        /** Another client may have taken the place of the first between two looks; then the response buffer is not that of this one any more. */
        private boolean isClientThere() {
            if (writer == null && requests.isWriterConnected()) {
                connect(Duration.ZERO);
            }
            return writer == null || writer.isReaderConnected();
        }

        private void connect(Duration timeout) {
            try {
                writer = Writer.connect(channel.responseBuffer(), responseConfig.toBuilder().connectTimeout(timeout).build());
            } catch (ZeroBufferException notThere) {
                if (!timeout.isZero()) {
                    listener.requestFailed(notThere);
                }
            }
        }

        /** False when the client has to be given up. */
        private boolean answer(Frame request) {
            if (writer == null) {
                connect(responseConfig.connectTimeout());
            }
            if (writer == null) {
                return false;
            }
            if (!isAnnounced) {
                isAnnounced = true;
                listener.clientConnected(requests.metadata());
            }
            response.begin(writer);
            try {
                handler.handle(request, response);
                return response.end() || fail(new IllegalStateException("channel '" + channel.name() + "': the handler returned without an answer"));
            } catch (ReaderDeadException clientGone) {
                throw clientGone;
            } catch (Exception failure) {
                return fail(failure);
            }
        }

        private boolean fail(Exception cause) {
            listener.requestFailed(cause);
            boolean isAnswered = response.end();
            if (!isAnswered && failureResponse != null) {
                writer.write(failureResponse.apply(cause));
                isAnswered = true;
            }
            return isAnswered;
        }

        /** The request buffer first: a client that learns of the end by its response buffer finds the other end closed, too. */
        @Override
        public void close() {
            requests.close();
            if (writer != null) {
                writer.close();
            }
        }
    }

    /** Collects the settings of a {@link DuplexServer}. */
    public static final class Builder {
        private final Channel channel;
        private ReaderConfig requestConfig = ReaderConfig.builder().build();
        private WriterConfig responseConfig = WriterConfig.builder().connectTimeout(Duration.ofSeconds(5)).build();
        private ServerListener listener = new ServerListener() {};
        private Function<? super Exception, byte[]> failureResponse;

        private Builder(String channel) {
            this.channel = new Channel(channel);
        }

        /** How to create the request buffer: sizes, permissions, wait strategy. Default: that of {@link ReaderConfig}. */
        public Builder requestBuffer(ReaderConfig config) {
            this.requestConfig = Objects.requireNonNull(config, "config");
            return this;
        }

        /** How to connect to the response buffer, and how long to wait for space in it. Default: 5 seconds each. */
        public Builder responseBuffer(WriterConfig config) {
            this.responseConfig = Objects.requireNonNull(config, "config");
            return this;
        }

        /** Who hears of clients and failures. Default: failures are logged. */
        public Builder listener(ServerListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /** What to answer where the handler did not: 1 or more bytes that client and server agree on. Default: nothing; the client is given up. */
        public Builder failureResponse(Function<? super Exception, byte[]> response) {
            this.failureResponse = Objects.requireNonNull(response, "response");
            return this;
        }

        /** A server, not started, whose handler reads the request and writes the response. */
        public DuplexServer build(RequestHandler handler) {
            return new DuplexServer(this, handler);
        }

        /** A server, not started, whose handler turns the request into the response, which has the same size: one copy in between. */
        public DuplexServer buildInPlace(InPlaceHandler handler) {
            Objects.requireNonNull(handler, "handler");
            return new DuplexServer(this, (request, response) -> {
                try (Claim data = response.claim(request.size())) {
                    data.copyFrom(0, request);
                    request.release();
                    handler.edit(data);
                    data.commit();
                }
            });
        }
    }
}
