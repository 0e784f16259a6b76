package io.zerobuffer.interop;

import io.zerobuffer.testkit.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A peer in a process of its own. It ends by itself when the test's process does, because its input ends. */
final class ProcessPeer implements Peer {
    private final PeerKind kind;
    private final ChildProcess process;
    private final Path log;
    private final Queue<CompletableFuture<String>> unanswered = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    ProcessPeer(PeerKind kind, List<String> command) {
        this.kind = kind;
        try {
            log = Files.createTempFile(
                    Files.createDirectories(Programs.logs()), kind.toString().replace(' ', '-') + "-", ".log");
            process = ChildProcess.start(new ProcessBuilder(command).redirectError(log.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
        Pending ready = expectAnswer("(start)");
        process.listen(line -> unanswered.remove().complete(line), this::failAll);
        boolean isReady = false;
        try {
            isReady = ready.words().getFirst().equals("ready")
                    && (!kind.place().startsThePeerItself()
                            || ready.words().get(1).equals(Long.toString(pid())));
            if (!isReady) {
                throw new IllegalStateException(ready + " was answered: " + ready.words());
            }
        } finally {
            if (!isReady) {
                kill();
            }
        }
    }

    @Override
    public PeerKind kind() {
        return kind;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public Pending begin(String request) {
        Pending pending = expectAnswer(request);
        try {
            process.send(request);
        } catch (IOException e) {
            ended = true;
        }
        if (ended) {
            failUnanswered();
        }
        return pending;
    }

    @Override
    public boolean isIdle() {
        return !ended && unanswered.isEmpty();
    }

    @Override
    public void kill() {
        ended = true;
        process.kill();
    }

    @Override
    public void end() {
        kill();
    }

    private Pending expectAnswer(String request) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        unanswered.add(answer);
        return new Pending(this, request, answer);
    }

    private void failAll() {
        ended = true;
        failUnanswered();
    }

    private void failUnanswered() {
        unanswered.forEach(answer ->
                answer.completeExceptionally(new IllegalStateException(kind + " (" + pid() + ") ended" + lastWords())));
    }

    private String lastWords() {
        try {
            return Files.size(log) == 0 ? "" : ", its log: " + Files.readString(log);
        } catch (IOException e) {
            return ", its log is unreadable: " + e;
        }
    }
}
