package io.zerobuffer.duplex;

import io.zerobuffer.Claim;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.WriterConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** Measures answers per second of some ways to serve; for docs/decisions/0008-duplex.md. Client and server are threads of one JVM. */
final class DuplexThroughputProbe {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long ROUND_NANOS = 400_000_000;
    private static final int ROUNDS = 5;
    private static final int UNDER_WAY = 8;

    private DuplexThroughputProbe() {}

    public static void main(String[] args) {
        for (int size : new int[] {64, 64 << 10, 1 << 20, 6 << 20}) {
            measure("in place", size, 2, builder().buildInPlace(data -> data.putByte(0, (byte) 1)));
            measure("through an array", size, 2, builder().build((request, response) -> {
                byte[] data = request.toByteArray();
                request.release();
                data[0] = 1;
                response.write(data);
            }));
        }
        RequestHandler echo = (request, response) -> response.write(request);
        RequestHandler slow = (request, response) -> {
            LockSupport.parkNanos(1_000_000);
            response.write(request);
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(UNDER_WAY)) {
            measure("echo, server's thread", 64, UNDER_WAY, builder().build(echo));
            measure("echo, " + UNDER_WAY + " in parallel", 64, UNDER_WAY, builder().parallel(threads, UNDER_WAY).build(echo));
            measure("1 ms each, server's thread", 64, UNDER_WAY, builder().build(slow));
            measure("1 ms each, " + UNDER_WAY + " in parallel", 64, UNDER_WAY, builder().parallel(threads, UNDER_WAY).build(slow));
        }
    }

    private static DuplexServer.Builder builder() {
        return DuplexServer.builder("zb-throughput-" + ProcessHandle.current().pid()).requestBuffer(ReaderConfig.of(0, 64 << 20));
    }

    private static void measure(String what, int size, int underWay, DuplexServer server) {
        String channel = "zb-throughput-" + ProcessHandle.current().pid();
        double[] perSecond = new double[ROUNDS];
        try (server) {
            server.start();
            try (DuplexClient client = DuplexClient.connect(channel, WriterConfig.builder().connectTimeout(LONG).build(), ReaderConfig.of(0, 64 << 20))) {
                for (int i = 0; i < underWay; i++) {
                    send(client, size);
                }
                answersPerSecond(client, size);
                for (int round = 0; round < ROUNDS; round++) {
                    perSecond[round] = answersPerSecond(client, size);
                }
            }
        }
        Arrays.sort(perSecond);
        System.out.printf("%-28s %8d B %12.0f /s  (%.0f to %.0f)%n", what, size, perSecond[ROUNDS / 2], perSecond[0], perSecond[ROUNDS - 1]);
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
