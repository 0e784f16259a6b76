package io.zerobuffer.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a cache line takes forth and back between the processors of the two sides, before and after every
 * measurement. A host may move virtual processors nearer and farther while a run goes on, and all figures with them; so
 * measurements can wait until they are near.
 */
final class Distance implements AutoCloseable {
    static final String LABEL = "distance";
    static final int REPETITIONS = 5;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** Some 20 s: a host that moves processors does so within seconds. */
    private static final int DISTANCES_TO_DECIDE = 400;

    private final Probe probe;
    private final DistanceLimit limit;
    private final Duration patience;

    /**
     * @param probe null where the distance is not measured
     * @param patience how long to wait for a distance within the limit, each time
     */
    Distance(Probe probe, DistanceLimit limit, Duration patience) {
        this.probe = probe;
        this.limit = limit;
        this.patience = patience;
    }

    static Distance unmeasured() {
        return new Distance(null, DistanceLimit.NONE, Duration.ZERO);
    }

    /**
     * Between the processors that the two sides are pinned to; unmeasured if they are not, or if there is no C program
     * to do it.
     *
     * @param limit in nanoseconds; 0 where any will do
     */
    static Distance within(long limit, Pinning pinning, Workplace workplace) throws IOException {
        if (limit != 0) {
            requireProgram(workplace);
        }
        return workplace.cProgram() == null || pinning.processors().isEmpty()
                ? unmeasured()
                : new Distance(probe(pinning, workplace), DistanceLimit.of(limit), PATIENCE);
    }

    /** The same, with a limit that is decided by how near the processors come on this machine. */
    static Distance near(Pinning pinning, Workplace workplace) throws IOException, BenchmarkException {
        requireProgram(workplace);
        Probe probe = probe(pinning, workplace);
        try {
            return new Distance(probe, decide(probe, DISTANCES_TO_DECIDE, PAUSE), PATIENCE);
        } catch (BenchmarkException e) {
            probe.close();
            throw e;
        }
    }

    static DistanceLimit decide(Probe probe, int distances, Duration pause) throws BenchmarkException {
        List<Long> seen = new ArrayList<>();
        while (seen.size() < distances) {
            seen.add(probe.nanos());
            sleep(pause);
        }
        return DistanceLimit.decide(seen);
    }

    private static void requireProgram(Workplace workplace) throws IOException {
        if (workplace.cProgram() == null) {
            throw new IOException("measuring the distance of processors needs gcc and make");
        }
    }

    private static Probe probe(Pinning pinning, Workplace workplace) throws IOException {
        List<String> command = new ArrayList<>(List.of(workplace.cProgram().toString(), LABEL));
        pinning.processors().forEach(processor -> command.add(processor.toString()));
        return new ProcessProbe(new WorkerProcess(LABEL, command, workplace.log(LABEL)));
    }

    DistanceLimit limit() {
        return limit;
    }

    /**
     * Measures when the processors are near enough, and again if they were not at the end; as they are when that takes
     * too long or happens too often.
     */
    Measurement measure(Task task) throws BenchmarkException {
        if (probe == null) {
            return task.measure();
        }
        for (int repetition = 0; true; repetition++) {
            long before = awaitNear();
            Measurement measurement = task.measure();
            long after = probe.nanos();
            if (limit.isNear(after) || repetition == REPETITIONS) {
                return measurement.at(new Ends(before, after));
            }
        }
    }

    private long awaitNear() throws BenchmarkException {
        long start = System.nanoTime();
        long nanos = probe.nanos();
        while (!limit.isNear(nanos) && System.nanoTime() - start < patience.toNanos()) {
            sleep(PAUSE);
            nanos = probe.nanos();
        }
        return nanos;
    }

    private static void sleep(Duration pause) throws BenchmarkException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
    }

    @Override
    public void close() {
        if (probe != null) {
            probe.close();
        }
    }

    /** The distance in nanoseconds before and after a measurement. */
    record Ends(long before, long after) {
        long greatest() {
            return Math.max(before, after);
        }
    }

    /** Something to measure, more than once if need be. */
    @FunctionalInterface
    interface Task {
        Measurement measure() throws BenchmarkException;
    }

    /** Looks how far apart the processors are now. */
    @FunctionalInterface
    interface Probe {
        long nanos() throws BenchmarkException;

        default void close() {}
    }

    /** The C program, which stays up so that its processor time does not count as other work. */
    private record ProcessProbe(WorkerProcess process) implements Probe {
        private static final Duration ANSWER = Duration.ofMinutes(2);

        @Override
        public long nanos() throws BenchmarkException {
            process.request("measure");
            return Long.parseLong(process.answer("nanos", ANSWER));
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
