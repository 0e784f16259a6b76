package io.zerobuffer;

import io.zerobuffer.internal.peer.Connector;
import io.zerobuffer.internal.wait.Timeouts;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a {@link Writer} connects and writes. Immutable. */
public final class WriterConfig {
    private final Duration connectTimeout;
    private final Duration writeTimeout;
    private final @Nullable Duration silenceTimeout;
    private final long window;
    private final WaitStrategy waitStrategy;
    private final @Nullable ConnectionListener listener;
    private final Duration patience;
    /** The only process whose buffer the writer connects to, by the id that it stores itself; 0 where any will do. */
    private final long readerPid;

    private final Permissions trusting;

    private WriterConfig(Builder builder) {
        this.connectTimeout = builder.connectTimeout;
        this.writeTimeout = builder.writeTimeout;
        this.silenceTimeout = builder.silenceTimeout;
        this.window = builder.window;
        this.waitStrategy = builder.waitStrategy;
        this.listener = builder.listener;
        this.patience = builder.patience;
        this.readerPid = builder.readerPid;
        this.trusting = builder.trusting;
    }

    /** A builder that starts with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with these settings. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.connectTimeout = connectTimeout;
        builder.writeTimeout = writeTimeout;
        builder.silenceTimeout = silenceTimeout;
        builder.window = window;
        builder.waitStrategy = waitStrategy;
        builder.listener = listener;
        builder.patience = patience;
        builder.readerPid = readerPid;
        builder.trusting = trusting;
        return builder;
    }

    /** How long connecting waits for a complete buffer. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** How long a write or claim waits for space. */
    public Duration writeTimeout() {
        return writeTimeout;
    }

    /** How long a reader whose life cannot be told may be silent; empty where that goes by how long the call waits. */
    public Optional<Duration> silenceTimeout() {
        return Optional.ofNullable(silenceTimeout);
    }

    /** How many bytes at least are written before the ring wraps early. */
    public long window() {
        return window;
    }

    /** How the writer waits before it sleeps. */
    public WaitStrategy waitStrategy() {
        return waitStrategy;
    }

    /** These settings, for a buffer of the reader with this process id only, as that stores it. */
    WriterConfig ofReader(long pid) {
        Builder builder = toBuilder();
        builder.readerPid = pid;
        return builder.build();
    }

    Connector.Wanted wanted() {
        return new Connector.Wanted(readerPid, trusting.access(), silenceTimeout);
    }

    /** Whose buffers the writer connects to; see {@link Builder#trusting}. */
    public Permissions trusting() {
        return trusting;
    }

    /** Whether the writer outlives its readers; see {@link Builder#reconnecting}. */
    public boolean isReconnecting() {
        return listener != null;
    }

    /** The listener of a reconnecting writer; null when it does not reconnect. */
    @Nullable
    ConnectionListener listener() {
        return listener;
    }

    /** How long a reconnecting writer waits for the next reader. */
    Duration patience() {
        return patience;
    }

    /** Collects the settings of a {@link WriterConfig}. */
    public static final class Builder {
        private Duration connectTimeout = Duration.ZERO;
        private Duration writeTimeout = Duration.ofSeconds(5);
        private @Nullable Duration silenceTimeout;
        private long window = 4 << 20;
        private WaitStrategy waitStrategy = WaitStrategy.adaptive();
        private @Nullable ConnectionListener listener;
        private Duration patience = Duration.ZERO;
        private long readerPid;
        private Permissions trusting = Permissions.OWNER;

        private Builder() {}

        /** How long to wait for the buffer to appear complete. Default zero: one attempt. */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = Timeouts.checked(timeout);
            return this;
        }

        /** How long a write or claim waits for the reader to release space. Default 5 seconds. */
        public Builder writeTimeout(Duration timeout) {
            this.writeTimeout = Timeouts.checked(timeout);
            return this;
        }

        /**
         * How long a reader whose life cannot be told may take nothing of what lies in the ring before it counts as
         * gone: one of another implementation whose process is not visible, in another container for example, and its
         * lock file neither. All others are noticed within 100 ms, whatever is set here. Also how long a writer of
         * that kind must have written nothing before this one takes its place. Default: the write timeout, and 5
         * seconds at least.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder silenceTimeout(Duration timeout) {
            this.silenceTimeout = Timeouts.checked(timeout);
            return this;
        }

        /**
         * Makes the writer outlive its readers: when one is gone, the listener is told and the write connects to the
         * next, instead of throwing {@link io.zerobuffer.errors.PeerGoneException}. The new buffer is empty and has
         * no metadata: the listener may write them. Frames the old reader had not read are lost with it. Default: it
         * throws.
         *
         * @param patience how long to wait for the next reader each time; zero makes one attempt. Where none comes, the
         *     write throws, and the next write waits again. For the first reader {@link #connectTimeout} counts
         */
        public Builder reconnecting(ConnectionListener listener, Duration patience) {
            this.listener = Objects.requireNonNull(listener, "listener");
            this.patience = Timeouts.checked(patience);
            return this;
        }

        /**
         * Whose buffers the writer connects to. Whoever creates a buffer first has its name and reads what is written
         * into it, so a writer asks whose it is before it writes; other users' are refused with
         * {@link io.zerobuffer.errors.NoPermissionException}. Default {@link Permissions#OWNER}.
         *
         * @param users OWNER for the user this process runs as and root; GROUP also for buffers of a group this process
         *     is in; EVERYONE for any
         */
        public Builder trusting(Permissions users) {
            this.trusting = Objects.requireNonNull(users, "users");
            return this;
        }

        /**
         * How many bytes at least to write before wrapping early, instead of at the end of the ring, where the reader
         * is close behind: memory that is written and read again and again stays in the processor's cache. A window has
         * room for two frames at least. While the reader has not followed, a wrap leaves only the window to be filled;
         * one that fell behind so far gets the whole ring for the next lap. Only with readers of this library. Default
         * 4 MiB; {@link Long#MAX_VALUE} to use the whole ring always, where it must take up a pause of the reader at
         * any time.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder window(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("window " + bytes + " is less than 1 byte");
            }
            this.window = bytes;
            return this;
        }

        /** How to wait for space before sleeping. Default {@link WaitStrategy#adaptive()}. */
        public Builder waitStrategy(WaitStrategy strategy) {
            this.waitStrategy = Objects.requireNonNull(strategy, "wait strategy");
            return this;
        }

        public WriterConfig build() {
            return new WriterConfig(this);
        }
    }
}
