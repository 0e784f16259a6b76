package io.zerobuffer.stress;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A process that reads or writes, and the requests it has not answered yet. */
final class Peer {
    final Language language;
    final Process process;
    final Deque<Request> pending = new ArrayDeque<>();

    private final BufferedWriter input;
    private final CountDownLatch ready = new CountDownLatch(1);

    private boolean dead;
    private long diedAt;
    private boolean stopped;

    Peer(Language language, Workshop workshop, BlockingQueue<Event> events, Path errors) throws IOException {
        this.language = language;
        this.process = new ProcessBuilder(language.command(workshop))
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                .start();
        this.input = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
        Thread.ofPlatform().daemon().name("answers of " + process.pid()).start(() -> listen(events));
    }

    void send(Request request) {
        if (dead) {
            return;
        }
        pending.add(request);
        try {
            input.write(request.line);
            input.newLine();
            input.flush();
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
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private void listen(BlockingQueue<Event> events) {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = output.readLine()) != null) {
                events.add(new Event(this, line, System.nanoTime()));
                ready.countDown();
            }
        } catch (IOException closed) {
            // The same as its end.
        }
        events.add(new Event(this, null, System.nanoTime()));
        ready.countDown();
    }
}
