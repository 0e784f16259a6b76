package io.zerobuffer;

import java.time.Duration;

/** How a {@link Writer} connects and writes. Immutable. */
public final class WriterConfig {
    private final Duration connectTimeout;
    private final Duration writeTimeout;

    private WriterConfig(Builder builder) {
        this.connectTimeout = builder.connectTimeout;
        this.writeTimeout = builder.writeTimeout;
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

    /** Collects the settings of a {@link WriterConfig}. */
    public static final class Builder {
        private Duration connectTimeout = Duration.ZERO;
        private Duration writeTimeout = Duration.ofSeconds(5);

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

        public WriterConfig build() {
            return new WriterConfig(this);
        }
    }
}
