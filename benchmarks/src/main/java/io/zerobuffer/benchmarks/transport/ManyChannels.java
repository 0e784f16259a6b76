package io.zerobuffer.benchmarks.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Several channels of a transport used in turn, one frame each. */
public final class ManyChannels implements Transport {
    private final Transport transport;
    private final int count;

    public ManyChannels(Transport transport, int count) {
        this.transport = transport;
        this.count = count;
    }

    @Override
    public Receiver receiver(String channel) {
        List<Receiver> receivers = new ArrayList<>();
        try {
            IntStream.range(0, count).forEach(i -> receivers.add(transport.receiver(channel + "." + i)));
            return new Receivers(receivers);
        } catch (RuntimeException e) {
            receivers.forEach(Receiver::close);
            throw e;
        }
    }

    @Override
    public Sender sender(String address) {
        List<Sender> senders = new ArrayList<>();
        for (String one : address.split(",")) {
            senders.add(transport.sender(one));
        }
        return new Senders(senders);
    }

    @Override
    public void close() {
        transport.close();
    }

    private static final class Receivers implements Receiver {
        private final List<Receiver> receivers;
        private int next;

        Receivers(List<Receiver> receivers) {
            this.receivers = receivers;
        }

        @Override
        public String address() {
            return String.join(",", receivers.stream().map(Receiver::address).toList());
        }

        @Override
        public int receive(Sink sink) {
            int count = receivers.get(next).receive(sink);
            if (count > 1) {
                throw new IllegalStateException(
                        "a transport that receives several frames at once cannot be one of several: received=" + count);
            }
            next = (next + count) % receivers.size();
            return count;
        }

        @Override
        public void close() {
            receivers.forEach(Receiver::close);
        }
    }

    private static final class Senders implements Sender {
        private final List<Sender> senders;
        private int next;

        Senders(List<Sender> senders) {
            this.senders = senders;
        }

        @Override
        public void send(Payload payload) {
            next().send(payload);
        }

        @Override
        public void forward(Content frame) {
            next().forward(frame);
        }

        private Sender next() {
            Sender sender = senders.get(next);
            next = (next + 1) % senders.size();
            return sender;
        }

        @Override
        public long routeChanges() {
            return senders.stream().mapToLong(Sender::routeChanges).sum();
        }

        @Override
        public void close() {
            senders.forEach(Sender::close);
        }
    }
}
