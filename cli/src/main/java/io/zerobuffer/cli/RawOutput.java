package io.zerobuffer.cli;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Frames one after the other, without anything between them, in a file or on standard output. */
final class RawOutput implements AutoCloseable {
    private final String file;
    private final WritableByteChannel channel;

    private RawOutput(String file, WritableByteChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * @param file a path, or "-" for standard output
     */
    static RawOutput open(String file) throws IOException {
        if (file.equals("-")) {
            return new RawOutput(file, StandardOutput.channel());
        }
        try {
            return new RawOutput(
                    file,
                    FileChannel.open(
                            FileFailure.path(file),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING));
        } catch (IOException e) {
            throw FileFailure.writing(file, e);
        }
    }

    /** Before there is anything to write, and without a trace. */
    static void requireWritable(String file) throws IOException {
        try {
            Path path = FileFailure.path(file).toAbsolutePath();
            Path changed = Files.exists(path) ? path : path.getParent();
            if (Files.isDirectory(path)) {
                throw new IOException("Is a directory");
            }
            Objects.requireNonNull(changed, "an absolute path")
                    .getFileSystem()
                    .provider()
                    .checkAccess(changed, AccessMode.WRITE);
        } catch (IOException e) {
            throw FileFailure.writing(file, e);
        }
    }

    void write(MemorySegment frame) throws IOException {
        for (long at = 0; at < frame.byteSize(); ) {
            ByteBuffer piece = ByteBuffers.at(frame, at);
            at += piece.capacity();
            try {
                while (piece.hasRemaining()) {
                    channel.write(piece);
                }
            } catch (IOException e) {
                throw FileFailure.writing(file, e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
