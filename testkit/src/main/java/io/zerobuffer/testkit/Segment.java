package io.zerobuffer.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file in shared memory, looked at and tampered with from outside. The offsets are those of docs/protocol.md, written
 * down here once more: a wrong one in the library must not pass for right.
 */
public record Segment(Path file) {
    public static final int OIEB_SIZE = 0x00;
    public static final int VERSION = 0x04;
    public static final int METADATA_SIZE = 0x08;
    public static final int METADATA_FREE = 0x10;
    public static final int METADATA_WRITTEN = 0x18;
    public static final int PAYLOAD_SIZE = 0x20;
    public static final int FREE = 0x28;
    public static final int WRITE_POS = 0x30;
    public static final int READ_POS = 0x38;
    public static final int WRITTEN_COUNT = 0x40;
    public static final int READ_COUNT = 0x48;
    public static final int WRITER_PID = 0x50;
    public static final int READER_PID = 0x58;
    public static final int PAYLOAD_TAKEN = 0x78;
    public static final int END_OF_HEADER = 0x80;

    public static Segment of(String name) {
        return new Segment(TestBuffers.segmentFile(name));
    }

    public static Segment ofWriteSemaphore(String name) {
        return new Segment(TestBuffers.writeSemaphoreFile(name));
    }

    public static Segment ofReadSemaphore(String name) {
        return new Segment(TestBuffers.readSemaphoreFile(name));
    }

    /** Makes the file, as shm_open and ftruncate do: all zero. */
    public Segment create(long size) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (size > 0) {
                channel.write(ByteBuffer.allocate(1), size - 1);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the file of a semaphore of value 0 that processes share, in glibc's layout. */
    public Segment createSemaphore() {
        create(32);
        putInt(8, 128);
        return this;
    }

    /** Fills in the header block of an empty buffer whose reader is this process. */
    public void putHeader(long metadataSize, long payloadSize) {
        putInt(VERSION, 1);
        putLong(METADATA_SIZE, metadataSize);
        putLong(METADATA_FREE, metadataSize);
        putLong(PAYLOAD_SIZE, payloadSize);
        putLong(FREE, payloadSize);
        putLong(READER_PID, ProcessHandle.current().pid());
        putInt(OIEB_SIZE, END_OF_HEADER);
    }

    /** Maps the file as a reader does: a process that does not is a stranger with the reader's process id. */
    public void map(Arena arena) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void truncate(long size) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void delete() {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What is free of the ring: in front of a reader that goes by tokens, payload_free_bytes less what writers took.
     */
    public long freeBytes() {
        return getLong(FREE) - Math.max(0, getLong(PAYLOAD_TAKEN));
    }

    public long getLong(long offset) {
        return ByteBuffer.wrap(get(offset, Long.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }

    public int getInt(long offset) {
        return ByteBuffer.wrap(get(offset, Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }

    public byte[] get(long offset, int length) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            channel.read(bytes, offset);
            return bytes.array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void putInt(long offset, int value) {
        put(
                offset,
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0, value));
    }

    public void putLong(long offset, long value) {
        put(
                offset,
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value));
    }

    public void put(long offset, byte[] bytes) {
        put(offset, ByteBuffer.wrap(bytes));
    }

    private void put(long offset, ByteBuffer bytes) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(bytes, offset);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
