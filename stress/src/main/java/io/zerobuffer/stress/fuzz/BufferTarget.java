package io.zerobuffer.stress.fuzz;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.IncompatibleVersionException;
import io.zerobuffer.errors.MetadataAlreadyWrittenException;
import io.zerobuffer.errors.MetadataTooLargeException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.PeerGoneException.Role;
import io.zerobuffer.errors.SequenceGapException;
import io.zerobuffer.errors.WriterAlreadyConnectedException;
import io.zerobuffer.errors.ZeroBufferException;
import io.zerobuffer.internal.wire.SegmentLayout;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Reader and writer as their users have them, on real shared memory whose header block, metadata, ring and semaphores
 * change in any way between their calls.
 */
public final class BufferTarget {
    private static final String NAME = name(ProcessHandle.current().pid());
    private static final int MAX_METADATA_SIZE = 128;
    private static final int MAX_PAYLOAD_SIZE = 512;

    private static final Set<?> CONNECT = Set.of(
            BufferNotFoundException.class,
            Role.READER,
            WriterAlreadyConnectedException.class,
            IncompatibleVersionException.class,
            CorruptBufferException.class);
    private static final Set<?> WRITE = Set.of(BufferFullException.class, Role.READER, CorruptBufferException.class);
    private static final Set<?> WRITE_METADATA = Set.of(
            MetadataAlreadyWrittenException.class, MetadataTooLargeException.class, CorruptBufferException.class);
    private static final Set<?> READ = Set.of(Role.WRITER, SequenceGapException.class, CorruptBufferException.class);
    private static final Set<?> READ_METADATA = Set.of(CorruptBufferException.class);

    private final Input input;
    private final Reader reader;
    private final Ring ring;
    private final MemorySegment writeSemaphore;
    private final MemorySegment readSemaphore;
    private final Deque<Frame> held = new ArrayDeque<>();
    private Writer writer;

    private BufferTarget(Input input, Reader reader, Arena arena) throws IOException {
        this.input = input;
        this.reader = reader;
        this.ring = new Ring(
                map(TestBuffers.segmentFile(NAME), arena),
                new SegmentLayout(reader.metadataSize(), reader.payloadSize()));
        this.writeSemaphore = map(TestBuffers.writeSemaphoreFile(NAME), arena);
        this.readSemaphore = map(TestBuffers.readSemaphoreFile(NAME), arena);
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = new Input(bytes);
        long metadataSize = input.between(0, MAX_METADATA_SIZE);
        ReaderConfig config =
                ReaderConfig.ofPayload(input.between(1, MAX_PAYLOAD_SIZE)).withMetadataSize(metadataSize);
        try (Arena arena = Arena.ofConfined();
                Reader reader = Reader.create(NAME, config)) {
            new BufferTarget(input, reader, arena).play();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!TestBuffers.leftOf(NAME).isEmpty()) {
            throw new AssertionError("left behind: " + TestBuffers.leftOf(NAME));
        }
    }

    /** The name of the buffer that the process of this id uses. */
    static String name(long pid) {
        return "zb-fuzz-" + pid;
    }

    private static MemorySegment map(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
        }
    }

    private void play() {
        try {
            while (!input.isUsedUp()) {
                switch (input.unsignedByte() % 10) {
                    case 0 -> ring.mutateHeaderBlock(input);
                    case 1 -> ring.mutateField(input);
                    case 2 -> ring.mutateRing(input);
                    case 3 -> ring.mutateMetadata(input);
                    case 4 -> mutateSemaphore();
                    case 5, 6 -> write();
                    default -> read();
                }
            }
        } finally {
            if (writer != null) {
                writer.close();
            }
        }
    }

    private void mutateSemaphore() {
        MemorySegment semaphore = input.flag() ? writeSemaphore : readSemaphore;
        long valueOrWaiters = input.flag() ? 0 : Integer.BYTES;
        semaphore.set(ValueLayout.JAVA_INT, valueOrWaiters, (int) input.valueNear(Integer.MAX_VALUE));
    }

    private void write() {
        if (writer == null) {
            refusedOnlyBy(
                    CONNECT,
                    () -> writer = Writer.connect(
                            NAME,
                            WriterConfig.builder().writeTimeout(Duration.ZERO).build()));
            return;
        }
        switch (input.unsignedByte() % 7) {
            case 0 -> writes(() -> writer.write(new byte[(int) input.between(1, writer.maxFrameSize())]));
            case 1 -> writes(() -> writer.tryWrite(new byte[(int) input.between(1, writer.maxFrameSize())]));
            case 2 -> writes(this::claim);
            case 3 ->
                refusedOnlyBy(
                        WRITE_METADATA,
                        () -> writer.writeMetadata(new byte[(int) input.between(0, MAX_METADATA_SIZE)]));
            case 4 -> writer.health().level();
            case 5 -> writer.isReaderConnected();
            default -> {
                writer.close();
                writer = null;
            }
        }
    }

    /** A writer whose process id is overwritten by another one closes. */
    private void writes(Runnable step) {
        try {
            refusedOnlyBy(WRITE, step);
        } catch (WriterAlreadyConnectedException overwritten) {
            writer = null;
        }
    }

    private void claim() {
        try (Claim claim = writer.claim(input.between(1, writer.maxFrameSize()))) {
            input.fill(claim.segment());
            ring.mutateField(input);
            if (input.flag()) {
                claim.commit();
            }
        }
    }

    private void read() {
        switch (input.unsignedByte() % 8) {
            case 0, 1, 2 -> refusedOnlyBy(READ, () -> hold(reader.poll()));
            case 3 -> refusedOnlyBy(READ, () -> hold(reader.latest(Duration.ZERO)));
            case 4 -> refusedOnlyBy(READ_METADATA, reader::metadata);
            case 5 -> reader.health().level();
            case 6 -> reader.isWriterConnected();
            default -> release();
        }
    }

    private void hold(Frame frame) {
        if (frame != null) {
            frame.toByteArray();
            held.add(frame);
        }
    }

    private void release() {
        Frame frame = input.flag() ? held.pollFirst() : held.pollLast();
        if (frame != null) {
            frame.segment().asByteBuffer().get(0);
            frame.release();
        }
    }

    private static void refusedOnlyBy(Set<?> refusals, Runnable step) {
        try {
            step.run();
        } catch (ZeroBufferException refused) {
            if (!refusals.contains(kind(refused))) {
                throw refused;
            }
        }
    }

    /** Of a side that is gone: which one; otherwise the class. */
    private static Object kind(ZeroBufferException refused) {
        return refused instanceof PeerGoneException gone ? gone.role() : refused.getClass();
    }
}
