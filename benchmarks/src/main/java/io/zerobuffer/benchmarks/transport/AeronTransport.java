package io.zerobuffer.benchmarks.transport;

import io.aeron.Aeron;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Aeron IPC. The media driver is embedded in the process that is started first; the other one uses it through its
 * directory.
 */
public final class AeronTransport implements Transport {
    /** How a frame is handed over, how long the terms are, and how the receiver waits when it is not to spin. */
    public enum Form {
        OFFER,
        CLAIM,
        OFFER_IN_SMALL_TERMS,
        OFFER_SLEEPING
    }

    private static final int REQUESTS = 1;
    private static final int FRAGMENT_LIMIT = 64;
    /** The longest there is: what is larger is sent in fragments and put together again. */
    private static final int MTU = 65504;

    private static final int DEFAULT_TERM = 64 << 20;
    private static final long SMALLEST_TERM = 4 << 20;
    private static final long LARGEST_TERM = 1 << 30;
    /** A message may have an eighth of a term. */
    private static final int FRAMES = 8;

    private static final int FRAME_HEADER = 64;

    private final ChannelSettings settings;
    private final Form form;
    private final String directory;
    private final MediaDriver driver;
    private final Aeron aeron;

    /**
     * @param hostsDriver whether this process runs the media driver
     */
    public AeronTransport(ChannelSettings settings, Form form, boolean hostsDriver) {
        this.settings = settings;
        this.form = form;
        directory = settings.directory().resolve("aeron").toString();
        driver = hostsDriver ? launchDriver() : null;
        aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(directory).preTouchMappedMemory(true));
    }

    private MediaDriver launchDriver() {
        return MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(directory)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new BackoffIdleStrategy())
                .termBufferSparseFile(false)
                .ipcMtuLength(MTU)
                .ipcTermBufferLength(termLength()));
    }

    /**
     * Long terms suit streams, because the driver moves the sender's limit only now and then; short ones stay in the
     * cache.
     */
    private int termLength() {
        long smallest = form == Form.OFFER_IN_SMALL_TERMS ? SMALLEST_TERM : DEFAULT_TERM;
        return (int) Math.min(
                LARGEST_TERM,
                ChannelSettings.powerOfTwo(Math.max(smallest, (long) FRAMES * (settings.frameSize() + FRAME_HEADER))));
    }

    @Override
    public Receiver receiver(String channel) {
        int stream = driver != null ? REQUESTS : REQUESTS + 1;
        return new SubscriptionReceiver(aeron.addSubscription("aeron:ipc", stream), receiverIdle());
    }

    @Override
    public Sender sender(String address) {
        Publication publication = aeron.addExclusivePublication("aeron:ipc", Integer.parseInt(address));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!publication.isConnected()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("no subscription within 30 s: stream=" + address);
            }
            Thread.onSpinWait();
        }
        return new PublicationSender(
                publication,
                settings.spins() ? BusySpinIdleStrategy.INSTANCE : new BackoffIdleStrategy(),
                form == Form.CLAIM);
    }

    private IdleStrategy receiverIdle() {
        if (settings.spins()) {
            return BusySpinIdleStrategy.INSTANCE;
        }
        return form == Form.OFFER_SLEEPING ? new SleepingIdleStrategy(1) : new BackoffIdleStrategy();
    }

    @Override
    public void close() {
        aeron.close();
        if (driver != null) {
            driver.close();
        }
    }

    private static final class SubscriptionReceiver implements Receiver, FragmentHandler {
        private final Subscription subscription;
        private final IdleStrategy idle;
        private final FragmentAssembler assembler = new FragmentAssembler(this);
        private final BufferContent content = new BufferContent();
        private Sink sink;
        private int delivered;
        private RuntimeException failure;

        SubscriptionReceiver(Subscription subscription, IdleStrategy idle) {
            this.subscription = subscription;
            this.idle = idle;
        }

        @Override
        public String address() {
            return Integer.toString(subscription.streamId());
        }

        @Override
        public int receive(Sink sink) {
            this.sink = sink;
            delivered = 0;
            idle.idle(subscription.poll(assembler, FRAGMENT_LIMIT));
            if (failure != null) {
                throw failure;
            }
            return delivered;
        }

        /** What a handler throws, poll would hand to an error handler and go on. */
        @Override
        public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
            delivered++;
            try {
                sink.accept(content.of(buffer, offset, length));
            } catch (RuntimeException e) {
                failure = e;
            }
        }

        @Override
        public void close() {
            subscription.close();
        }
    }

    private static final class PublicationSender implements Sender {
        private final Publication publication;
        private final IdleStrategy idle;
        private final boolean inPlace;
        private final BufferClaim claim = new BufferClaim();
        private final UnsafeBuffer source = new UnsafeBuffer();

        PublicationSender(Publication publication, IdleStrategy idle, boolean inPlace) {
            this.publication = publication;
            this.idle = idle;
            this.inPlace = inPlace;
        }

        @Override
        public void send(Payload payload) {
            source.wrap(payload.segment().address(), payload.size());
            write(source, 0, payload.size());
        }

        @Override
        public void forward(Content frame) {
            BufferContent content = (BufferContent) frame;
            write(content.buffer(), content.offset(), content.size());
        }

        private void write(DirectBuffer data, int offset, int length) {
            if (inPlace) {
                while (!accepted(publication.tryClaim(length, claim))) {
                    idle.idle();
                }
                claim.buffer().putBytes(claim.offset(), data, offset, length);
                claim.commit();
            } else {
                while (!accepted(publication.offer(data, offset, length))) {
                    idle.idle();
                }
            }
            idle.reset();
        }

        private static boolean accepted(long result) {
            if (result > 0) {
                return true;
            }
            if (result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION) {
                return false;
            }
            throw new IllegalStateException("Aeron refuses the frame: " + Publication.errorString(result));
        }

        @Override
        public void close() {
            publication.close();
        }
    }
}
