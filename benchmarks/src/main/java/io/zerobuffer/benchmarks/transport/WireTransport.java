package io.zerobuffer.benchmarks.transport;

import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What c-wire of peers.c does, by memory segments: the stores that the protocol asks of two sides, for frames of one
 * size, and no look that those do not need. Nobody dies, lies or sleeps here. The distance to c-wire is the price of
 * Java, the rest of the distance to the library that of what it keeps in mind.
 */
public final class WireTransport implements Transport {
    private static final long CACHE_LINE = 64;
    private static final long WRITE_SEMAPHORE = HeaderBlock.SIZE;
    private static final long READ_SEMAPHORE = WRITE_SEMAPHORE + CACHE_LINE;
    private static final long PAYLOAD = READ_SEMAPHORE + CACHE_LINE;

    private static final long FEWEST_FRAMES = 4;
    private static final long CACHED_BYTES = 1 << 20;

    private static final VarHandle SEMAPHORE = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private final ChannelSettings settings;

    public WireTransport(ChannelSettings settings) {
        this.settings = settings;
    }

    @Override
    public Receiver receiver(String channel) {
        return new WireReceiver(settings.directory().resolve(channel), total());
    }

    @Override
    public Sender sender(String address) {
        return new WireSender(Path.of(address), total());
    }

    private long total() {
        return FrameHeader.SIZE + settings.frameSize();
    }

    /** One side's view of the ring. */
    private static class Side {
        final Arena arena = Arena.ofShared();
        final MemorySegment memory;
        final long total;
        final long capacity;
        long position;
        long frames;
        long knownFree;

        Side(Path file, long total, StandardOpenOption option) {
            this.total = total;
            capacity = total * Math.max(FEWEST_FRAMES, CACHED_BYTES / total);
            knownFree = capacity;
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, option)) {
                memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, PAYLOAD + capacity, arena);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        final void advance() {
            position = position + total == capacity ? 0 : position + total;
        }

        final void post(long semaphore) {
            long ignored = (long) SEMAPHORE.getAndAdd(memory, semaphore, 1L);
        }
    }

    private static final class WireReceiver extends Side implements Receiver {
        private final Path file;
        private final SegmentContent content = new SegmentContent();

        WireReceiver(Path file, long total) {
            super(file, total, StandardOpenOption.CREATE_NEW);
            this.file = file;
            memory.fill((byte) 0);
            HeaderBlock.addPayloadFreeBytesVolatile(memory, 0, capacity);
            HeaderBlock.readerPidRelease(memory, ProcessHandle.current().pid());
        }

        @Override
        public String address() {
            return file.toString();
        }

        @Override
        public int receive(Sink sink) {
            if (knownFree == capacity) {
                knownFree = HeaderBlock.payloadFreeBytesAcquire(memory, 0);
                if (knownFree == capacity) {
                    Thread.onSpinWait();
                    return 0;
                }
            }
            long header = PAYLOAD + position;
            if (FrameHeader.sequence(memory, header) != ++frames) {
                throw new IllegalStateException("frame " + frames + " is missing");
            }
            long size = FrameHeader.size(memory, header);
            advance();
            HeaderBlock.payloadReadPositionRelease(memory, 0, position);
            sink.accept(content.of(memory, header + FrameHeader.SIZE, size));
            knownFree += total;
            HeaderBlock.addPayloadFreeBytesVolatile(memory, 0, total);
            post(READ_SEMAPHORE);
            return 1;
        }

        @Override
        public void close() {
            arena.close();
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class WireSender extends Side implements Sender {
        WireSender(Path file, long total) {
            super(file, total, StandardOpenOption.WRITE);
        }

        @Override
        public void send(Payload payload) {
            write(payload.segment(), 0, payload.size());
        }

        @Override
        public void forward(Content frame) {
            SegmentContent content = (SegmentContent) frame;
            write(content.memory, content.offset, content.size);
        }

        private void write(MemorySegment data, long offset, long size) {
            while (knownFree < total) {
                Thread.onSpinWait();
                knownFree = HeaderBlock.payloadFreeBytesAcquire(memory, 0);
            }
            long header = PAYLOAD + position;
            FrameHeader.write(memory, header, size, ++frames);
            MemorySegment.copy(data, offset, memory, header + FrameHeader.SIZE, size);
            advance();
            HeaderBlock.payloadWritePositionRelease(memory, 0, position);
            HeaderBlock.payloadWrittenCountRelease(memory, 0, frames);
            knownFree = HeaderBlock.addPayloadFreeBytesVolatile(memory, 0, -total);
            post(WRITE_SEMAPHORE);
            if (HeaderBlock.readerPidAcquire(memory, 0) == 0) {
                throw new IllegalStateException("the reader is gone");
            }
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    private static final class SegmentContent implements Content {
        private MemorySegment memory;
        private long offset;
        private long size;

        SegmentContent of(MemorySegment memory, long offset, long size) {
            this.memory = memory;
            this.offset = offset;
            this.size = size;
            return this;
        }

        @Override
        public int size() {
            return (int) size;
        }

        @Override
        public long getLong(int index) {
            return memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + index);
        }

        @Override
        public byte getByte(int index) {
            return memory.get(ValueLayout.JAVA_BYTE, offset + index);
        }
    }
}
