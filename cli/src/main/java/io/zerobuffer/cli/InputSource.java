package io.zerobuffer.cli;

import io.zerobuffer.Claim;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Raw frames of one size from a file or standard input, read straight into the ring; a last short piece is a shorter
 * frame.
 */
final class InputSource implements FrameSource {
    private final String file;
    private final FileChannel input;
    private final long frameSize;

    private InputSource(String file, FileChannel input, long frameSize) {
        this.file = file;
        this.input = input;
        this.frameSize = frameSize;
    }

    /**
     * @param file a path, or "-" for standard input
     */
    static InputSource open(String file, long frameSize) throws IOException {
        // A channel, also for standard input, because an interrupt ends its reads.
        if (file.equals("-")) {
            return new InputSource(file, new FileInputStream(FileDescriptor.in).getChannel(), frameSize);
        }
        try {
            Path path = FileFailure.path(file);
            if (Files.isDirectory(path)) {
                throw new IOException("Is a directory");
            }
            return new InputSource(file, FileChannel.open(path, StandardOpenOption.READ), frameSize);
        } catch (IOException e) {
            throw FileFailure.reading(file, e);
        }
    }

    @Override
    public @Nullable Claim next(Space space) throws IOException {
        byte[] rest;
        Claim whole = space.claim(frameSize);
        boolean isWhole = false;
        try {
            long filled = fill(whole.segment());
            isWhole = filled == frameSize;
            if (isWhole) {
                return whole;
            }
            rest = whole.segment().asSlice(0, filled).toArray(ValueLayout.JAVA_BYTE);
        } finally {
            if (!isWhole) {
                whole.abort();
            }
        }
        if (rest.length == 0) {
            return null;
        }
        Claim shorter = space.claim(rest.length);
        shorter.copyFrom(rest);
        return shorter;
    }

    private long fill(MemorySegment frame) throws IOException {
        long filled = 0;
        while (filled < frame.byteSize()) {
            ByteBuffer piece = ByteBuffers.at(frame, filled);
            while (piece.hasRemaining()) {
                if (read(piece) < 0) {
                    return filled + piece.position();
                }
            }
            filled += piece.capacity();
        }
        return filled;
    }

    /** Why a run that was asked for a number has fewer. */
    static String ended(String file, String progress) {
        return (file.equals("-") ? "standard input" : "'" + file + "'") + " ended: " + progress;
    }

    private int read(ByteBuffer piece) throws IOException {
        try {
            return input.read(piece);
        } catch (IOException e) {
            throw FileFailure.reading(file, e);
        }
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
