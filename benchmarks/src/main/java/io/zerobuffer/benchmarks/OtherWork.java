package io.zerobuffer.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How many processors were busy with anything but the benchmark, or not given to this machine by its host, while
 * something was measured.
 */
final class OtherWork {
    private static final Path STATISTICS = Path.of("/proc/stat");
    private static final double TICKS_PER_SECOND = 100;
    /** proc(5), line "cpu": user, nice, system, idle, iowait, irq, softirq, steal. */
    private static final int[] BUSY = {1, 2, 3, 6, 7, 8};

    private final Map<Long, Double> ownBefore = own();
    private final double busyBefore = busy();
    private final long start = System.nanoTime();

    /** The number of processors, since this object was made. Processes of the benchmark must still be there. */
    double processors() {
        double busy = busy() - busyBefore;
        double own = 0;
        for (Map.Entry<Long, Double> process : own().entrySet()) {
            own += process.getValue() - ownBefore.getOrDefault(process.getKey(), 0.0);
        }
        return Math.max(0, (busy - own) / ((System.nanoTime() - start) / 1e9));
    }

    private static Map<Long, Double> own() {
        Map<Long, Double> seconds = new HashMap<>();
        ProcessHandle self = ProcessHandle.current();
        Stream.concat(Stream.of(self), self.descendants())
                .forEach(process -> seconds.put(
                        process.pid(),
                        process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3));
        return seconds;
    }

    private static double busy() {
        try {
            return busySeconds(Files.readAllLines(STATISTICS));
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    static double busySeconds(List<String> statistics) {
        String[] words = statistics.getFirst().split("\\s+");
        double ticks = 0;
        for (int column : BUSY) {
            ticks += Double.parseDouble(words[column]);
        }
        return ticks / TICKS_PER_SECOND;
    }
}
