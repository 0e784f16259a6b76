package io.zerobuffer.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The two processes of a peer. They stay up between measurements, with nothing open and asleep. */
final class Pair implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static int channels;

    private final WorkerProcess near;
    private final WorkerProcess far;

    private Pair(WorkerProcess near, WorkerProcess far) {
        this.near = near;
        this.far = far;
    }

    static Pair start(Peer peer, Workplace workplace, Pinning pinning) throws BenchmarkException {
        try {
            Path directory = Files.createDirectories(workplace.memory().resolve(peer.label()));
            WorkerProcess far = start(peer, "far", directory, workplace, pinning.far());
            try {
                return new Pair(start(peer, "near", directory, workplace, pinning.near()), far);
            } catch (IOException e) {
                far.close();
                throw e;
            }
        } catch (IOException e) {
            throw new BenchmarkException(peer.label() + " does not start: " + e.getMessage(), e);
        }
    }

    private static WorkerProcess start(Peer peer, String side, Path directory, Workplace workplace, List<String> prefix)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        if (peer.runtime().isJava()) {
            command.addAll(Jvm.command(peer.runtime().options()));
            command.add(Worker.class.getName());
        } else {
            command.add(workplace.cProgram().toString());
        }
        command.addAll(List.of(peer.label(), side, directory.toString()));
        return new WorkerProcess(peer.label() + " " + side, command, workplace.log(peer.label()));
    }

    Measurement measure(Job job) throws BenchmarkException {
        String channel = "zerobuffer-bench-" + ProcessHandle.current().pid() + "-" + ++channels;
        Duration patience = PATIENCE.plusMillis(job.warmUpMillis()).plusMillis(job.millis());
        far.request("open " + channel + "-there " + job.toWords());
        String there = far.answer("ready", PATIENCE);
        near.request("open " + channel + "-back " + job.toWords());
        String back = near.answer("ready", PATIENCE);
        far.request("run " + back);
        near.request("run " + there);
        Outcome nearOutcome = Outcome.parse(near.answer("result", patience));
        Outcome farOutcome = Outcome.parse(far.answer("result", patience));
        near.request("close");
        near.answer("closed", PATIENCE);
        far.request("close");
        far.answer("closed", PATIENCE);
        return new Measurement(job, nearOutcome, farOutcome);
    }

    @Override
    public void close() {
        near.close();
        far.close();
    }
}
