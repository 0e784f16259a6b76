package io.zerobuffer.benchmarks.transport;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.core.io.IOTools;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.threads.Pauser;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * Chronicle Queue in a directory in memory. Frames are written and read in place; it keeps all of them, which is what
 * it is for.
 */
public final class ChronicleTransport implements Transport {
    /** An excerpt may have a quarter of a block. */
    private static final int FRAMES = 4;

    private static final long DEFAULT_BLOCK = 64 << 20;

    private final ChannelSettings settings;

    public ChronicleTransport(ChannelSettings settings) {
        this.settings = settings;
    }

    @Override
    public Receiver receiver(String channel) {
        return new TailingReceiver(settings.directory().resolve(channel), this);
    }

    @Override
    public Sender sender(String address) {
        return new AppendingSender(open(Path.of(address)));
    }

    private ChronicleQueue open(Path directory) {
        long block = Math.max(DEFAULT_BLOCK, ChannelSettings.powerOfTwo((long) FRAMES * settings.frameSize()));
        return ChronicleQueue.singleBuilder(directory).blockSize(block).build();
    }

    private Pauser pauser() {
        return settings.spins() ? Pauser.busy() : Pauser.balanced();
    }

    private static final class TailingReceiver implements Receiver {
        private final Path directory;
        private final ChronicleQueue queue;
        private final ExcerptTailer tailer;
        private final Pauser pauser;
        private final ExcerptContent content = new ExcerptContent();

        TailingReceiver(Path directory, ChronicleTransport transport) {
            this.directory = directory;
            queue = transport.open(directory);
            tailer = queue.createTailer();
            pauser = transport.pauser();
        }

        @Override
        public String address() {
            return directory.toString();
        }

        @Override
        public int receive(Sink sink) {
            try (DocumentContext document = tailer.readingDocument()) {
                if (document.isPresent()) {
                    sink.accept(content.of(document.wire().bytes()));
                    pauser.reset();
                    return 1;
                }
            }
            pauser.pause();
            return 0;
        }

        @Override
        public void close() {
            tailer.close();
            queue.close();
            IOTools.deleteDirWithFiles(directory.toFile());
        }
    }

    private static final class AppendingSender implements Sender {
        private final ChronicleQueue queue;
        private final ExcerptAppender appender;
        private final PointerBytesStore source = new PointerBytesStore();
        private Payload last;

        AppendingSender(ChronicleQueue queue) {
            this.queue = queue;
            appender = queue.createAppender();
        }

        @Override
        public void send(Payload payload) {
            if (last != payload) {
                last = payload;
                source.set(payload.segment().address(), payload.size());
            }
            try (DocumentContext document = appender.writingDocument()) {
                document.wire().bytes().write(source, 0L, payload.size());
            }
        }

        @Override
        public void forward(Content frame) {
            ExcerptContent content = (ExcerptContent) frame;
            try (DocumentContext document = appender.writingDocument()) {
                document.wire().bytes().write(content.bytes, content.start, content.size());
            }
        }

        @Override
        public void close() {
            appender.close();
            queue.close();
        }
    }

    private static final class ExcerptContent implements Content {
        private Bytes<?> bytes;
        private long start;

        ExcerptContent of(Bytes<?> bytes) {
            this.bytes = bytes;
            start = bytes.readPosition();
            return this;
        }

        @Override
        public int size() {
            return (int) bytes.readRemaining();
        }

        @Override
        public long getLong(int offset) {
            return bytes.readLong(start + offset);
        }

        @Override
        public byte getByte(int offset) {
            return bytes.readByte(start + offset);
        }
    }
}
