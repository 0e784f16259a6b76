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

/** One client, from before it comes until it is gone or given up. Used by the server's thread, but for {@link #end}. */
final class Session implements AutoCloseable {
    /** How often to look for the response buffer while there is none, and whether the client lives afterwards. */
    private static final Duration CONNECT_INTERVAL = Duration.ofMillis(20);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

    private final ServerSettings settings;
    private final WriterConfig oneAttempt;
    private final Reader requests;
    private final Response response = new Response();
    private final Consumer<Frame> answering = this::answerNext;
    private Writer responses;
    /** The client's process id, once connected. */
    private long client;
    private boolean announced;
    private boolean givenUp;
    private volatile boolean ended;
    /** Whether a handler is at work, which needs its request to the end. Set before {@link #ended} is looked at, which is set before this is. */
    private volatile boolean handling;

    /** Creates the request buffer: what the last client left in it, its metadata above all, is not for the next. */
    Session(ServerSettings settings) {
        this.settings = settings;
        this.oneAttempt = settings.responseConfig().toBuilder().connectTimeout(Duration.ZERO).build();
        this.requests = Reader.create(settings.channel().requestBuffer(), settings.requestConfig());
    }

    /** Answers until the client is gone or given up, or the session was ended; then also {@link BufferClosedException}. */
    void run() {
        while (!givenUp && !ended) {
            // Lends one frame object again and again, and so allocates none.
            int answered = requests.drain(answering, 1, responses == null ? CONNECT_INTERVAL : LOOK_INTERVAL);
            givenUp |= answered == 0 && !isClientThere();
        }
    }

    /** Makes the server's thread leave {@link #run}, but lets a handler finish that is at work. May be called from any thread. */
    void end() {
        ended = true;
        if (!handling) {
            requests.close();
        }
    }

    /** The request buffer first: a client that learns of the end by its response buffer finds the other end closed, too. */
    @Override
    public void close() {
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
        Writer candidate = null;
        try {
            candidate = Writer.connect(name, oneAttempt);
            long owner = candidate.health().readerPid();
            if (owner != asking) {
                return new BufferNotFoundException(name, "one of process " + asking + ", which sends the requests; this is of process " + owner);
            }
            responses = candidate;
            client = asking;
            return null;
        } catch (ZeroBufferException notThere) {
            return notThere;
        } finally {
            if (candidate != null && candidate != responses) {
                candidate.close();
            }
        }
    }

    /** False when the client has to be given up. */
    private boolean answer(Frame request) {
        response.begin(responses);
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
        return !isOver(failure) && answerFailure(failure);
    }

    private boolean answerFailure(Throwable failure) {
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
            if (!isOver(notWritten)) {
                settings.requestFailed(notWritten);
            }
            return false;
        }
    }

    /** Whether it failed because the client is gone or the server stops, and not because of some other buffer of the handler's. */
    private boolean isOver(Throwable failure) {
        return switch (failure) {
            case ReaderDeadException dead -> ended || !responses.isReaderConnected();
            case BufferClosedException closed -> ended;
            default -> false;
        };
    }
}
