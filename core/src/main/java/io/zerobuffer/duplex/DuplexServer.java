package io.zerobuffer.duplex;

import io.zerobuffer.Claim;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.InvalidBufferNameException;
import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of one client at a time, in order. It owns the request buffer of its channel, and connects to
 * the response buffer that the client creates.
 *
 * {@snippet :
 * try (DuplexServer server =
 *         DuplexServer.builder("scaler").build((request, response) -> response.write(scaled(request)))) {
 *     server.start();
 *     ...
 * }
 * }
 *
 * <p>Where a handler throws, or returns without an answer, or the answer cannot be written, the listener is told, and
 * the client gets the answer that {@link Builder#failureResponse} makes of it. Without one, or when that cannot be
 * written either, the server gives this client up: it closes both its ends, so that the client, of whatever
 * implementation, learns at once that there will be no more answers, and may connect again. The requests behind the
 * failed one are lost with it. Responses carry no mark by which one of them could be told from an error.
 *
 * <p>When a client leaves or dies, the request buffer passes to the next one, which may be there already: requests that
 * were not answered are dropped, and the metadata is taken away, so that each client may bring its own. For a client
 * that is given up, the buffer is closed and made anew. Only a response buffer that belongs to the process which sends
 * the requests is connected to.
 *
 * <p><b>Threads.</b> Handler and listener are called by the server's own thread, named after the channel, which is no
 * daemon; with {@link Builder#parallel} handlers are called by those of the executor. All methods may be called from
 * any thread. Called by a handler or the listener, {@link #stop} does not wait for it, and {@link #start} does not
 * start a server again that was stopped.
 */
public final class DuplexServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.zerobuffer.duplex");

    private final ServerSettings settings;

    /** Held while the server is started, and stopped by others than itself. */
    private final Object lifecycle = new Object();

    private volatile @Nullable Thread thread;
    private volatile @Nullable Session session;
    private volatile boolean running;

    private DuplexServer(ServerSettings settings) {
        this.settings = settings;
    }

    /**
     * A builder of a server for this channel.
     *
     * @param channel 1 to 236 bytes of UTF-8, otherwise as a buffer's name
     * @throws InvalidBufferNameException if it is empty or too long
     */
    public static Builder builder(String channel) {
        return new Builder(channel);
    }

    /**
     * Creates the request buffer and begins to answer. A server that runs goes on.
     *
     * @throws ReaderAlreadyConnectedException if another server of this channel runs; otherwise as
     *     {@link Reader#create(String, ReaderConfig)}
     * @throws IllegalStateException if called by a handler or listener of this server, which was stopped
     */
    public void start() {
        if (isOwnThread()) {
            if (running) {
                return;
            }
            throw new IllegalStateException("channel '" + settings.channel().name()
                    + "': start() was called by a handler or listener of the server that was stopped; call it"
                    + " from another thread");
        }
        synchronized (lifecycle) {
            if (running) {
                return;
            }
            join(thread);
            session = new Session(settings);
            running = true;
            try {
                thread = new Thread(
                        this::run, "zerobuffer-duplex-" + settings.channel().name());
                thread.start();
            } catch (RuntimeException | Error noThread) {
                end();
                throw noThread;
            }
        }
    }

    /**
     * Stops answering and removes the request buffer; lets a handler that is at work finish, and waits for it unless
     * that is what calls this. It can be started again.
     */
    public void stop() {
        if (isOwnThread()) {
            end();
            return;
        }
        synchronized (lifecycle) {
            end();
            join(thread);
        }
    }

    /**
     * Whether it was started, and neither stopped nor gave up: a request buffer that cannot be made anew ends it, and
     * the listener is told.
     */
    public boolean isRunning() {
        return running;
    }

    /** The same as {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    private boolean isOwnThread() {
        Session current = session;
        return Thread.currentThread() == thread || current != null && current.isRunning(Thread.currentThread());
    }

    private synchronized void end() {
        running = false;
        if (session != null) {
            session.end();
        }
    }

    private void run() {
        try {
            while (running) {
                serveClient(Objects.requireNonNull(session));
            }
        } catch (RuntimeException | Error cannotGoOn) {
            settings.requestFailed(cannotGoOn);
        } finally {
            running = false;
        }
    }

    private void serveClient(Session present) {
        try (present) {
            present.run();
        } catch (BufferClosedException ended) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "server of channel {0} stopped",
                    settings.channel().name());
        } catch (RuntimeException | Error broken) {
            settings.requestFailed(broken);
        } finally {
            Thread.interrupted();
        }
        if (running) {
            if (!present.hasToldDeparture()) {
                settings.clientDisconnected();
            }
            renew();
        }
    }

    private synchronized void renew() {
        if (running) {
            session = new Session(settings);
        }
    }

    private static void join(@Nullable Thread stopped) {
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

    /** Collects the settings of a {@link DuplexServer}. */
    public static final class Builder {
        private final Channel channel;
        private ReaderConfig requestConfig = ReaderConfig.builder().build();
        private WriterConfig responseConfig =
                WriterConfig.builder().connectTimeout(Duration.ofSeconds(5)).build();
        private ServerListener listener = new ServerListener() {};
        private @Nullable Function<? super Throwable, byte[]> failureResponse;
        private @Nullable Executor executor;
        private int limit;

        private Builder(String channel) {
            this.channel = new Channel(channel);
        }

        /**
         * How to create the request buffer: sizes, permissions, wait strategy; not reconnecting. Default: that of
         * {@link ReaderConfig}.
         */
        public Builder requestBuffer(ReaderConfig config) {
            this.requestConfig = channel.checked(config);
            return this;
        }

        /**
         * How to connect to the response buffer, and how long to wait for space in it; not reconnecting. Whom the
         * permissions of the request buffer let in is answered, too. Default: 5 seconds each.
         */
        public Builder responseBuffer(WriterConfig config) {
            this.responseConfig = channel.checked(config);
            return this;
        }

        /** Who hears of clients and failures. Default: failures are logged. */
        public Builder listener(ServerListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * What to answer where the handler did not: 1 or more bytes that client and server agree on. If this throws, or
         * its answer cannot be written, the client is given up. Default: nothing; the client is given up.
         */
        public Builder failureResponse(Function<? super Throwable, byte[]> response) {
            this.failureResponse = Objects.requireNonNull(response, "response");
            return this;
        }

        /**
         * Has requests handled at the same time, and answered in their order all the same; by default the server's own
         * thread handles one after the other. Requests under way are held in the request buffer. The oldest one may be
         * answered in the response buffer in place; an answer that is ready before its turn costs memory of its size,
         * which is used again, and a copy. Stopping or losing the client waits for the handlers that are at work;
         * requests that the executor has not begun are dropped.
         *
         * @param executor runs the handlers; what it refuses is a request that failed. It is not shut down
         * @param limit how many requests are under way at most, 1 or more; whoever finishes the oldest one writes the
         *     answers
         */
        public Builder parallel(Executor executor, int limit) {
            if (limit < 1) {
                throw new IllegalArgumentException("limit " + limit + " is less than 1 request");
            }
            this.executor = Objects.requireNonNull(executor, "executor");
            this.limit = limit;
            return this;
        }

        /** A server, not started, whose handler reads the request and writes the response. */
        public DuplexServer build(RequestHandler handler) {
            Objects.requireNonNull(handler, "handler");
            ReaderConfig config = executor == null
                    ? requestConfig
                    : requestConfig.toBuilder().releaseFromAnyThread(true).build();
            return new DuplexServer(new ServerSettings(
                    channel, config, responseConfig, listener, failureResponse, handler, executor, limit));
        }

        /**
         * A server, not started, whose handler turns the request into the response, which has the same size: one copy
         * in between.
         */
        public DuplexServer buildInPlace(InPlaceHandler handler) {
            Objects.requireNonNull(handler, "handler");
            return build((request, response) -> {
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
