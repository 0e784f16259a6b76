package io.zerobuffer.cli;

import io.zerobuffer.Claim;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Raw frames of one size from a file or standard input, read straight into the ring; a last short piece is a shorter frame. */
final class InputSource implements FrameSource {
    private final FileChannel input;
    private final long frameSize;

    private InputSource(FileChannel input, long frameSize) {
        this.input = input;
        this.frameSize = frameSize;
    }

    /**
     * @param file a path, or "-" for standard input
     */
    static InputSource open(String file, long frameSize) throws IOException {
        // A channel, also for standard input, because an interrupt ends its reads.
        FileChannel input = file.equals("-") ? new FileInputStream(FileDescriptor.in).getChannel() : FileChannel.open(Path.of(file), StandardOpenOption.READ);
        return new InputSource(input, frameSize);
    }

    @Override
    public Claim next(Space space) throws IOException {
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
                if (input.read(piece) < 0) {
                    return filled + piece.position();
                }
            }
            filled += piece.capacity();
        }
        return filled;
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
