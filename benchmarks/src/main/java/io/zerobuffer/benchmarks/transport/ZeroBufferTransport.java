package io.zerobuffer.benchmarks.transport;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** This library. */
public final class ZeroBufferTransport implements Transport {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int FRAME_HEADER = 16;
    /** What a frame of the largest size needs beside the one being read and the one being written. */
    private static final int FRAMES = 4;

    /** How frames go in and out. */
    public enum Form {
        WRITE, CLAIM, POLL
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
                .build();
        return new RingReceiver(Reader.create(channel, config), form == Form.POLL ? Duration.ZERO : PATIENCE, settings.held());
    }

    @Override
    public Sender sender(String address) {
        Writer writer = Writer.connect(address, WriterConfig.builder().connectTimeout(PATIENCE).writeTimeout(PATIENCE).build());
        return new RingSender(writer, form);
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
            write(((FrameContent) frame).frame.segment());
        }

        private void write(MemorySegment data) {
            switch (form) {
                case WRITE -> writer.write(data);
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
        public void close() {
            writer.close();
        }
    }

    /** Like the frame itself, one that does not outlive the call costs no allocation. */
    private record FrameContent(Frame frame) implements Content {
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
