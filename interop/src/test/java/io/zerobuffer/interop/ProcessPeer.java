package io.zerobuffer.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A peer in a process of its own. It ends by itself when the test's process does, because its input ends. */
final class ProcessPeer implements Peer {
    private final PeerKind kind;
    private final Process process;
    private final Path log;
    private final Writer requests;
    private final Queue<CompletableFuture<String>> unanswered = new ConcurrentLinkedQueue<>();
    private final Thread dispatcher;
    private volatile boolean ended;

    ProcessPeer(PeerKind kind, List<String> command) {
        this.kind = kind;
        try {
            log = Files.createTempFile(
                    Files.createDirectories(Programs.logs()), kind.toString().replace(' ', '-') + "-", ".log");
            process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
        requests = process.outputWriter(StandardCharsets.UTF_8);
        Pending ready = expectAnswer("(start)");
        dispatcher = Thread.ofPlatform().name("answers of " + kind).daemon().start(this::dispatchAnswers);
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
            requests.write(request + "\n");
            requests.flush();
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
        // What runs below a launcher first: it would see its input end, and might close in good order before its end
        // reaches it.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(60, TimeUnit.SECONDS);
            // Also what runs below the process that was killed has then closed its output.
            dispatcher.join(60_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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

    private void dispatchAnswers() {
        try (BufferedReader answers = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                unanswered.remove().complete(line);
            }
        } catch (IOException e) {
            // The end of a killed peer's output may look like this; what it still owed fails below.
        } finally {
            ended = true;
            failUnanswered();
        }
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
