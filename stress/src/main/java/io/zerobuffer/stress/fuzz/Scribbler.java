package io.zerobuffer.stress.fuzz;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.SplittableRandom;

/**
 * Stores nonsense in a mapped file while others work on it, and follows the file to its successors of the same name.
 */
final class Scribbler implements AutoCloseable {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int HEADER_SIZE = 128;
    private static final int LOOK_INTERVAL = 256;

    private final Path file;
    private final SplittableRandom random;
    private Arena arena;
    private MemorySegment memory;
    private Object identity;
    private int untilLook;
    private long count;

    Scribbler(Path file, long seed) {
        this.file = file;
        this.random = new SplittableRandom(seed);
    }

    long count() {
        return count;
    }

    void scribble() throws IOException {
        if (untilLook-- == 0) {
            untilLook = LOOK_INTERVAL;
            follow();
        }
        if (memory != null) {
            change(offset());
            count++;
        }
    }

    /** More often in the header block than behind it. */
    private long offset() {
        long size = memory.byteSize();
        long bound = size > HEADER_SIZE && random.nextInt(4) > 0 ? HEADER_SIZE : size;
        return random.nextLong(bound / Long.BYTES) * Long.BYTES
                + (bound == size && random.nextBoolean() ? -random.nextInt(Long.BYTES) : 0);
    }

    private void change(long offset) {
        long at = Math.max(0, offset);
        long before = memory.get(LONG, at);
        memory.set(LONG, at, value(before));
        // Otherwise the compiler may leave the first of two stores out.
        VarHandle.fullFence();
        // What is there for an instant only meets those who look twice.
        if (random.nextInt(8) > 0) {
            memory.set(LONG, at, before);
        }
    }

    private long value(long before) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextLong();
            case 1 -> before + random.nextInt(-64, 65);
            case 2 -> memory.byteSize() + random.nextInt(-256, 257);
            case 3 -> before ^ 1L << random.nextInt(Long.SIZE);
            case 4 -> Long.MIN_VALUE | random.nextLong(memory.byteSize());
            default -> random.nextLong(memory.byteSize());
        };
    }

    private void follow() throws IOException {
        try {
            Object present =
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            if (!present.equals(identity)) {
                close();
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    map(channel);
                }
                identity = present;
            }
        } catch (NoSuchFileException notThere) {
            close();
        }
    }

    private void map(FileChannel channel) throws IOException {
        if (channel.size() >= Long.BYTES) {
            arena = Arena.ofConfined();
            memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
        }
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
        }
        arena = null;
        memory = null;
        identity = null;
    }
}
