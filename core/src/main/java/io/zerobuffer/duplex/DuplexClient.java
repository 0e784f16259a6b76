package io.zerobuffer.duplex;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.FrameSink;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.InvalidBufferNameException;
import io.zerobuffer.errors.MetadataAlreadyWrittenException;
import io.zerobuffer.errors.MetadataTooLargeException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import io.zerobuffer.errors.ServerGoneException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.errors.WriterAlreadyConnectedException;
import io.zerobuffer.errors.ZeroBufferException;
import io.zerobuffer.internal.friends.Friends;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The side of a duplex channel that asks. A request is written as a frame is, and answers come in the order of the
 * requests, any number of which may be under way.
 *
 * {@snippet :
 * try (DuplexClient client = DuplexClient.connect("scaler", Duration.ofSeconds(10))) {
 *     client.write(picture);
 *     try (Frame scaled = client.receive(Duration.ofSeconds(1))) {
 *         show(scaled.segment());
 *     }
 * }
 * }
 *
 * <p><b>Threads.</b> One thread at a time may send: claim, write, and write the metadata. One at a time, the same or
 * another, may receive or drain. Any thread may call {@link #close}, {@link #channel} and
 * {@link #isServerConnected}.
 */
public final class DuplexClient implements FrameSink, AutoCloseable {
    private static final Friends FRIENDS = Friends.ofTheApi();

    /** How often a wait for an answer looks whether the server lives, before its writer was ever seen. */
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

    private static final long POLL_NANOS = 500_000;

    private final Channel channel;
    private final Duration sendTimeout;
    private final Writer requests;
    private final Reader responses;
    private volatile boolean isServerGone;

    private DuplexClient(Channel channel, Writer requests, Reader responses, Duration sendTimeout) {
        this.channel = channel;
        this.sendTimeout = sendTimeout;
        this.requests = requests;
        this.responses = responses;
    }

    /**
     * Connects with default settings, waiting for the channel to exist.
     *
     * @see #connect(String, WriterConfig, ReaderConfig)
     */
    public static DuplexClient connect(String channel, Duration timeout) {
        return connect(
                channel,
                WriterConfig.builder().connectTimeout(timeout).build(),
                ReaderConfig.builder().build());
    }

    /**
     * Connects without metadata.
     *
     * @see #connect(String, WriterConfig, ReaderConfig, byte[])
     */
    public static DuplexClient connect(String channel, WriterConfig requestConfig, ReaderConfig responseConfig) {
        return connect(channel, requestConfig, responseConfig, null);
    }

    /**
     * Connects to the channel's request buffer, writes the metadata there, creates its response buffer, and waits until
     * the server has connected to that. A server that gets rid of what an earlier client left may close the request
     * buffer meanwhile; then this connects to the next one, as it does while the metadata of an earlier client is
     * there. If the time is over before a server that lives has connected, it will have to at the first request.
     *
     * @param channel 1 to 236 bytes of UTF-8, otherwise as a buffer's name
     * @param requestConfig how long to wait for all this, and for space for a request
     * @param responseConfig how to create the response buffer
     * @param metadata what the server gets before the first request; null for none. Servers may look for it as soon as
     *     there is a response buffer, as some published ones do, so this is the place to give it
     * @throws BufferNotFoundException if there is no server within the connect timeout
     * @throws InvalidBufferNameException if the channel's name is not legal
     * @throws IllegalArgumentException if one of the settings is reconnecting
     * @throws WriterAlreadyConnectedException if the server has a client
     * @throws ReaderAlreadyConnectedException if another process has the response buffer
     * @throws MetadataTooLargeException if the metadata does not fit into the metadata block that the server has made
     * @throws MetadataAlreadyWrittenException if that of an earlier client is still there when the connect timeout is
     *     over
     */
    public static DuplexClient connect(
            String channel, WriterConfig requestConfig, ReaderConfig responseConfig, byte @Nullable [] metadata) {
        Channel names = new Channel(channel);
        names.checked(responseConfig);
        Deadline deadline = new Deadline(names.checked(requestConfig).connectTimeout());
        while (true) {
            try {
                WriterConfig untilTheDeadline = requestConfig.toBuilder()
                        .connectTimeout(deadline.left())
                        .build();
                DuplexClient client = open(names, untilTheDeadline, responseConfig, metadata);
                if (client.isMet(deadline)) {
                    return client;
                }
            } catch (MetadataAlreadyWrittenException ofAnEarlierClient) {
                // A server that sees that one gone takes it away.
                if (deadline.isOver()) {
                    throw ofAnEarlierClient;
                }
            }
            pause(names);
        }
    }

    private static DuplexClient open(
            Channel names, WriterConfig requestConfig, ReaderConfig responseConfig, byte @Nullable [] metadata) {
        Writer requests = Writer.connect(names.requestBuffer(), requestConfig);
        try {
            if (metadata != null) {
                requests.writeMetadata(metadata);
            }
            return new DuplexClient(
                    names,
                    requests,
                    Reader.create(names.responseBuffer(), responseConfig),
                    requestConfig.writeTimeout());
        } catch (RuntimeException notOpened) {
            requests.close();
            throw notOpened;
        }
    }

    /**
     * Whether the server is there until it has connected to the response buffer, or the time is over. Otherwise this is
     * closed.
     */
    private boolean isMet(Deadline deadline) {
        boolean met = false;
        try {
            while (!met && requests.isReaderConnected()) {
                met = FRIENDS.writerPid(responses) != 0 || deadline.isOver();
                if (!met) {
                    pause(channel);
                }
            }
            return met;
        } finally {
            if (!met) {
                close();
            }
        }
    }

    private static void pause(Channel names) {
        LockSupport.parkNanos(POLL_NANOS);
        if (Thread.currentThread().isInterrupted()) {
            throw new WaitInterruptedException(names.requestBuffer());
        }
    }

    /** The channel's name. For any thread. */
    public String channel() {
        return channel.name();
    }

    /** How long sending waits for space. */
    Duration sendTimeout() {
        return sendTimeout;
    }

    /** How many requests were sent; for the thread that sends. */
    long sent() {
        return requests.framesWritten();
    }

    /**
     * Writes the metadata, which servers of this library get before the first request; others may have looked for it
     * already, see {@link #connect(String, WriterConfig, ReaderConfig, byte[])}. For the thread that sends.
     *
     * @see Writer#writeMetadata(byte[])
     */
    public void writeMetadata(byte[] content) {
        requests.writeMetadata(content);
    }

    /**
     * Claims space for a request; its {@link Claim#commit} sends it, and answers its number: 1, 2, 3 ... For the thread
     * that sends, as all that claims or writes.
     *
     * @throws ServerGoneException if the server is gone; otherwise as {@link Writer#claim}
     */
    @Override
    public Claim claim(long size) {
        requireServer();
        try {
            return requests.claim(size);
        } catch (PeerGoneException gone) {
            throw explained(gone);
        }
    }

    @Override
    public @Nullable Claim tryClaim(long size) {
        requireServer();
        try {
            return requests.tryClaim(size);
        } catch (PeerGoneException gone) {
            throw explained(gone);
        }
    }

    @Override
    public long write(byte[] request, int offset, int length) {
        requireServer();
        try {
            return requests.write(request, offset, length);
        } catch (PeerGoneException gone) {
            throw explained(gone);
        }
    }

    @Override
    public long write(MemorySegment request) {
        requireServer();
        try {
            return requests.write(request);
        } catch (PeerGoneException gone) {
            throw explained(gone);
        }
    }

    @Override
    public long write(Frame request) {
        requireServer();
        try {
            return requests.write(request);
        } catch (PeerGoneException gone) {
            throw explained(gone);
        }
    }

    @Override
    public long write(long size, Consumer<? super Claim> filler) {
        requireServer();
        try {
            return requests.write(size, filler);
        } catch (PeerGoneException gone) {
            throw explained(gone);
        }
    }

    /**
     * The next answer, waiting for it if necessary. For the thread that receives.
     *
     * @return the answer, to be released; or null when none came within the timeout
     * @throws ServerGoneException if the server is gone or gave this client up, within 100 ms; answers that it gave
     *     before come first
     */
    public @Nullable Frame receive(Duration timeout) {
        for (Duration left = timeout; ; left = left.minus(LOOK_INTERVAL)) {
            Frame answer = read(slice(left));
            if (answer != null) {
                return answer;
            }
            if (!requests.isReaderConnected()) {
                return lastAnswer();
            }
            if (isLast(left)) {
                return null;
            }
        }
    }

    private @Nullable Frame read(Duration timeout) {
        try {
            return responses.read(timeout);
        } catch (PeerGoneException gone) {
            requireGone(gone);
            return read(timeout);
        }
    }

    /**
     * Throws unless the server may be at work on the answer: where its process id does not tell whether it lives, the
     * request buffer does, which it owns.
     */
    private void requireGone(PeerGoneException gone) {
        if (gone.closed() || !FRIENDS.isReaderKnownToLive(requests)) {
            throw serverGone(gone);
        }
    }

    /**
     * Hands out the answers there are, one after the other, and releases them together; waits for the first one if
     * necessary. Without allocation. For the thread that receives.
     *
     * @return how many answers were handed out; 0 when none came within the timeout
     * @throws ServerGoneException as {@link #receive}
     * @see Reader#drain(Consumer, int, Duration)
     */
    public int drain(Consumer<? super Frame> handler, int limit, Duration timeout) {
        for (Duration left = timeout; ; left = left.minus(LOOK_INTERVAL)) {
            int answers = drainSlice(handler, limit, slice(left));
            if (answers > 0) {
                return answers;
            }
            if (!requests.isReaderConnected()) {
                return lastAnswers(handler, limit);
            }
            if (isLast(left)) {
                return 0;
            }
        }
    }

    private int drainSlice(Consumer<? super Frame> handler, int limit, Duration timeout) {
        try {
            return responses.drain(handler, limit, timeout);
        } catch (PeerGoneException gone) {
            if (!gone.bufferName().equals(responses.name())) {
                throw gone;
            }
            requireGone(gone);
            return drainSlice(handler, limit, timeout);
        }
    }

    private static Duration slice(Duration left) {
        return isLast(left) ? left : LOOK_INTERVAL;
    }

    private static boolean isLast(Duration left) {
        return left.compareTo(LOOK_INTERVAL) <= 0;
    }

    /** The server is gone, but may have answered between the two looks. */
    private Frame lastAnswer() {
        Frame answer = read(Duration.ZERO);
        if (answer == null) {
            throw serverGone(null);
        }
        return answer;
    }

    private int lastAnswers(Consumer<? super Frame> handler, int limit) {
        int answers = drainSlice(handler, limit, Duration.ZERO);
        if (answers == 0) {
            throw serverGone(null);
        }
        return answers;
    }

    /** Whether the server lives and is connected to the response buffer: from then on it answers. For any thread. */
    public boolean isServerConnected() {
        return requests.isReaderConnected() && responses.isWriterConnected();
    }

    /**
     * Leaves the channel. For any thread. Requests without an answer get none; frames that are held become
     * inaccessible. Closing again does nothing.
     */
    @Override
    public void close() {
        // First, so that a thread that waits for an answer learns of this and not of what the server makes of it.
        responses.close();
        requests.close();
    }

    /** Once it was noticed, by whichever call; the writer by itself looks every 25 ms only. */
    private void requireServer() {
        if (isServerGone) {
            throw serverGone(null);
        }
    }

    /** A filler may have come upon the end of another buffer's reader. */
    private ZeroBufferException explained(PeerGoneException gone) {
        return gone.bufferName().equals(requests.name()) ? serverGone(gone) : gone;
    }

    private ServerGoneException serverGone(@Nullable Exception cause) {
        isServerGone = true;
        ServerGoneException gone = new ServerGoneException(requests.name());
        gone.initCause(cause);
        return gone;
    }
}
