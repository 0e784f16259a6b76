package io.zerobuffer.interop;

import io.zerobuffer.Frame;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.duplex.AsyncDuplexClient;
import io.zerobuffer.duplex.DuplexClient;
import io.zerobuffer.duplex.DuplexServer;
import io.zerobuffer.duplex.RequestHandler;
import io.zerobuffer.duplex.ServerListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/** The requests of the line protocol that concern duplex channels: one server and one client at most. */
final class Duplex implements AutoCloseable {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);

    private final Pattern pattern = new Pattern();
    private DuplexServer server;
    private ExecutorService handlers;
    private Told told;
    private DuplexClient client;

    /** What the server's thread has to tell. */
    private static final class Told implements ServerListener {
        private final AtomicLong requests = new AtomicLong();
        private long clients;
        private long departed;
        private Optional<byte[]> metadata = Optional.empty();

        @Override
        public synchronized void clientConnected(Optional<byte[]> itsMetadata) {
            clients++;
            metadata = itsMetadata;
        }

        @Override
        public synchronized void clientDisconnected() {
            departed++;
        }

        synchronized String state() {
            return clients + " " + departed + " " + requests;
        }

        synchronized String lastClient() {
            return clients + " " + metadata.map(JavaPeer::hex).orElse("none");
        }
    }

    /** Carries out a request and gives the values of its answer, or null if it is none of these. */
    String carryOut(String[] words) {
        return switch (words[0]) {
            case "serve" -> serve(words);
            case "serve-parallel" -> serveParallel(words, Integer.parseInt(words[9]));
            case "server-state" -> (theServer().isRunning() ? "running " : "ended ") + told.state();
            case "init-metadata" -> {
                theServer();
                yield told.lastClient();
            }
            case "stop-server" -> {
                theServer();
                yield stopServer();
            }
            case "call-connect" -> connect(words[1], JavaPeer.millis(words[2]), JavaPeer.number(words[3]), null);
            case "call-connect-with" ->
                connect(words[1], JavaPeer.millis(words[2]), JavaPeer.number(words[3]), JavaPeer.bytes(words[4]));
            case "call-metadata" -> {
                theClient().writeMetadata(JavaPeer.bytes(words[1]));
                yield "";
            }
            case "call-send" ->
                Long.toString(theClient().write(pattern.of(JavaPeer.number(words[2]), Integer.parseInt(words[1]))));
            case "call-receive" -> receive(JavaPeer.millis(words[1]));
            case "call-many" -> callMany(words);
            case "call-futures" -> callFutures(words);
            case "server-connected" -> Boolean.toString(theClient().isServerConnected());
            case "call-close" -> {
                theClient();
                yield closeClient();
            }
            default -> null;
        };
    }

    @Override
    public void close() {
        closeClient();
        stopServer();
    }

    private String serve(String[] words) {
        Told telling = new Told();
        Answers answers = Answers.named(words[2]);
        long delayNanos = JavaPeer.number(words[3]) * 1000;
        long failAt = JavaPeer.number(words[6]);
        return start(builder(words, telling), telling, (request, response) -> {
            boolean fails = telling.requests.incrementAndGet() == failAt;
            LockSupport.parkNanos(delayNanos);
            failIf(fails);
            answers.answer(request, response);
        });
    }

    /**
     * With so many threads, each answer after a random delay; the failing one is told by its place in the ring, because
     * requests begin in any order.
     */
    private String serveParallel(String[] words, int threads) {
        Told telling = new Told();
        Answers answers = Answers.named(words[2]);
        long maxDelayNanos = JavaPeer.number(words[3]) * 1000;
        long failAt = JavaPeer.number(words[6]);
        DuplexServer.Builder builder = builder(words, telling);
        handlers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("handler-", 0).factory());
        return start(builder.parallel(handlers, threads), telling, (request, response) -> {
            telling.requests.incrementAndGet();
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(maxDelayNanos + 1));
            failIf(request.sequence() == failAt);
            answers.answer(request, response);
        });
    }

    private static void failIf(boolean fails) {
        if (fails) {
            throw new IllegalStateException("told to fail");
        }
    }

    private DuplexServer.Builder builder(String[] words, Told telling) {
        if (server != null) {
            throw new Refusal("usage", "this peer has a server");
        }
        byte[] failure = JavaPeer.bytes(words[7]);
        DuplexServer.Builder builder = DuplexServer.builder(words[1])
                .requestBuffer(
                        ReaderConfig.ofPayload(JavaPeer.number(words[4])).withMetadataSize(JavaPeer.number(words[5])))
                .responseBuffer(WriterConfig.builder()
                        .connectTimeout(Duration.ofSeconds(5))
                        .writeTimeout(JavaPeer.millis(words[8]))
                        .build())
                .listener(telling);
        if (failure.length > 0) {
            builder.failureResponse(_ -> failure);
        }
        return builder;
    }

    private String start(DuplexServer.Builder builder, Told telling, RequestHandler handler) {
        DuplexServer starting = builder.build(handler);
        starting.start();
        server = starting;
        told = telling;
        return "";
    }

    private String stopServer() {
        if (server != null) {
            server.close();
            server = null;
        }
        if (handlers != null) {
            handlers.close();
            handlers = null;
        }
        return "";
    }

    private String connect(String channel, Duration wait, long responseSize, byte[] metadata) {
        if (client != null) {
            throw new Refusal("usage", "this peer has a client");
        }
        WriterConfig requests = WriterConfig.builder()
                .connectTimeout(wait)
                .writeTimeout(CALL_TIMEOUT)
                .build();
        ReaderConfig responses = ReaderConfig.ofPayload(responseSize).withMetadataSize(0);
        client = metadata == null
                ? DuplexClient.connect(channel, requests, responses)
                : DuplexClient.connect(channel, requests, responses, metadata);
        return "";
    }

    private String receive(Duration timeout) {
        try (Frame answer = theClient().receive(timeout)) {
            return answer == null
                    ? "timeout"
                    : "frame " + answer.sequence() + " " + answer.size() + " " + JavaPeer.crc32c(answer);
        }
    }

    private String callMany(String[] words) {
        long count = JavaPeer.number(words[1]);
        long inFlight = JavaPeer.number(words[2]);
        Answers answers = Answers.named(words[6]);
        Sizes asked = sizes(words);
        Sizes answered = sizes(words);
        long sent = 0;
        long received = 0;
        long bytes = 0;
        while (received < count) {
            if (sent < count && sent - received < inFlight) {
                theClient().write(pattern.of(sent++, asked.next()));
                continue;
            }
            try (Frame answer = theClient().receive(CALL_TIMEOUT)) {
                if (answer == null) {
                    throw new Refusal("timeout", "frame=" + received);
                }
                answers.verify(answer, received++, answered.next());
                bytes += answer.size();
            }
        }
        return received + " " + bytes;
    }

    /** Each thread waits for the future of one request before it sends the next. */
    private String callFutures(String[] words) {
        long count = JavaPeer.number(words[1]);
        int threads = Integer.parseInt(words[2]);
        Answers answers = Answers.named(words[6]);
        try (AsyncDuplexClient futures = new AsyncDuplexClient(theClient());
                ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            client = null;
            List<Future<Long>> runs = LongStream.range(0, threads)
                    .mapToObj(t -> pool.submit(() -> callOneByOne(futures, t * count, count, sizes(words), answers)))
                    .toList();
            long bytes = 0;
            for (Future<Long> run : runs) {
                bytes += run.get();
            }
            return count * threads + " " + bytes;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal("other", "interrupted");
        }
    }

    private static long callOneByOne(AsyncDuplexClient futures, long first, long count, Sizes sizes, Answers answers) {
        Pattern requests = new Pattern();
        long bytes = 0;
        for (long i = first; i < first + count; i++) {
            long index = i;
            int size = sizes.next();
            CompletableFuture<Long> answered =
                    futures.call(size, claim -> claim.copyFrom(0, requests.of(index, size)), answer -> {
                        answers.verify(answer, index, size);
                        return answer.size();
                    });
            try {
                bytes += answered.orTimeout(CALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                        .join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException failure
                        ? failure
                        : new Refusal("timeout", "frame=" + index);
            }
        }
        return bytes;
    }

    private static Sizes sizes(String[] words) {
        return new Sizes(JavaPeer.number(words[3]), JavaPeer.number(words[4]), JavaPeer.number(words[5]));
    }

    private String closeClient() {
        if (client != null) {
            client.close();
            client = null;
        }
        return "";
    }

    private DuplexServer theServer() {
        if (server == null) {
            throw new Refusal("closed", "no server runs");
        }
        return server;
    }

    private DuplexClient theClient() {
        if (client == null) {
            throw new Refusal("closed", "no client is open");
        }
        return client;
    }
}
