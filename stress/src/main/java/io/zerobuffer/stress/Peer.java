package io.zerobuffer.stress;

import io.zerobuffer.testkit.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;

/** A process that reads or writes, and the requests it has not answered yet. */
final class Peer {
    final Language language;
    final ChildProcess process;
    final Deque<Request> pending = new ArrayDeque<>();

    private final CountDownLatch ready = new CountDownLatch(1);

    private boolean dead;
    private long diedAt;
    private boolean stopped;

    Peer(Language language, Workshop workshop, BlockingQueue<Event> events, Path errors) throws IOException {
        this.language = language;
        this.process = ChildProcess.start(new ProcessBuilder(language.command(workshop))
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile())));
        process.listen(line -> heard(events, line), () -> heard(events, null));
    }

    void send(Request request) {
        if (dead) {
            return;
        }
        pending.add(request);
        try {
            process.send(request.line);
        } catch (IOException diedMeanwhile) {
            // The end of its output tells when.
        }
    }

    void kill() {
        if (!dead) {
            // The instant in front of the signal, so that no notice is measured shorter than it was.
            markDead(System.nanoTime());
            Signals.send(process.pid(), Signals.KILL);
        }
    }

    void stop() {
        if (!dead) {
            stopped = true;
            Signals.send(process.pid(), Signals.STOP);
        }
    }

    void proceed() {
        if (stopped && process.isAlive()) {
            Signals.send(process.pid(), Signals.CONTINUE);
        }
        stopped = false;
    }

    boolean isStopped() {
        return stopped;
    }

    /** Also true as soon as it was killed from here. */
    boolean isDead() {
        return dead;
    }

    long diedAt() {
        return diedAt;
    }

    void markDead(long at) {
        if (!dead) {
            dead = true;
            diedAt = at;
        }
    }

    /** From here on it leaves nothing of its own behind when it is killed. */
    void awaitReady() throws InterruptedException {
        ready.await();
    }

    void awaitEnd() throws InterruptedException {
        if (!process.endsWithin(Duration.ofSeconds(10))) {
            process.kill();
        }
    }

    /** @param line null: there will be none any more */
    private void heard(BlockingQueue<Event> events, String line) {
        events.add(new Event(this, line, System.nanoTime()));
        ready.countDown();
    }
}
