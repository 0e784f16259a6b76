package io.zerobuffer.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Frames one after the other, without anything between them, in a file or on standard output. */
final class RawOutput implements AutoCloseable {
    private final FileChannel channel;

    private RawOutput(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @param file a path, or "-" for standard output
     */
    static RawOutput open(String file) throws IOException {
        return new RawOutput(file.equals("-")
                ? new FileOutputStream(FileDescriptor.out).getChannel()
                : FileChannel.open(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING));
    }

    void write(MemorySegment frame) throws IOException {
        for (long at = 0; at < frame.byteSize();) {
            ByteBuffer piece = ByteBuffers.at(frame, at);
            at += piece.capacity();
            while (piece.hasRemaining()) {
                channel.write(piece);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
