package io.zerobuffer.benchmarks.transport;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A stream socket, each frame behind its size. Spinning, the sockets do not block; otherwise they do. */
public final class SocketTransport implements Transport {
    private static final int SIZE_PREFIX = Integer.BYTES;
    /** A small frame is written faster in one piece with its size than as two pieces. */
    private static final int CHEAPER_COPIED = 4 << 10;

    private static final int SMALLEST_BUFFER = 256 << 10;
    /**
     * Asked for; the system grants what net.core.wmem_max allows. TCP tunes its own buffers, better than a fixed size
     * would.
     */
    private static final int UNIX_SEND_BUFFER = 4 << 20;

    private final ChannelSettings settings;
    private final StandardProtocolFamily family;

    /**
     * @param family UNIX, or INET for TCP
     */
    public SocketTransport(ChannelSettings settings, StandardProtocolFamily family) {
        this.settings = settings;
        this.family = family;
    }

    @Override
    public Receiver receiver(String channel) {
        try {
            ServerSocketChannel server = ServerSocketChannel.open(family);
            server.bind(
                    family == StandardProtocolFamily.UNIX
                            ? UnixDomainSocketAddress.of(settings.directory().resolve(channel))
                            : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return new SocketReceiver(server, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Sender sender(String address) {
        try {
            SocketChannel channel = SocketChannel.open(family);
            if (family == StandardProtocolFamily.UNIX) {
                channel.setOption(StandardSocketOptions.SO_SNDBUF, UNIX_SEND_BUFFER);
                channel.connect(UnixDomainSocketAddress.of(address));
            } else {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(address)));
            }
            channel.configureBlocking(!settings.spins());
            return new SocketSender(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class SocketReceiver implements Receiver {
        private final ServerSocketChannel server;
        private final boolean spins;
        private final ByteBuffer buffer;
        private final ByteBufferContent content = new ByteBufferContent();
        private SocketChannel channel;

        SocketReceiver(ServerSocketChannel server, ChannelSettings settings) {
            this.server = server;
            this.spins = settings.spins();
            buffer = ByteBuffer.allocateDirect(Math.max(SMALLEST_BUFFER, SIZE_PREFIX + settings.frameSize()))
                    .order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public String address() {
            try {
                SocketAddress address = server.getLocalAddress();
                return address instanceof InetSocketAddress tcp ? Integer.toString(tcp.getPort()) : address.toString();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public int receive(Sink sink) {
            try {
                if (channel == null) {
                    channel = server.accept();
                    channel.configureBlocking(!spins);
                }
                int read = channel.read(buffer);
                if (read < 0) {
                    throw new EOFException("the other process closed its socket");
                }
                return read == 0 ? 0 : deliver(sink);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * Gives the whole frames in the buffer to the sink, and moves the start of one that is not complete to its
         * beginning.
         */
        private int deliver(Sink sink) {
            int end = buffer.position();
            int start = 0;
            int count = 0;
            while (end - start >= SIZE_PREFIX && end - start >= SIZE_PREFIX + buffer.getInt(start)) {
                int size = buffer.getInt(start);
                sink.accept(content.of(buffer, start + SIZE_PREFIX, size));
                start += SIZE_PREFIX + size;
                count++;
            }
            if (start > 0) {
                buffer.limit(end).position(start);
                buffer.compact();
            }
            return count;
        }

        @Override
        public void close() {
            try {
                if (channel != null) {
                    channel.close();
                }
                SocketAddress address = server.getLocalAddress();
                server.close();
                if (address instanceof UnixDomainSocketAddress unix) {
                    Files.deleteIfExists(Path.of(unix.toString()));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class SocketSender implements Sender {
        private final SocketChannel channel;
        private final ByteBuffer prefix = ByteBuffer.allocateDirect(SIZE_PREFIX).order(ByteOrder.LITTLE_ENDIAN);
        private final ByteBuffer[] parts = {prefix, null};
        private final ByteBuffer together =
                ByteBuffer.allocateDirect(SIZE_PREFIX + CHEAPER_COPIED).order(ByteOrder.LITTLE_ENDIAN);
        private Payload source;
        private ByteBuffer sourceBuffer;

        SocketSender(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public void send(Payload payload) {
            if (source != payload) {
                source = payload;
                sourceBuffer = payload.buffer();
            }
            write(sourceBuffer.clear());
        }

        @Override
        public void forward(Content frame) {
            ByteBufferContent content = (ByteBufferContent) frame;
            write(content.buffer().slice(content.offset(), content.size()));
        }

        private void write(ByteBuffer data) {
            try {
                if (data.remaining() <= CHEAPER_COPIED) {
                    together.clear().putInt(data.remaining()).put(data).flip();
                    while (together.hasRemaining()) {
                        waitIfNothing(channel.write(together));
                    }
                } else {
                    prefix.clear().putInt(0, data.remaining());
                    parts[1] = data;
                    while (data.hasRemaining()) {
                        waitIfNothing(channel.write(parts));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void waitIfNothing(long written) {
            if (written == 0) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
