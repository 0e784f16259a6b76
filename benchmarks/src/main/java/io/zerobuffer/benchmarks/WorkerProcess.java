package io.zerobuffer.benchmarks;

import io.zerobuffer.testkit.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One process of a pair, seen from the driver. */
final class WorkerProcess implements AutoCloseable {
    private static final String END = "the process ended";

    private final String description;
    private final ChildProcess process;
    private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();

    WorkerProcess(String description, List<String> command, Path log) throws IOException {
        this.description = description;
        process = ChildProcess.start(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())));
        process.listen(answers::add, () -> answers.add("error " + END));
    }

    void request(String line) throws BenchmarkException {
        try {
            process.send(line);
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
            process.endInput();
            process.endsWithin(Duration.ofSeconds(5));
        } catch (IOException e) {
            System.err.println(description + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.close();
    }
}
