package io.zerobuffer.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One process of a pair, seen from the driver. */
final class WorkerProcess implements AutoCloseable {
    private static final String END = "the process ended";

    private final String description;
    private final Process process;
    private final BufferedWriter requests;
    private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();

    WorkerProcess(String description, List<String> command, Path log) throws IOException {
        this.description = description;
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        requests = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread.ofPlatform().daemon().name(description).start(this::queueAnswers);
    }

    private void queueAnswers() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            answers.add("error " + e);
        }
        answers.add("error " + END);
    }

    void request(String line) throws BenchmarkException {
        try {
            requests.write(line);
            requests.newLine();
            requests.flush();
        } catch (IOException e) {
            throw new BenchmarkException(description + ": " + END, e);
        }
    }

    /** What follows the expected first word of the next answer. Libraries may print lines of their own before it. */
    String answer(String expected, Duration patience) throws BenchmarkException {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (true) {
                String line = answers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (line == null) {
                    throw new BenchmarkException(
                            description + ": no answer within " + patience.toSeconds() + " s, expected=" + expected);
                }
                if (line.equals(expected)) {
                    return "";
                }
                if (line.startsWith(expected + " ")) {
                    return line.substring(expected.length() + 1);
                }
                if (line.startsWith("error ")) {
                    throw new BenchmarkException(description + ": " + line.substring("error ".length()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException(description + ": interrupted", e);
        }
    }

    @Override
    public void close() {
        try {
            requests.close();
            if (process.waitFor(5, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            System.err.println(description + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
