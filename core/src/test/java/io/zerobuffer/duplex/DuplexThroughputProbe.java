package io.zerobuffer.duplex;

import io.zerobuffer.Claim;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.WriterConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Prints the answers per second of one way to serve: median, slowest and fastest of some rounds; for
 * docs/decisions/0008-duplex.md. Client and server are threads of one JVM, a new one for each measurement, because what
 * the compiler makes of one way depends on those before.
 */
final class DuplexThroughputProbe {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long ROUND_NANOS = 400_000_000;
    private static final int ROUNDS = 7;
    private static final int WARM_UP = 2;
    private static final int UNDER_WAY = 8;

    private DuplexThroughputProbe() {}

    /** @param args the way, and the size of a request in bytes */
    public static void main(String[] args) {
        RequestHandler echo = (request, response) -> response.write(request);
        RequestHandler slow = (request, response) -> {
            LockSupport.parkNanos(1_000_000);
            response.write(request);
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(UNDER_WAY)) {
            measure(
                    args[0],
                    Integer.parseInt(args[1]),
                    switch (args[0]) {
                        case "in-place" -> builder().buildInPlace(data -> data.putByte(0, (byte) 1));
                        case "through-array" ->
                            builder().build((request, response) -> {
                                byte[] data = request.toByteArray();
                                request.release();
                                data[0] = 1;
                                response.write(data);
                            });
                        case "echo" -> builder().build(echo);
                        case "echo-parallel" ->
                            builder().parallel(threads, UNDER_WAY).build(echo);
                        case "1ms" -> builder().build(slow);
                        case "1ms-parallel" ->
                            builder().parallel(threads, UNDER_WAY).build(slow);
                        default -> throw new IllegalArgumentException("no way is called " + args[0]);
                    });
        }
    }

    private static DuplexServer.Builder builder() {
        return DuplexServer.builder("zb-throughput-" + ProcessHandle.current().pid())
                .requestBuffer(ReaderConfig.ofPayload(64 << 20).withMetadataSize(0));
    }

    private static void measure(String way, int size, DuplexServer server) {
        String channel = "zb-throughput-" + ProcessHandle.current().pid();
        double[] perSecond = new double[ROUNDS];
        try (server) {
            server.start();
            try (DuplexClient client = DuplexClient.connect(
                    channel,
                    WriterConfig.builder().connectTimeout(LONG).build(),
                    ReaderConfig.ofPayload(64 << 20).withMetadataSize(0))) {
                for (int i = 0; i < UNDER_WAY; i++) {
                    send(client, size);
                }
                for (int round = -WARM_UP; round < ROUNDS; round++) {
                    perSecond[Math.max(round, 0)] = answersPerSecond(client, size);
                }
            }
        }
        Arrays.sort(perSecond);
        System.out.printf(
                "%-14s %8d B %12.0f /s  (%.0f to %.0f)%n",
                way, size, perSecond[ROUNDS / 2], perSecond[0], perSecond[ROUNDS - 1]);
    }

    private static double answersPerSecond(DuplexClient client, int size) {
        long start = System.nanoTime();
        long answers = 0;
        while (System.nanoTime() - start < ROUND_NANOS) {
            client.drain(answer -> answer.getByte(answer.size() - 1), 1, LONG);
            send(client, size);
            answers++;
        }
        return answers * 1e9 / (System.nanoTime() - start);
    }

    private static void send(DuplexClient client, int size) {
        try (Claim claim = client.claim(size)) {
            claim.putByte(0, (byte) 0);
            claim.commit();
        }
    }
}
