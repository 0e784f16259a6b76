package io.zerobuffer.duplex;

import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.ZeroBufferException;
import io.zerobuffer.internal.friends.Friends;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The clients of one request buffer, one after the other, until one of them has to be given up: only closing the buffer
 * tells it. The server's thread runs it. {@link Answering} answers a request; handlers in parallel do so, and call
 * {@link #giveUp}, by way of the {@link Pipeline}.
 *
 * <p>A client of another implementation cannot start over, and may be there before it is seen that the one before left
 * or died. So the buffer passes from one to the next as it is: what the one before left in it, requests and metadata,
 * is taken away. It numbers its requests from 1, by which they are told apart.
 */
final class Session implements AutoCloseable {
    private static final Friends FRIENDS = Friends.ofTheApi();

    /** After a longer time without a look, another client may have come and gone unseen. */
    private static final long BLIND_NANOS = 20_000_000;

    /** How long a first request waits for another one that would show whose it is. */
    private static final long DOUBT_NANOS = 300_000_000;

    private static final long DOUBT_INTERVAL_NANOS = 2_000_000;

    /** A client closes its two ends one after the other. */
    private static final Duration CLOSING_TIME = Duration.ofMillis(20);

    private static final long LEFT_NANOS = 1_000_000_000;

    private final ServerSettings settings;
    private final WriterConfig oneAttempt;
    private final Reader requests;
    private final KeptRequests kept = new KeptRequests();
    private final Response response = new Response(() -> true);
    private final Answering answering;
    private final Consumer<Frame> handler = this::answerNext;

    /** Null where the server's thread handles the requests. A new one for each client. */
    private volatile @Nullable Pipeline pipeline;

    private volatile Client client = new Client();
    private boolean hasToldDeparture;

    /** Whether nobody has used the request buffer that anything was left of. */
    private boolean isAsNew = true;

    /**
     * The process id that a client which died left in the request buffer, as long as that is the present one; 0 for
     * none.
     */
    private long leftPid;

    private long leftAt;

    private long lookedAt = System.nanoTime();

    private volatile boolean givenUp;
    private volatile boolean ended;
    /**
     * Whether a handler is at work, which needs its request to the end. Set before {@link #ended} is looked at, which
     * is set before this is.
     */
    private volatile boolean handling;

    /** Creates the request buffer. */
    Session(ServerSettings settings) {
        this.settings = settings;
        this.oneAttempt = settings.responseConfig().toBuilder()
                .connectTimeout(Duration.ZERO)
                .trusting(settings.trusting())
                .build();
        this.answering = new Answering(settings, this);
        // Before the buffer, which would be left behind if there were no memory for this.
        this.pipeline = newPipeline();
        this.requests = Reader.create(settings.channel().requestBuffer(), settings.requestConfig());
    }

    private @Nullable Pipeline newPipeline() {
        Executor executor = settings.executor();
        return executor == null ? null : new Pipeline(this, answering, executor, settings.limit());
    }

    /** Answers until a client is given up, or the session was ended; then also {@link BufferClosedException}. */
    void run() {
        while (!givenUp && !ended) {
            try {
                if (!answerOne() || client.wasFoundGone()) {
                    look();
                }
            } catch (PeerGoneException departed) {
                lookAfterDeparture(departed);
            }
            lookedAt = System.nanoTime();
        }
    }

    /**
     * Makes the server's thread leave {@link #run}, but lets handlers finish that are at work. May be called from any
     * thread.
     */
    void end() {
        ended = true;
        Pipeline present = pipeline;
        boolean idle = present == null ? !handling : present.stop() == 0;
        if (idle) {
            requests.close();
        }
    }

    /** Whether this thread runs a handler in parallel, or writes its answer. */
    boolean isRunning(Thread thread) {
        Pipeline present = pipeline;
        return present != null && present.isRunning(thread);
    }

    /** Whether the listener was told of the last client's departure, and no other has come. */
    boolean hasToldDeparture() {
        return hasToldDeparture;
    }

    /** The client gets no more answers. May be called by a handler's thread. */
    void giveUp() {
        if (client.wasFoundGone()) {
            return;
        }
        givenUp = true;
        requests.close();
        client.close();
    }

    /**
     * The request buffer first: a client that learns of the end by its response buffer finds the other end closed, too.
     */
    @Override
    public void close() {
        Pipeline present = pipeline;
        if (present != null) {
            present.close();
        }
        requests.close();
        client.close();
    }

    /** False when no request came in time. */
    private boolean answerOne() {
        Pipeline parallel = pipeline;
        if (parallel != null && !parallel.awaitPlace(Client.LOOK_INTERVAL.toMillis())) {
            return false;
        }
        Frame next = kept.poll();
        if (next == null && parallel == null) {
            // Draining lends one frame object again and again, and so allocates none.
            return requests.drain(handler, 1, client.interval()) > 0;
        }
        if (next == null) {
            next = requests.read(client.interval());
        }
        if (next == null) {
            return false;
        }
        if (parallel == null) {
            answerNext(next);
            givenUp |= !answering.released(next);
        } else {
            handNext(next);
        }
        return true;
    }

    private void answerNext(Frame request) {
        handling = true;
        try {
            if (!ended && isReady(request) && !answer(request) && !client.wasFoundGone()) {
                givenUp = true;
            }
        } finally {
            handling = false;
            // A handler's leftover interrupt is not for the next wait.
            Thread.interrupted();
        }
    }

    private void handNext(Frame request) {
        // Meeting the next client makes another pipeline.
        boolean isReady = isReady(request);
        Pipeline parallel = pipeline;
        if (isReady && parallel != null) {
            parallel.handle(request, client.responses());
            // The executor may have had this thread run the handler.
            Thread.interrupted();
        } else {
            request.release();
        }
    }

    /** Without a request: whether the client is still there, and meets one that has come. */
    private void look() {
        // Before the look at the client: what is there now is not of one that comes later.
        boolean isMetadataThere =
                client.isKnown() && !client.hasMetadata() && requests.metadata().isPresent();
        long asking = FRIENDS.writerPid(requests);
        if (client.isOther(asking)) {
            passOn(null);
        } else if (asking == 0) {
            if (client.isSilent() ? client.hasLeft() : client.isKnown() && !stays(asking)) {
                forgetClient(0);
            }
        } else if (client.hasLeft()) {
            leave(asking);
        } else if (asking == leftPid) {
            lookAtLeftPid();
        } else if (!client.hasResponseBuffer() && connect() != null && !requests.isWriterConnected()) {
            leftBy(asking);
        } else if (isMetadataThere) {
            client.sawMetadata();
        }
    }

    /** The reader has told that a writer is gone. One that was never seen leaves things behind, too. */
    private void lookAfterDeparture(PeerGoneException departed) {
        long asking = FRIENDS.writerPid(requests);
        if (!client.isKnown() && asking == 0) {
            forgetClient(0);
        } else if (!departed.closed() && asking != 0 && asking == client.pid() && requests.isWriterConnected()) {
            bearSilence(asking);
        } else {
            look();
        }
    }

    /**
     * Nothing came from the client for long, and its process id does not tell whether it lives. If its response buffer
     * does not either, its place is free for another one; until one comes it may go on.
     */
    private void bearSilence(long asking) {
        if (!client.hasResponseBuffer()) {
            forgetClient(asking);
        } else if (!FRIENDS.isReaderKnownToLive(client.responses()) && FRIENDS.forgetWriter(requests, asking)) {
            client.becomesSilent();
        }
    }

    /**
     * The owner of the response buffer is gone: it died, or it just leaves, or the next one of the same process is
     * there already.
     */
    private void leave(long asking) {
        boolean closed = client.responses().health().readerPid() == 0;
        if (!requests.isWriterConnected() || !closed && isDying()) {
            leftBy(asking);
        } else if (!closed && !client.isOfThisLibrary()) {
            forgetClient(asking);
        } else if (stays(asking)) {
            givenUp |= FRIENDS.isWriterOfThisLibrary(requests);
            if (!givenUp) {
                passOn(null);
            }
        }
    }

    /** Whether the client's process ends soon: the kernel takes a dying one's locks some time before its process id. */
    private boolean isDying() {
        Deadline deadline = new Deadline(CLOSING_TIME);
        while (requests.isWriterConnected()) {
            if (ended || deadline.isOver()) {
                return false;
            }
            LockSupport.parkNanos(DOUBT_INTERVAL_NANOS);
        }
        return true;
    }

    /** Whether the client still has the request buffer after the time in which one that is closing leaves it. */
    private boolean stays(long asking) {
        Deadline deadline = new Deadline(CLOSING_TIME);
        while (FRIENDS.writerPid(requests) == asking && (asking != 0 || FRIENDS.isWriterOfThisLibrary(requests))) {
            if (ended || deadline.isOver()) {
                return true;
            }
            LockSupport.parkNanos(DOUBT_INTERVAL_NANOS);
        }
        return false;
    }

    /**
     * The client is gone, and so is its process. A successor sees that, too, and may just now be replacing the process
     * id that is left: so this stays there for a while. In another PID namespace it may be that of a living process,
     * which would keep a successor out.
     */
    private void leftBy(long asking) {
        leftPid = asking;
        leftAt = System.nanoTime();
        forgetClient(0);
    }

    private void lookAtLeftPid() {
        if (System.nanoTime() - leftAt < LEFT_NANOS && !FRIENDS.isWriterOfThisLibrary(requests)) {
            return;
        }
        if (!requests.isWriterConnected()) {
            FRIENDS.forgetWriter(requests, leftPid);
        }
        leftPid = 0;
    }

    /** The client is gone: the request buffer becomes as good as new, unless another one is there already. */
    private void forgetClient(long gonePid) {
        boolean mayHaveDiedWriting = client.isOfThisLibrary() && FRIENDS.writerPid(requests) != 0;
        boolean hadMetadata = client.hasMetadata();
        boolean isInDoubt = dropClient();
        kept.keepNewest(requests, false);
        if (mayHaveDiedWriting && requests.health().usedBytes() > 0) {
            // A successor would finish what it left half written.
            givenUp = true;
        } else if (renewed(gonePid)) {
            // What was kept was there before anybody else.
            kept.release();
            tellDeparture();
        } else {
            meetNext(null, hadMetadata, isInDoubt);
        }
    }

    /** Whether the request buffer is now what a new one would be. One that is just leaving has to be gone for that. */
    private boolean renewed(long gonePid) {
        Deadline deadline = new Deadline(CLOSING_TIME);
        isAsNew = FRIENDS.forgetWriter(requests, gonePid);
        while (!isAsNew && FRIENDS.writerPid(requests) == 0 && !ended && !deadline.isOver()) {
            LockSupport.parkNanos(DOUBT_INTERVAL_NANOS);
            isAsNew = FRIENDS.forgetWriter(requests, gonePid);
        }
        return isAsNew;
    }

    /**
     * Passes the request buffer on to another client that is there already.
     *
     * @param current a request that shows it; null for none
     * @return whether that is the new client's
     */
    private boolean passOn(@Nullable Frame current) {
        boolean hadMetadata = client.hasMetadata();
        return meetNext(current, hadMetadata, dropClient());
    }

    private boolean meetNext(@Nullable Frame current, boolean hadMetadata, boolean isInDoubt) {
        if (hadMetadata) {
            requests.forgetMetadata();
        }
        tellDeparture();
        boolean isFirst = current != null && KeptRequests.isFirst(current);
        boolean isOld = kept.keepNewest(requests, isFirst);
        if (isInDoubt && !isOld && (isFirst || !kept.isEmpty())) {
            isOld = keepNewestInDoubt(isFirst);
        }
        return isFirst && !isOld;
    }

    /**
     * The only first request may be of a client that came and went unseen: if so, that of the present one follows soon.
     */
    private boolean keepNewestInDoubt(boolean keepsAll) {
        Deadline deadline = new Deadline(Duration.ofNanos(DOUBT_NANOS));
        boolean found = false;
        while (!found && !ended && !deadline.isOver()) {
            LockSupport.parkNanos(DOUBT_INTERVAL_NANOS);
            found = kept.keepNewest(requests, keepsAll);
        }
        return found;
    }

    /**
     * Ends what there is with the client, if there is one.
     *
     * @return whether another one may have come after it and be gone, too
     */
    private boolean dropClient() {
        Pipeline present = pipeline;
        if (present != null) {
            present.close();
            pipeline = newPipeline();
        }
        kept.release();
        client.close();
        boolean wasInSight = client.hasAsked() && !isBlind();
        client = new Client();
        return !wasInSight;
    }

    private boolean isBlind() {
        return System.nanoTime() - lookedAt > client.interval().toNanos() + BLIND_NANOS;
    }

    /** When the next client may come. */
    private void tellDeparture() {
        if (!ended) {
            hasToldDeparture = true;
            settings.clientDisconnected();
            Thread.interrupted();
        }
    }

    /** Whether the request is to be answered: it is the present client's, which is met at last with its first one. */
    private boolean isReady(Frame request) {
        boolean isOfAnother = isOfAnother(request);
        if (isOfAnother && !passOn(request)
                || !isOfAnother && !client.isKnown() && isBlind() && keepNewestInDoubt(true)) {
            return false;
        }
        client.asks();
        if (!client.hasResponseBuffer() && !connectInTime()) {
            return false;
        }
        return !client.isToBeAnnounced() || announce();
    }

    private boolean isOfAnother(Frame request) {
        if (client.isOther(FRIENDS.writerPid(requests))) {
            return true;
        }
        if (!KeptRequests.isFirst(request) || !client.hasResponseBuffer()) {
            return false;
        }
        // Of the same process, or one that has the same id in its own namespace.
        return client.hasAsked() || client.hasLeft();
    }

    private boolean announce() {
        try {
            Optional<byte[]> metadata = requests.metadata();
            if (metadata.isPresent()) {
                client.sawMetadata();
            }
            settings.listener().clientConnected(metadata);
            return true;
        } catch (RuntimeException | Error refused) {
            settings.requestFailed(refused);
            givenUp = true;
            return false;
        }
    }

    /** A request is there, so the client has created its response buffer or is about to. */
    private boolean connectInTime() {
        Deadline deadline = new Deadline(settings.responseConfig().connectTimeout());
        ZeroBufferException notYet = connect();
        while (notYet != null
                && !isOver()
                && !client.isOther(FRIENDS.writerPid(requests))
                && requests.isWriterConnected()) {
            if (deadline.isOver()) {
                settings.requestFailed(notYet);
                givenUp = true;
                return false;
            }
            LockSupport.parkNanos(Client.FOREIGN_LOOK_INTERVAL.toNanos());
            notYet = connect();
        }
        return notYet == null;
    }

    /**
     * Connects to the response buffer if it belongs to the client that asks: it may be that of an earlier one, which
     * lives on.
     *
     * @return why it could not; otherwise null
     */
    private @Nullable ZeroBufferException connect() {
        long asking = FRIENDS.writerPid(requests);
        String name = settings.channel().responseBuffer();
        if (asking == 0) {
            return new BufferNotFoundException(name, "its client, which has not connected or is gone");
        }
        if (!client.isKnown() && !welcomes(asking)) {
            // It starts over. It continues the sequence of the one before, and would finish what that had left half
            // written.
            givenUp = true;
            return new BufferNotFoundException(name, "that of a client which connected to a new request buffer");
        }
        try {
            client.isAnsweredBy(Writer.connect(name, FRIENDS.ofReader(oneAttempt, client.pid())));
            return null;
        } catch (ZeroBufferException notThere) {
            return notThere;
        }
    }

    /**
     * Notes who is the client, unless it is one of this library that was there before the request buffer was as good as
     * new.
     */
    private boolean welcomes(long asking) {
        boolean ofThisLibrary = FRIENDS.isWriterOfThisLibrary(requests);
        if (ofThisLibrary && !isAsNew) {
            return false;
        }
        client.is(asking, ofThisLibrary);
        isAsNew = false;
        leftPid = 0;
        hasToldDeparture = false;
        return true;
    }

    private boolean answer(Frame request) {
        response.begin(client.responses());
        return answering.answer(request, response);
    }

    /** Whether the client that is answered is gone. May be asked by a handler's thread. */
    boolean isClientGone() {
        return client.isGone();
    }

    /** Whether no more requests are to be answered. May be asked by a handler's thread. */
    boolean isOver() {
        return ended || givenUp;
    }
}
