package io.zerobuffer.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file descriptor that this process was started with; the JDK gives programs the first three only. What has no
 * offset is opened anew. A file would then be written from its beginning, a socket cannot be opened, and a named pipe
 * would make this process wait for a reader that may have left: these go by write(2).
 */
final class Descriptor {
    private final int number;
    private final Path path;

    Descriptor(int number) {
        this.number = number;
        this.path = Path.of("/dev/fd", Integer.toString(number));
    }

    /** For text. An interrupt does not end a write. */
    OutputStream stream() {
        if (canBeOpened()) {
            try {
                // Without a downcall, whose first takes as long as all the rest of a short run.
                return new FileOutputStream(path.toFile());
            } catch (IOException e) {
                // It may be another user's; write(2) asks nobody.
            }
        }
        return new Stream();
    }

    /** For direct buffers. An interrupt ends a write, also one that waits for a reader to make room. */
    WritableByteChannel channel() {
        if (canBeOpened()) {
            try {
                return FileChannel.open(path, StandardOpenOption.WRITE);
            } catch (IOException e) {
                // As above.
            }
        }
        return new Channel(Files.isRegularFile(path) ? Integer.MAX_VALUE : Libc.PIPE_BUF);
    }

    private boolean canBeOpened() {
        try {
            String opened = Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(number)))
                    .toString();
            return opened.startsWith("pipe:") || opened.equals("/dev/null") || Terminal.isTerminal(opened);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private final class Stream extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = arena.allocate(length);
                MemorySegment.copy(bytes, offset, copy, ValueLayout.JAVA_BYTE, 0, length);
                for (long at = 0; at < length; ) {
                    at += Libc.write(number, copy.asSlice(at));
                }
            }
        }
    }

    private final class Channel implements WritableByteChannel {
        private final int most;

        /**
         * @param most bytes at a time, for which write(2) does not wait once there is room
         */
        Channel(int most) {
            this.most = most;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                throw new ClosedByInterruptException();
            }
            ByteBuffer piece = bytes.slice(bytes.position(), Math.min(most, bytes.remaining()));
            int written = Libc.write(number, MemorySegment.ofBuffer(piece));
            bytes.position(bytes.position() + written);
            return written;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // The descriptor is the process's, as long as that lives.
        }
    }
}
