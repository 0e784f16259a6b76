package io.zerobuffer.benchmarks.transport;

import io.zerobuffer.Batch;
import io.zerobuffer.Claim;
import io.zerobuffer.CopyRoutes;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.WaitStrategy;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** This library. */
public final class ZeroBufferTransport implements Transport {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int FRAME_HEADER = 16;
    /** What a frame of the largest size needs beside the one being read and the one being written. */
    private static final int FRAMES = 4;

    /** How frames go in and out. */
    public enum Form {
        WRITE,
        CLAIM,
        POLL,
        DRAIN,
        BATCH
    }

    private final ChannelSettings settings;
    private final Form form;

    public ZeroBufferTransport(ChannelSettings settings, Form form) {
        this.settings = settings;
        this.form = form;
    }

    @Override
    public Receiver receiver(String channel) {
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(settings.ringFor(FRAMES + settings.held(), FRAME_HEADER))
                .waitStrategy(waitStrategy())
                .build();
        if (form == Form.BATCH || form == Form.DRAIN) {
            return new DrainReceiver(Reader.create(channel, config));
        }
        return new RingReceiver(
                Reader.create(channel, config), form == Form.POLL ? Duration.ZERO : PATIENCE, settings.held());
    }

    @Override
    public Sender sender(String address) {
        Writer writer = Writer.connect(
                address,
                WriterConfig.builder()
                        .connectTimeout(PATIENCE)
                        .writeTimeout(PATIENCE)
                        .waitStrategy(waitStrategy())
                        .build());
        return form == Form.BATCH ? new BatchSender(writer) : new RingSender(writer, form);
    }

    private WaitStrategy waitStrategy() {
        return settings.spins() ? WaitStrategy.spinning() : WaitStrategy.adaptive();
    }

    private static final class RingReceiver implements Receiver {
        private final Reader reader;
        private final Duration timeout;
        private final int held;
        private final Deque<Frame> unreleased = new ArrayDeque<>();

        RingReceiver(Reader reader, Duration timeout, int held) {
            this.reader = reader;
            this.timeout = timeout;
            this.held = held;
        }

        @Override
        public String address() {
            return reader.name();
        }

        @Override
        public int receive(Sink sink) {
            // One call for both: of two the compiler could not tell that their frames need no allocation.
            Frame frame = reader.read(timeout);
            if (frame == null) {
                Thread.onSpinWait();
                return 0;
            }
            sink.accept(new FrameContent(frame));
            if (held == 0) {
                frame.release();
                return 1;
            }
            unreleased.add(frame);
            if (unreleased.size() > held) {
                unreleased.remove().release();
            }
            return 1;
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    private record RingSender(Writer writer, Form form) implements Sender {
        @Override
        public void send(Payload payload) {
            write(payload.segment());
        }

        @Override
        public void forward(Content frame) {
            writer.write(((FrameInPlace) frame).frame());
        }

        private void write(MemorySegment data) {
            switch (form) {
                case WRITE, DRAIN -> writer.write(data);
                case CLAIM -> writeInPlace(data);
                case POLL -> {
                    while (!writer.tryWrite(data)) {
                        Thread.onSpinWait();
                    }
                }
                default -> throw new AssertionError(form);
            }
        }

        private void writeInPlace(MemorySegment data) {
            Claim claim = writer.claim(data.byteSize());
            claim.copyFrom(0, data);
            claim.commit();
        }

        @Override
        public long routeChanges() {
            return CopyRoutes.changes(writer);
        }

        @Override
        public void close() {
            writer.close();
        }
    }

    /** Takes what there is, and gives it back together. */
    private static final class DrainReceiver implements Receiver {
        private static final int MOST_FRAMES = 1024;

        private final Reader reader;
        private final LentContent content = new LentContent();
        private Sink sink;

        DrainReceiver(Reader reader) {
            this.reader = reader;
        }

        @Override
        public String address() {
            return reader.name();
        }

        @Override
        public int receive(Sink to) {
            sink = to;
            return reader.drain(content, MOST_FRAMES, PATIENCE);
        }

        @Override
        public void close() {
            reader.close();
        }

        private final class LentContent implements FrameInPlace, Consumer<Frame> {
            private Frame frame;

            @Override
            public void accept(Frame lent) {
                frame = lent;
                sink.accept(this);
            }

            @Override
            public Frame frame() {
                return frame;
            }

            @Override
            public int size() {
                return (int) frame.size();
            }

            @Override
            public long getLong(int offset) {
                return frame.getLong(offset);
            }

            @Override
            public byte getByte(int offset) {
                return frame.getByte(offset);
            }
        }
    }

    /** Publishes what was sent when it is asked to. */
    private static final class BatchSender implements Sender {
        private final Writer writer;
        private final Batch batch;

        BatchSender(Writer writer) {
            this.writer = writer;
            this.batch = writer.batch();
        }

        @Override
        public void send(Payload payload) {
            batch.write(payload.segment());
        }

        @Override
        public void forward(Content frame) {
            batch.write(((FrameInPlace) frame).frame());
            batch.publish();
        }

        @Override
        public void flush() {
            batch.publish();
        }

        @Override
        public long routeChanges() {
            return CopyRoutes.changes(writer);
        }

        @Override
        public void close() {
            batch.close();
            writer.close();
        }
    }

    private interface FrameInPlace extends Content {
        Frame frame();
    }

    /** Like the frame itself, one that does not outlive the call costs no allocation. */
    private record FrameContent(Frame frame) implements FrameInPlace {
        @Override
        public int size() {
            return (int) frame.size();
        }

        @Override
        public long getLong(int offset) {
            return frame.getLong(offset);
        }

        @Override
        public byte getByte(int offset) {
            return frame.getByte(offset);
        }
    }
}
