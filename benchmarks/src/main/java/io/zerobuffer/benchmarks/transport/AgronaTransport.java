package io.zerobuffer.benchmarks.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Agrona's OneToOneRingBuffer in a mapped file. */
public final class AgronaTransport implements Transport {
    private static final int MESSAGE_TYPE = 1;
    /** The ring takes messages of up to an eighth of its capacity. */
    private static final int FRAMES = 8;

    private final ChannelSettings settings;
    private final boolean inPlace;

    /**
     * @param inPlace whether frames are claimed and filled in the ring, rather than handed over to be copied
     */
    public AgronaTransport(ChannelSettings settings, boolean inPlace) {
        this.settings = settings;
        this.inPlace = inPlace;
    }

    @Override
    public Receiver receiver(String channel) {
        int capacity =
                Math.toIntExact(ChannelSettings.powerOfTwo(settings.ringFor(FRAMES, RecordDescriptor.HEADER_LENGTH)));
        Path file = settings.directory().resolve(channel);
        return new RingReceiver(
                file,
                map(file, capacity + RingBufferDescriptor.TRAILER_LENGTH, StandardOpenOption.CREATE_NEW),
                idleStrategy());
    }

    @Override
    public Sender sender(String address) {
        Path file = Path.of(address);
        try {
            return new RingSender(
                    map(file, Math.toIntExact(Files.size(file)), StandardOpenOption.CREATE), idleStrategy(), inPlace);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private IdleStrategy idleStrategy() {
        return settings.spins() ? BusySpinIdleStrategy.INSTANCE : new BackoffIdleStrategy();
    }

    private static ByteBuffer map(Path file, int size, StandardOpenOption option) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, option)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class RingReceiver implements Receiver, MessageHandler {
        private final Path file;
        private final ByteBuffer memory;
        private final OneToOneRingBuffer ring;
        private final IdleStrategy idle;
        private final BufferContent content = new BufferContent();
        private Sink sink;

        RingReceiver(Path file, ByteBuffer memory, IdleStrategy idle) {
            this.file = file;
            this.memory = memory;
            this.idle = idle;
            ring = new OneToOneRingBuffer(new UnsafeBuffer(memory));
        }

        @Override
        public String address() {
            return file.toString();
        }

        @Override
        public int receive(Sink sink) {
            this.sink = sink;
            int count = ring.read(this);
            idle.idle(count);
            return count;
        }

        @Override
        public void onMessage(int type, MutableDirectBuffer buffer, int offset, int length) {
            sink.accept(content.of(buffer, offset, length));
        }

        @Override
        public void close() {
            IoUtil.unmap((java.nio.MappedByteBuffer) memory);
            IoUtil.deleteIfExists(file.toFile());
        }
    }

    private static final class RingSender implements Sender {
        private final ByteBuffer memory;
        private final OneToOneRingBuffer ring;
        private final IdleStrategy idle;
        private final boolean inPlace;
        private final UnsafeBuffer source = new UnsafeBuffer();

        RingSender(ByteBuffer memory, IdleStrategy idle, boolean inPlace) {
            this.memory = memory;
            this.idle = idle;
            this.inPlace = inPlace;
            ring = new OneToOneRingBuffer(new UnsafeBuffer(memory));
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
                int index = claim(length);
                ring.buffer().putBytes(index, data, offset, length);
                ring.commit(index);
            } else {
                while (!ring.write(MESSAGE_TYPE, data, offset, length)) {
                    idle.idle();
                }
                idle.reset();
            }
        }

        private int claim(int length) {
            int index = ring.tryClaim(MESSAGE_TYPE, length);
            while (index < 0) {
                idle.idle();
                index = ring.tryClaim(MESSAGE_TYPE, length);
            }
            idle.reset();
            return index;
        }

        @Override
        public void close() {
            IoUtil.unmap((java.nio.MappedByteBuffer) memory);
        }
    }
}
