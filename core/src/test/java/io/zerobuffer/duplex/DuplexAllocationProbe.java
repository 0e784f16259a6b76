package io.zerobuffer.duplex;

import com.sun.management.ThreadMXBean;
import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.WriterConfig;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Prints how many bytes a request and its answer cost the client's thread and the server's together, in the best of
 * some rounds: compilation comes when it comes.
 */
final class DuplexAllocationProbe {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int REQUESTS_PER_ROUND = 20_000;
    private static final int ROUNDS = 60;
    private static final int SIZE = 64;
    private static final int CLAIM = 56;
    private static final int FRAME = 64;

    /** How requests and answers go in and out. */
    enum Way {
        FILLED_AND_DRAINED(0),
        /** The client's claim and frame, the server's claim. */
        CLAIMED_AND_RECEIVED(CLAIM + FRAME + CLAIM),
        /** The server's claim. */
        IN_PLACE(CLAIM);

        final int mostBytes;

        Way(int mostBytes) {
            this.mostBytes = mostBytes;
        }
    }

    private static long sum;
    private static long asked;

    private DuplexAllocationProbe() {}

    public static void main(String[] args) {
        Way way = Way.valueOf(args[0]);
        String channel = args[1];
        try (DuplexServer server = server(way, channel)) {
            server.start();
            try (DuplexClient client = DuplexClient.connect(
                    channel,
                    WriterConfig.builder().connectTimeout(LONG).build(),
                    ReaderConfig.ofPayload(1 << 16).withMetadataSize(0))) {
                System.out.println(leastBytesPerRequest(request(way, client), channel, way.mostBytes + 0.1));
            }
        }
    }

    private static DuplexServer server(Way way, String channel) {
        DuplexServer.Builder builder = DuplexServer.builder(channel)
                .requestBuffer(ReaderConfig.ofPayload(1 << 16).withMetadataSize(0));
        Consumer<Claim> filler = claim -> claim.putLong(0, asked + 1);
        return switch (way) {
            case FILLED_AND_DRAINED ->
                builder.build((request, response) -> {
                    asked = request.getLong(0);
                    response.write(SIZE, filler);
                });
            case CLAIMED_AND_RECEIVED ->
                builder.build((request, response) -> {
                    try (Claim claim = response.claim(SIZE)) {
                        claim.putLong(0, request.getLong(0) + 1);
                        claim.commit();
                    }
                });
            case IN_PLACE -> builder.buildInPlace(data -> data.putLong(8, 1));
        };
    }

    private static Runnable request(Way way, DuplexClient client) {
        Consumer<Claim> filler = claim -> claim.putLong(0, sum);
        Consumer<Frame> handler = answer -> sum += answer.getLong(0);
        if (way == Way.CLAIMED_AND_RECEIVED) {
            return () -> {
                try (Claim claim = client.claim(SIZE)) {
                    claim.putLong(0, sum);
                    claim.commit();
                }
                try (Frame answer = client.receive(LONG)) {
                    sum += answer.getLong(0);
                }
            };
        }
        return () -> {
            client.write(SIZE, filler);
            client.drain(handler, 1, LONG);
        };
    }

    private static double leastBytesPerRequest(Runnable request, String channel, double goodEnough) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long server = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().endsWith(channel))
                .findFirst()
                .orElseThrow()
                .threadId();
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > goodEnough; round++) {
            long before = threads.getCurrentThreadAllocatedBytes() + threads.getThreadAllocatedBytes(server);
            for (int i = 0; i < REQUESTS_PER_ROUND; i++) {
                request.run();
            }
            long after = threads.getCurrentThreadAllocatedBytes() + threads.getThreadAllocatedBytes(server);
            least = Math.min(least, (after - before) / (double) REQUESTS_PER_ROUND);
        }
        return least;
    }
}
