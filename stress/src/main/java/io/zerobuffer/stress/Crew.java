package io.zerobuffer.stress;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The reader and the writer process of a pair; each is replaced when it has died. */
final class Crew implements AutoCloseable {
    private final Pair pair;
    private final Workshop workshop;
    private final Path errors;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Set<Peer> ended = Collections.newSetFromMap(new IdentityHashMap<>());
    private Peer reader;
    private Peer writer;
    /** Started while nobody waits for it; a JVM takes its time. */
    private Peer nextReader;

    private Peer nextWriter;

    Crew(Pair pair, Workshop workshop) throws IOException {
        this.pair = pair;
        this.workshop = workshop;
        this.errors = workshop.folder().resolve(pair + ".stderr");
        this.reader = start(pair.reader());
        this.writer = start(pair.writer());
        this.nextReader = start(pair.reader());
        this.nextWriter = start(pair.writer());
    }

    Peer reader() {
        return reader;
    }

    Peer writer() {
        return writer;
    }

    Peer ensureReader() throws IOException, InterruptedException {
        if (reader.isDead()) {
            reader.awaitEnd();
            reader = nextReader;
            nextReader = start(pair.reader());
        }
        return reader;
    }

    Peer ensureWriter() throws IOException, InterruptedException {
        if (writer.isDead()) {
            writer.awaitEnd();
            writer = nextWriter;
            nextWriter = start(pair.writer());
        }
        return writer;
    }

    /** The next event, or null when none came in time. */
    Event next(long nanos) {
        try {
            return events.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RoundFailure("interrupted");
        }
    }

    void ended(Peer peer) {
        ended.add(peer);
    }

    /** Whether everything it said has been heard. */
    boolean hasEnded(Peer peer) {
        return ended.contains(peer);
    }

    /** The exit status of a process whose output has ended. */
    int statusOf(Peer peer) {
        try {
            peer.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return peer.process.process().exitValue();
    }

    /** Both are replaced by the next round; what they had open is theirs to lose. */
    void abandon() throws InterruptedException, IOException {
        for (Peer peer : new Peer[] {reader, writer}) {
            peer.awaitReady();
            peer.kill();
            peer.awaitEnd();
        }
        ensureReader();
        ensureWriter();
    }

    @Override
    public void close() throws InterruptedException {
        Peer[] all = {reader, writer, nextReader, nextWriter};
        for (Peer peer : all) {
            peer.proceed();
            peer.send(new Request("exit", null));
        }
        for (Peer peer : all) {
            peer.awaitEnd();
        }
    }

    private Peer start(Language language) throws IOException {
        return new Peer(language, workshop, events, errors);
    }
}
