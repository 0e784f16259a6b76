package io.zerobuffer;

import io.zerobuffer.internal.peer.OwnedBuffer;
import io.zerobuffer.internal.wait.Timeouts;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Reader} creates its buffer. Immutable.
 *
 * <p>Rule of thumb for the payload size: three times the largest frame, plus 16 bytes per frame in flight. 1080p video
 * of 6 MB frames at 30 per second: 20 MB; 4K of 25 MB frames at 60: 80 MB; 1 KB telemetry at 1000 per second: 8 KB.
 */
public final class ReaderConfig {
    private final long metadataSize;
    private final long payloadSize;
    private final Permissions permissions;
    private final boolean reserveMemory;
    private final Duration readTimeout;
    private final @Nullable Duration silenceTimeout;
    private final WaitStrategy waitStrategy;
    private final boolean releaseFromAnyThread;
    private final @Nullable ConnectionListener listener;

    private ReaderConfig(Builder builder) {
        this.metadataSize = builder.metadataSize;
        this.payloadSize = builder.payloadSize;
        this.permissions = builder.permissions;
        this.reserveMemory = builder.reserveMemory;
        this.readTimeout = builder.readTimeout;
        this.silenceTimeout = builder.silenceTimeout;
        this.waitStrategy = builder.waitStrategy;
        this.releaseFromAnyThread = builder.releaseFromAnyThread;
        this.listener = builder.listener;
    }

    /**
     * The defaults, but for the size of the ring.
     *
     * @param bytes as {@link Builder#payloadSize} takes it
     */
    public static ReaderConfig ofPayload(long bytes) {
        return builder().payloadSize(bytes).build();
    }

    /**
     * These settings, but for the size of the metadata block.
     *
     * @param bytes as {@link Builder#metadataSize} takes it
     */
    public ReaderConfig withMetadataSize(long bytes) {
        return toBuilder().metadataSize(bytes).build();
    }

    /** A builder that starts with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with these settings. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.metadataSize = metadataSize;
        builder.payloadSize = payloadSize;
        builder.permissions = permissions;
        builder.reserveMemory = reserveMemory;
        builder.readTimeout = readTimeout;
        builder.silenceTimeout = silenceTimeout;
        builder.waitStrategy = waitStrategy;
        builder.releaseFromAnyThread = releaseFromAnyThread;
        builder.listener = listener;
        return builder;
    }

    /** Size of the metadata block in bytes, its 8-byte prefix included; rounded up to 64 when the buffer is created. */
    public long metadataSize() {
        return metadataSize;
    }

    /** Size of the ring in bytes; rounded up to 64 when the buffer is created. */
    public long payloadSize() {
        return payloadSize;
    }

    /** Who may use the buffer. */
    public Permissions permissions() {
        return permissions;
    }

    OwnedBuffer.Wanted wanted() {
        return new OwnedBuffer.Wanted(metadataSize, payloadSize, permissions.access(), reserveMemory, silenceTimeout);
    }

    /** Whether every page is reserved at creation. */
    public boolean reserveMemory() {
        return reserveMemory;
    }

    /** How long {@link Reader#read()} waits. */
    public Duration readTimeout() {
        return readTimeout;
    }

    /** How long a writer whose life cannot be told may be silent; empty where that goes by how long the call waits. */
    public Optional<Duration> silenceTimeout() {
        return Optional.ofNullable(silenceTimeout);
    }

    /** How the reader waits before it sleeps. */
    public WaitStrategy waitStrategy() {
        return waitStrategy;
    }

    /** Whether frames may be released by any thread, while another one reads. */
    public boolean releaseFromAnyThread() {
        return releaseFromAnyThread;
    }

    /** Whether the reader outlives its writers; see {@link Builder#reconnecting}. */
    public boolean isReconnecting() {
        return listener != null;
    }

    /** The listener of a reconnecting reader; null when it does not reconnect. */
    @Nullable
    ConnectionListener listener() {
        return listener;
    }

    /** Collects the settings of a {@link ReaderConfig}. */
    public static final class Builder {
        private long metadataSize = 4096;
        private long payloadSize = 16L << 20;
        private Permissions permissions = Permissions.OWNER;
        private boolean reserveMemory = true;
        private Duration readTimeout = Duration.ofSeconds(5);
        private @Nullable Duration silenceTimeout;
        private WaitStrategy waitStrategy = WaitStrategy.adaptive();
        private boolean releaseFromAnyThread;
        private @Nullable ConnectionListener listener;

        private Builder() {}

        /**
         * Size of the metadata block in bytes, its 8-byte prefix included. Default 4096; 0 for none.
         *
         * @throws IllegalArgumentException if negative or over 2^61
         */
        public Builder metadataSize(long bytes) {
            this.metadataSize = checked("metadata size", 0, bytes);
            return this;
        }

        /**
         * Size of the ring in bytes. Default 16 MiB: three such rings fit into the 64 MB that a container has by
         * default.
         *
         * @throws IllegalArgumentException if less than 1 or over 2^61
         */
        public Builder payloadSize(long bytes) {
            this.payloadSize = checked("payload size", 1, bytes);
            return this;
        }

        /** Who may use the buffer. Default {@link Permissions#OWNER}. */
        public Builder permissions(Permissions permissions) {
            this.permissions = Objects.requireNonNull(permissions, "permissions");
            return this;
        }

        /**
         * Whether to reserve every page at creation, about 0.3 ms per MB. Default true: too little memory is then an
         * exception at creation. When false, it shows as a {@link io.zerobuffer.errors.CorruptBufferException} at the
         * first access to a page that cannot be had.
         */
        public Builder reserveMemory(boolean reserve) {
            this.reserveMemory = reserve;
            return this;
        }

        /** How long {@link Reader#read()} waits for a frame. Default 5 seconds. */
        public Builder readTimeout(Duration timeout) {
            this.readTimeout = Timeouts.checked(timeout);
            return this;
        }

        /**
         * How long a writer whose life cannot be told may be silent before it counts as gone: one of another
         * implementation whose process is not visible, in another container for example. All others are noticed
         * within 100 ms, whatever is set here. Default: as long as the call to read waits, and 5 seconds at least. If
         * such a writer was only slow, its next frames are read as if nothing had happened.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder silenceTimeout(Duration timeout) {
            this.silenceTimeout = Timeouts.checked(timeout);
            return this;
        }

        /**
         * Makes the reader outlive its writers: when one is gone, the listener is told and the read goes on waiting for
         * the next, instead of throwing {@link io.zerobuffer.errors.PeerGoneException}. Default: it throws.
         */
        public Builder reconnecting(ConnectionListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /** How to wait for a frame before sleeping. Default {@link WaitStrategy#adaptive()}. */
        public Builder waitStrategy(WaitStrategy strategy) {
            this.waitStrategy = Objects.requireNonNull(strategy, "wait strategy");
            return this;
        }

        /**
         * Whether frames may be released by any thread while another one reads: taking and releasing a frame then go
         * through a lock, some 20 ns each, and {@link Frame#segment} is for every thread, which costs 40 to 200
         * microseconds per frame of which it is asked for; see {@link Frame#bindToThread}. A single frame still belongs
         * to one thread at a time. Default false.
         */
        public Builder releaseFromAnyThread(boolean release) {
            this.releaseFromAnyThread = release;
            return this;
        }

        public ReaderConfig build() {
            return new ReaderConfig(this);
        }

        private static long checked(String what, long minimum, long bytes) {
            if (bytes < minimum || bytes > SegmentLayout.MAX_BLOCK_SIZE) {
                throw new IllegalArgumentException(
                        what + " of " + bytes + " bytes is not in " + minimum + " to " + SegmentLayout.MAX_BLOCK_SIZE);
            }
            return bytes;
        }
    }
}
