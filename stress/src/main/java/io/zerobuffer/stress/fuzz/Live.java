package io.zerobuffer.stress.fuzz;

import io.zerobuffer.stress.Workshop;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * A reader and a writer at work on a segment that this process scribbles over, in every other round over their
 * semaphores too. They may refuse, with the library's exceptions, or go on; they must not end, hang, or leave anything
 * behind.
 */
final class Live {
    private static final long ROUND_MILLIS = 4000;
    private static final long END_SECONDS = 60;
    /**
     * At full speed nothing is left to refuse but the first field looked at; with pauses, frames get through in
     * between.
     */
    private static final long[] PAUSE_NANOS = {20_000, 0, 200_000, 2_000_000};

    private static final Pattern COUNT = Pattern.compile("^(\\w.*) (\\d+)$", Pattern.MULTILINE);

    private final Path folder;
    private final LiveLedger ledger = new LiveLedger();
    private final SplittableRandom random;

    private Live(Path folder, long seed) {
        this.folder = folder;
        this.random = new SplittableRandom(seed);
    }

    static LiveLedger run(Path folder, long seconds, long seed) throws IOException, InterruptedException {
        Live live = new Live(Files.createDirectories(folder), seed);
        long start = System.nanoTime();
        do {
            live.round();
        } while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds));
        live.ledger.seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        return live.ledger;
    }

    private void round() throws IOException, InterruptedException {
        int round = ledger.rounds++;
        String name = "zb-live-" + ProcessHandle.current().pid() + "-" + round;
        Path readerLog = folder.resolve("reader-" + round);
        Path writerLog = folder.resolve("writer-" + round);
        try (ChildProcess reader = start("reader", name, readerLog);
                ChildProcess writer = start("writer", name, writerLog)) {
            scribble(name, round % 2 == 1, PAUSE_NANOS[round / 2 % PAUSE_NANOS.length]);
            end(reader, readerLog, ledger.readerCounts);
            end(writer, writerLog, ledger.writerCounts);
        }
        List<Path> left = TestBuffers.leftOf(name);
        ledger.leftovers += left.size();
        if (!left.isEmpty()) {
            ledger.problems.add("left behind: " + left);
            TestBuffers.remove(TestBuffers.leftOf(name));
        }
    }

    private ChildProcess start(String side, String name, Path log) throws IOException {
        List<String> command = new ArrayList<>(Workshop.java());
        command.addAll(List.of(
                "-XX:ErrorFile=" + log + ".hs_err",
                "-cp",
                System.getProperty("java.class.path"),
                LiveSide.class.getName(),
                side,
                name,
                Long.toString(random.nextLong())));
        return ChildProcess.start(
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()));
    }

    private void scribble(String name, boolean semaphoresToo, long pauseNanos) throws IOException {
        List<Scribbler> scribblers =
                new ArrayList<>(List.of(new Scribbler(TestBuffers.segmentFile(name), random.nextLong())));
        if (semaphoresToo) {
            scribblers.add(new Scribbler(TestBuffers.writeSemaphoreFile(name), random.nextLong()));
            scribblers.add(new Scribbler(TestBuffers.readSemaphoreFile(name), random.nextLong()));
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS);
        while (System.nanoTime() < end) {
            for (Scribbler scribbler : scribblers) {
                scribbler.scribble();
            }
            if (pauseNanos > 0) {
                LockSupport.parkNanos(pauseNanos);
            }
        }
        for (Scribbler scribbler : scribblers) {
            ledger.scribbles += scribbler.count();
            scribbler.close();
        }
    }

    private void end(ChildProcess side, Path log, Map<String, Long> counts) throws IOException, InterruptedException {
        side.endInput();
        boolean ended = side.endsWithin(Duration.ofSeconds(END_SECONDS));
        if (!ended) {
            side.kill();
        }
        int status = side.process().exitValue();
        if (!ended || status == LiveSide.HUNG) {
            ledger.hangs++;
        } else if (status == 1) {
            ledger.unexpected++;
        } else if (status != 0) {
            ledger.crashes++;
        }
        if (status != 0) {
            ledger.problems.add("exit status " + status + ": " + log);
        }
        COUNT.matcher(Files.readString(log))
                .results()
                .forEach(count -> counts.merge(count.group(1), Long.parseLong(count.group(2)), Long::sum));
    }
}
