package io.zerobuffer.benchmarks.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** JeroMQ, PUSH to PULL over TCP on the loopback interface; its calls block, their data are arrays. */
public final class ZeroMqTransport implements Transport {
    /** Frames are queued on the heap, 1000 of any size by default; so much of large ones would not fit. */
    private static final long QUEUED_BYTES = 64 << 20;

    private static final int DEFAULT_QUEUE = 1000;
    private static final int RECEIVE_TIMEOUT_MS = 1000;

    private final ZContext context = new ZContext();
    private final int queue;

    public ZeroMqTransport(ChannelSettings settings) {
        queue = Math.toIntExact(Math.clamp(QUEUED_BYTES / settings.frameSize(), 2, DEFAULT_QUEUE));
    }

    @Override
    public Receiver receiver(String channel) {
        ZMQ.Socket socket = context.createSocket(SocketType.PULL);
        socket.setHWM(queue);
        socket.setReceiveTimeOut(RECEIVE_TIMEOUT_MS);
        return new PullReceiver(socket, socket.bindToRandomPort("tcp://127.0.0.1"));
    }

    @Override
    public Sender sender(String address) {
        ZMQ.Socket socket = context.createSocket(SocketType.PUSH);
        socket.setHWM(queue);
        socket.connect("tcp://127.0.0.1:" + address);
        return new PushSender(socket);
    }

    @Override
    public void close() {
        context.close();
    }

    private static final class PullReceiver implements Receiver {
        private final ZMQ.Socket socket;
        private final int port;
        private final ByteBufferContent content = new ByteBufferContent();

        PullReceiver(ZMQ.Socket socket, int port) {
            this.socket = socket;
            this.port = port;
        }

        @Override
        public String address() {
            return Integer.toString(port);
        }

        @Override
        public int receive(Sink sink) {
            byte[] message = socket.recv();
            if (message == null) {
                return 0;
            }
            sink.accept(content.of(ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN), 0, message.length));
            return 1;
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private record PushSender(ZMQ.Socket socket) implements Sender {
        @Override
        public void send(Payload payload) {
            byte[] message = new byte[payload.size()];
            payload.buffer().get(message);
            send(message);
        }

        @Override
        public void forward(Content frame) {
            send(((ByteBufferContent) frame).buffer().array());
        }

        private void send(byte[] message) {
            if (!socket.send(message)) {
                throw new IllegalStateException("not sent: errno=" + socket.errno());
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
