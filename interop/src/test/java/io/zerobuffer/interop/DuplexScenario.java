package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What scenarios with a duplex channel have in common: who is paired with whom, and what servers and clients are asked.
 */
abstract class DuplexScenario extends Scenario {
    static final int RING = 65536;
    private static final int METADATA = 256;
    private static final long SEED = 0x2545F4914F6CDD1DL;

    /** Who serves and who asks. At least one of them is this library. */
    record Ends(PeerKind server, PeerKind client) {
        @Override
        public String toString() {
            return server + " serves, " + client + " asks";
        }
    }

    static List<Ends> all() {
        List<Ends> all = new ArrayList<>(
                List.of(new Ends(PeerKind.JAVA_THREAD, PeerKind.JAVA_THREAD), new Ends(PeerKind.JAVA, PeerKind.JAVA)));
        for (PeerKind foreign : List.of(PeerKind.C, PeerKind.PYTHON)) {
            // As csharp a peer differs from cpp in its rings only.
            for (PeerKind flavour : List.of(foreign, foreign.as("cpp"), foreign.as("python"))) {
                all.add(new Ends(PeerKind.JAVA, flavour));
                all.add(new Ends(flavour, PeerKind.JAVA));
            }
        }
        return List.copyOf(all);
    }

    /** Without those whose server serves one client only, as the published ones do. */
    static List<Ends> faithfulServers() {
        return all().stream().filter(ends -> ends.server().isFaithful()).toList();
    }

    static List<Ends> faithfulEnds() {
        return faithfulServers().stream()
                .filter(ends -> ends.client().isFaithful())
                .toList();
    }

    static List<Ends> processes() {
        return all().stream()
                .filter(ends -> ends.server().process() && ends.client().process())
                .toList();
    }

    static List<Ends> processesWithJavaClients() {
        return javaClients().stream().filter(processes()::contains).toList();
    }

    static List<Ends> processesWithFaithfulServers() {
        return faithfulServers().stream().filter(processes()::contains).toList();
    }

    static List<Ends> publishedServers() {
        return all().stream().filter(ends -> !ends.server().isFaithful()).toList();
    }

    static List<Ends> javaClients() {
        return all().stream().filter(ends -> ends.client().isJava()).toList();
    }

    static List<Ends> processesWithJavaServers() {
        return javaServers().stream().filter(processes()::contains).toList();
    }

    static List<Ends> javaServers() {
        return all().stream().filter(ends -> ends.server().isJava()).toList();
    }

    /** What a server is asked to be. */
    record Serving(String handler, long delayMicros, int requestSize, int failAt, String failure, int timeoutMillis) {
        static final Serving ECHO = with("echo");

        static Serving with(String handler) {
            return new Serving(handler, 0, RING, 0, "-", 30_000);
        }

        /** Takes so long for each request. */
        Serving pausing(long micros) {
            return new Serving(handler, micros, requestSize, failAt, failure, timeoutMillis);
        }

        Serving ring(int size) {
            return new Serving(handler, delayMicros, size, failAt, failure, timeoutMillis);
        }

        /** The handler fails at this request; the client then gets these bytes, or without any is given up. */
        Serving failing(int request, String hex) {
            return new Serving(handler, delayMicros, requestSize, request, hex, timeoutMillis);
        }

        /** How long it waits for space for an answer. */
        Serving patient(int millis) {
            return new Serving(handler, delayMicros, requestSize, failAt, failure, millis);
        }
    }

    static void serve(Peer server, String channel, Serving how) {
        server.ok("serve " + words(channel, how));
    }

    /** With so many handlers at a time, each of which takes a random part of what it was given. */
    static void serveInParallel(Peer server, String channel, Serving how, int threads) {
        server.ok("serve-parallel " + words(channel, how) + " " + threads);
    }

    private static String words(String channel, Serving how) {
        return channel + " " + how.handler() + " " + how.delayMicros() + " " + how.requestSize() + " " + METADATA + " "
                + how.failAt() + " " + how.failure() + " " + how.timeoutMillis();
    }

    final String openParallel(Peer server, Serving how, int threads, Peer client, int responseSize) {
        String channel = newName();
        serveInParallel(server, channel, how, threads);
        connect(client, channel, responseSize);
        return channel;
    }

    /** Starts a server of a new channel, connects the client, and gives the channel. */
    final String open(Peer server, Serving how, Peer client, int responseSize) {
        String channel = serve(server, how);
        connect(client, channel, responseSize);
        return channel;
    }

    /** Starts a server of a new channel, and gives the channel. */
    final String serve(Peer server, Serving how) {
        String channel = newName();
        serve(server, channel, how);
        return channel;
    }

    /**
     * Lets the next one wait for nothing but to be told to connect, ends the present one as SIGKILL does, and gives the
     * next.
     */
    final Peer killAndReplace(Peer present, PeerKind next) {
        Peer successor = peer(next);
        present.kill();
        return successor;
    }

    static void connect(Peer client, String channel, int responseSize) {
        client.ok("call-connect " + channel + " 30000 " + responseSize);
    }

    /** Takes away what a killed server left, as the next one of that channel does. */
    final void cleanUp(String channel) {
        cleanUp(channel, PeerKind.JAVA_THREAD);
    }

    final void cleanUp(String channel, PeerKind nextServer) {
        Peer next = peer(nextServer);
        serve(next, channel, Serving.ECHO);
        next.ok("stop-server");
    }

    /** Requests of these sizes, so many at a time without an answer; every byte of every answer is checked. */
    static Pending beginCalls(Peer client, int count, int inFlight, int min, int max, String handler) {
        return client.begin("call-many " + count + " " + inFlight + " " + min + " " + max + " " + SEED + " " + handler);
    }

    static void call(Peer client, int count, int inFlight, int min, int max, String handler) {
        Pending calls = beginCalls(client, count, inFlight, min, max, handler);
        assertEquals(Integer.toString(count), calls.ok().getFirst(), calls.toString());
    }

    /** The same by futures, from so many threads. */
    static Pending beginFutures(Peer client, int count, int threads, int min, int max, String handler) {
        return client.begin(
                "call-futures " + count + " " + threads + " " + min + " " + max + " " + SEED + " " + handler);
    }

    static void send(Peer client, int size, long index) {
        client.ok("call-send " + size + " " + index);
    }

    /** Takes an answer and demands that it is this pattern. */
    static void receivesEcho(Peer client, int size, long index) {
        receives(client, size, Taken.crc32c(size, index));
    }

    static void receivesBytes(Peer client, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        receives(client, bytes.length, Taken.crc32c(ByteBuffer.wrap(bytes)));
    }

    private static void receives(Peer client, int size, String crc32c) {
        Pending receive = client.begin("call-receive 60000");
        List<String> values = receive.ok();
        assertEquals("frame", values.getFirst(), receive.toString());
        assertEquals(List.of(Integer.toString(size), crc32c), values.subList(2, 4), receive.toString());
    }

    static long clients(Peer server) {
        return Long.parseLong(server.ok("server-state").get(1));
    }

    static long departed(Peer server) {
        return Long.parseLong(server.ok("server-state").get(2));
    }

    static long requests(Peer server) {
        return Long.parseLong(server.ok("server-state").get(3));
    }

    /** Closes the client and waits until the server has seen it, which a published client does not. */
    static void leave(Peer client, Peer server) {
        long before = departed(server);
        client.ok("call-close");
        awaitDeparture(server, before);
    }

    /** Waits until the server has told of more clients that are gone. */
    static void awaitDeparture(Peer server, long before) {
        Eventually.await("a client's departure", () -> departed(server) > before);
    }

    /** What tells the present request buffer from others of that name. */
    static Object requestBuffer(String channel) {
        try {
            return Files.readAttributes(TestBuffers.segmentFile(channel + "_request"), BasicFileAttributes.class)
                    .fileKey();
        } catch (NoSuchFileException e) {
            return "none";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void awaitNewRequestBuffer(String channel, Object before) {
        Eventually.await("a new request buffer", () -> {
            Object now = requestBuffer(channel);
            return !now.equals("none") && !now.equals(before);
        });
    }
}
