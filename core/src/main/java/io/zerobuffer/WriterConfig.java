package io.zerobuffer;

import java.time.Duration;
import java.util.Objects;

/** How a {@link Writer} connects and writes. Immutable. */
public final class WriterConfig {
    private final Duration connectTimeout;
    private final Duration writeTimeout;
    private final ConnectionListener listener;

    private WriterConfig(Builder builder) {
        this.connectTimeout = builder.connectTimeout;
        this.writeTimeout = builder.writeTimeout;
        this.listener = builder.listener;
    }

    /** A builder that starts with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** How long connecting waits for a complete buffer. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** How long a write or claim waits for space. */
    public Duration writeTimeout() {
        return writeTimeout;
    }

    /** The listener of a reconnecting writer; null when it does not reconnect. */
    ConnectionListener listener() {
        return listener;
    }

    /** Collects the settings of a {@link WriterConfig}. */
    public static final class Builder {
        private Duration connectTimeout = Duration.ZERO;
        private Duration writeTimeout = Duration.ofSeconds(5);
        private ConnectionListener listener;

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
         * Makes the writer outlive its readers: when one is gone, the listener is told and the write connects to the next, waiting for it as long as
         * {@link #connectTimeout} says, instead of throwing {@link io.zerobuffer.errors.ReaderDeadException}. The new buffer is empty and has no metadata: the
         * listener may write them. Frames the old reader had not read are lost with it. Default: it throws.
         */
        public Builder reconnecting(ConnectionListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        public WriterConfig build() {
            return new WriterConfig(this);
        }
    }
}
