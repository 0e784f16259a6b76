package io.zerobuffer.duplex;

import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.ReaderDeadException;
import io.zerobuffer.errors.ZeroBufferException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * One client, from before it comes until it is gone or given up. The server's thread runs it; handlers in parallel call {@link #handle}, {@link #send} and
 * {@link #giveUp} by way of the {@link Pipeline}.
 */
final class Session implements AutoCloseable {
    /** How often to look for the response buffer while there is none, and whether the client lives afterwards. */
    private static final Duration CONNECT_INTERVAL = Duration.ofMillis(20);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

    private final ServerSettings settings;
    private final WriterConfig oneAttempt;
    private final Reader requests;
    /** Null where the server's thread handles the requests. */
    private final Pipeline pipeline;
    private final Response response = new Response(() -> true);
    private final Consumer<Frame> answering = this::answerNext;
    private Writer responses;
    /** The client's process id, once connected. */
    private long client;
    private boolean announced;
    private volatile boolean givenUp;
    private volatile boolean ended;
    /** Whether a handler is at work, which needs its request to the end. Set before {@link #ended} is looked at, which is set before this is. */
    private volatile boolean handling;

    /** Creates the request buffer: what the last client left in it, its metadata above all, is not for the next. */
    Session(ServerSettings settings) {
        this.settings = settings;
        this.oneAttempt = settings.responseConfig().toBuilder().connectTimeout(Duration.ZERO).build();
        // Before the buffer, which would be left behind if there were no memory for this.
        this.pipeline = settings.executor() == null ? null : new Pipeline(this, settings.executor(), settings.limit());
        this.requests = Reader.create(settings.channel().requestBuffer(), settings.requestConfig());
    }

    /** Answers until the client is gone or given up, or the session was ended; then also {@link BufferClosedException}. */
    void run() {
        while (!givenUp && !ended) {
            Duration interval = responses == null ? CONNECT_INTERVAL : LOOK_INTERVAL;
            // Draining lends one frame object again and again, and so allocates none.
            boolean hadOne = pipeline == null ? requests.drain(answering, 1, interval) > 0 : handNext(interval);
            if (!hadOne && !isClientThere()) {
                givenUp = true;
            }
        }
    }

    /** Makes the server's thread leave {@link #run}, but lets handlers finish that are at work. May be called from any thread. */
    void end() {
        ended = true;
        boolean idle = pipeline == null ? !handling : pipeline.stop() == 0;
        if (idle) {
            requests.close();
        }
    }

    /** Whether this thread runs a handler in parallel, or writes its answer. */
    boolean isRunning(Thread thread) {
        return pipeline != null && pipeline.isRunning(thread);
    }

    /** The client gets no more answers. May be called by a handler's thread. */
    void giveUp() {
        givenUp = true;
        requests.close();
        responses.close();
    }

    /** The request buffer first: a client that learns of the end by its response buffer finds the other end closed, too. */
    @Override
    public void close() {
        if (pipeline != null) {
            pipeline.close();
        }
        requests.close();
        if (responses != null) {
            responses.close();
        }
    }

    private void answerNext(Frame request) {
        handling = true;
        try {
            givenUp = ended || !isReady() || !answer(request);
        } finally {
            handling = false;
            // A handler's leftover interrupt is not for the next wait.
            Thread.interrupted();
        }
    }

    /** Waits for a request and a place, and has the one handled in the other; false when one of them does not come in time. */
    private boolean handNext(Duration interval) {
        if (!pipeline.awaitPlace(LOOK_INTERVAL.toMillis())) {
            return false;
        }
        Frame request = requests.read(interval);
        if (request == null) {
            return false;
        }
        if (isReady()) {
            pipeline.handle(request, responses);
            // The executor may have had this thread run the handler.
            Thread.interrupted();
        } else {
            request.release();
            givenUp = true;
        }
        return true;
    }

    /** True while there was no client yet. */
    private boolean isClientThere() {
        if (responses == null) {
            if (requests.writerPid() != 0) {
                connect();
            }
            return true;
        }
        return isSameClient() && responses.isReaderConnected();
    }

    /** Another client may have taken the place of the first between two looks; the response buffer is not that of this one then. */
    private boolean isSameClient() {
        long asking = requests.writerPid();
        return asking == client || asking == 0;
    }

    private boolean isReady() {
        if (responses == null && !connectInTime()) {
            return false;
        }
        if (!announced) {
            announced = true;
            return announce();
        }
        return isSameClient();
    }

    private boolean announce() {
        try {
            settings.listener().clientConnected(requests.metadata());
            return true;
        } catch (RuntimeException | Error refused) {
            settings.requestFailed(refused);
            return false;
        }
    }

    /** A request is there, so the client has created its response buffer or is about to. */
    private boolean connectInTime() {
        Deadline deadline = new Deadline(settings.responseConfig().connectTimeout());
        ZeroBufferException notYet = connect();
        while (notYet != null && !ended && requests.isWriterConnected()) {
            if (deadline.isOver()) {
                settings.requestFailed(notYet);
                return false;
            }
            LockSupport.parkNanos(CONNECT_INTERVAL.toNanos());
            notYet = connect();
        }
        return notYet == null;
    }

    /**
     * Connects to the response buffer if it belongs to the client that asks: it may be that of an earlier one, which lives on.
     *
     * @return why it could not; otherwise null
     */
    private ZeroBufferException connect() {
        long asking = requests.writerPid();
        String name = settings.channel().responseBuffer();
        if (asking == 0) {
            return new BufferNotFoundException(name, "its client, which has not connected or is gone");
        }
        try {
            responses = Writer.connect(name, oneAttempt.toBuilder().readerPid(asking).build());
            client = asking;
            return null;
        } catch (ZeroBufferException notThere) {
            return notThere;
        }
    }

    private boolean answer(Frame request) {
        response.begin(responses);
        return answer(request, response);
    }

    /** Answers a request of the pipeline, and releases it; false when the client has to be given up. */
    boolean handle(Frame request, Response response) {
        return answer(request, response) & released(request);
    }

    /** Answers a request that has no handler; false when the client has to be given up. */
    boolean refuse(Frame request, Response response, Throwable cause) {
        return answerFailure(cause, response) & released(request);
    }

    /** Writes an answer whose turn has come; false when the client has to be given up. */
    boolean send(Response response) {
        try {
            response.send();
            return true;
        } catch (RuntimeException | Error notWritten) {
            return reported(notWritten);
        }
    }

    private boolean released(Frame request) {
        try {
            request.release();
            return true;
        } catch (WrongThreadException viewedElsewhere) {
            return reported(viewedElsewhere);
        }
    }

    /** False when the client has to be given up. */
    private boolean answer(Frame request, Response response) {
        Throwable failure;
        try {
            settings.handler().handle(request, response);
            if (response.end()) {
                return true;
            }
            failure = new IllegalStateException("channel '" + settings.channel().name() + "': the handler returned without an answer");
        } catch (Throwable thrown) {
            failure = thrown;
        }
        return !isOver(failure) && answerFailure(failure, response);
    }

    private boolean answerFailure(Throwable failure, Response response) {
        settings.requestFailed(failure);
        try {
            if (response.end()) {
                return true;
            }
            if (settings.failureResponse() == null) {
                return false;
            }
            response.write(settings.failureResponse().apply(failure));
            return true;
        } catch (Throwable notWritten) {
            return reported(notWritten);
        }
    }

    /** Always false. */
    private boolean reported(Throwable failure) {
        if (!isOver(failure)) {
            settings.requestFailed(failure);
        }
        return false;
    }

    /** Whether it failed because the client is gone or the server stops, and not because of some other buffer of the handler's. */
    private boolean isOver(Throwable failure) {
        return switch (failure) {
            case ReaderDeadException dead -> isOver() || !responses.isReaderConnected();
            case BufferClosedException closed -> isOver();
            default -> false;
        };
    }

    private boolean isOver() {
        return ended || givenUp;
    }
}
