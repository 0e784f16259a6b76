package io.zerobuffer.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows moving pictures crossing from one process to another, and proves that they arrive whole. */
@Command(
        name = "demo",
        description =
                "Stream moving pictures from a writer process to a reader process, check every byte, and save the last"
                        + " picture.",
        sortOptions = false,
        footerHeading = "%n",
        footer = {
            "Latency is from the writer's commit to the reader's read: the writer puts System.nanoTime into the frame,",
            "which on Linux is CLOCK_MONOTONIC, one clock for all processes.",
            "The ring holds three frames (19 MB for 1920x1080)."
        })
final class DemoCommand implements Callable<Integer> {
    private static final double GIGABYTE = 1 << 30;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How long to stream (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Mixin
    private final DemoPictureOptions size = new DemoPictureOptions();

    @Option(
            names = "--fps",
            paramLabel = "N",
            defaultValue = "60",
            description = "Frames a second; 0: as fast as possible (default: ${DEFAULT-VALUE}).")
    private double framesPerSecond;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            defaultValue = "zerobuffer-demo.png",
            description = "Where to save the last picture (default: ${DEFAULT-VALUE}).")
    private String output;

    @Mixin
    private final HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

    private @Nullable Process reader;
    private @Nullable Process writer;
    private boolean stopped;

    private record Children(Process reader, Process writer) {}

    @Override
    public Integer call() throws IOException {
        checkArguments();
        try (StopRequest stop = StopRequest.onSignal(this::stopWriter)) {
            int status = watch(
                    startProcesses("zerobuffer-demo-" + ProcessHandle.current().pid()));
            stop.finished(status, false);
            return status;
        } finally {
            endProcess(writer);
            endProcess(reader);
        }
    }

    private void checkArguments() {
        size.check(spec);
        if (!(seconds > 0) || seconds > 1e6 || !(framesPerSecond >= 0)) {
            throw new ParameterException(spec.commandLine(), "--seconds must be more than 0, --fps at least 0");
        }
        try {
            RawOutput.requireWritable(output);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private Children startProcesses(String name) throws IOException {
        String width = "--width=" + size.width();
        String height = "--height=" + size.height();
        Process reads = OwnProcess.start("demo-reader", width, height, "--output=" + output, name);
        reader = reads;
        Process writes;
        synchronized (this) {
            writes = OwnProcess.start(
                    "demo-writer", width, height, "--fps=" + framesPerSecond, "--seconds=" + seconds, name);
            writer = writes;
        }
        StandardOutput.stream()
                .printf(
                        Locale.ROOT,
                        "%dx%d BGR at %s frames/s for %s s, buffer %s%n",
                        size.width(),
                        size.height(),
                        framesPerSecond > 0 ? number(framesPerSecond) : "most",
                        number(seconds),
                        name);
        StandardOutput.stream()
                .printf(
                        Locale.ROOT,
                        "reader process %d, writer process %d, ring of %.1f MB%n",
                        reads.pid(),
                        writes.pid(),
                        DemoReaderCommand.ringSize(size) / (double) (1 << 20));
        StandardOutput.stream().flush();
        if (hasStopped()) {
            stopWriter();
        }
        Future<?> _ = writes.onExit().thenAccept(ended -> {
            if (ended.exitValue() != ExitStatus.DONE) {
                endInput(reads);
            }
        });
        return new Children(reads, writes);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private synchronized boolean hasStopped() {
        return stopped;
    }

    /** The writer then closes the buffer, the reader sees that and ends, and the summary is printed. */
    private synchronized void stopWriter() {
        stopped = true;
        if (writer != null) {
            endInput(writer);
        }
    }

    /** How a child learns that it is to end. */
    private static void endInput(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroy();
        }
    }

    private int watch(Children children) throws IOException {
        DemoProgress last = followReader(children.reader());
        int readerStatus = statusOf(children.reader());
        if (last == null || !last.complete()) {
            stopWriter();
            statusOf(children.writer());
            StandardOutput.stream().println("no result: the reader process ended with status " + readerStatus);
            return readerStatus == ExitStatus.DONE ? ExitStatus.FAILED : readerStatus;
        }
        long written = framesWritten(children.writer());
        int writerStatus = statusOf(children.writer());
        long lost = Math.max(last.lost(), written - last.frames());
        summarise(last, lost);
        if (lost > 0 || last.damaged() > 0) {
            return ExitStatus.NOT_VERIFIED;
        }
        return writerStatus == ExitStatus.DONE ? readerStatus : writerStatus;
    }

    private static @Nullable DemoProgress followReader(Process reader) throws IOException {
        DemoProgress last = null;
        try (BufferedReader lines = reader.inputReader();
                LiveLine live = new LiveLine()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                DemoProgress now = DemoProgress.parse(line);
                if (now != null) {
                    live.show(liveText(last, now));
                    last = now;
                }
            }
        }
        return last;
    }

    private static String liveText(@Nullable DemoProgress before, DemoProgress now) {
        long frames = now.frames() - (before == null ? 0 : before.frames());
        long bytes = now.bytes() - (before == null ? 0 : before.bytes());
        double seconds = Math.max(1, now.elapsedNanos() - (before == null ? 0 : before.elapsedNanos())) / 1e9;
        return String.format(
                Locale.ROOT,
                "%d frames  %.1f frames/s  %.2f GB/s  latency p50 %.1f us, p99 %.1f us  ring %d %% used",
                now.frames(),
                frames / seconds,
                bytes / GIGABYTE / seconds,
                now.latencyP50Nanos() / 1e3,
                now.latencyP99Nanos() / 1e3,
                now.ringPercent());
    }

    private static long framesWritten(Process writer) throws IOException {
        try (BufferedReader lines = writer.inputReader()) {
            return lines.lines()
                    .filter(line -> line.startsWith(DemoWriterCommand.WRITTEN))
                    .mapToLong(line -> Long.parseLong(line.substring(DemoWriterCommand.WRITTEN.length())))
                    .sum();
        }
    }

    private void summarise(DemoProgress last, long lost) {
        double seconds = last.elapsedNanos() / 1e9;
        StandardOutput.stream()
                .printf(
                        Locale.ROOT,
                        "%d frames, %.2f GB in %.2f s%s%n",
                        last.frames(),
                        last.bytes() / GIGABYTE,
                        seconds,
                        last.frames() > 1
                                ? String.format(
                                        Locale.ROOT,
                                        ": %.1f frames/s, %.2f GB/s",
                                        (last.frames() - 1) / seconds,
                                        (last.frames() - 1) / seconds * size.frameSize() / GIGABYTE)
                                : "");
        StandardOutput.stream()
                .printf(
                        Locale.ROOT,
                        "latency: p50 %.1f us, p99 %.1f us, max %.1f us%n",
                        last.latencyP50Nanos() / 1e3,
                        last.latencyP99Nanos() / 1e3,
                        last.latencyMaxNanos() / 1e3);
        StandardOutput.stream()
                .printf(Locale.ROOT, "every byte compared: %d frames lost, %d damaged%n", lost, last.damaged());
        StandardOutput.stream().println("last picture: " + output);
    }

    private static int statusOf(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitStatus.FAILED;
        }
    }

    private static void endProcess(@Nullable Process process) {
        if (process != null && process.isAlive()) {
            process.destroy();
        }
    }
}
