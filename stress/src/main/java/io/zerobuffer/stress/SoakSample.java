package io.zerobuffer.stress;

import com.sun.management.ThreadMXBean;
import io.zerobuffer.testkit.Segment;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a process has used so far.
 *
 * @param residentKilobytes memory, shared memory left out
 * @param allocated bytes the calling thread has allocated on the heap
 * @param tokens value of sem-r
 */
record SoakSample(
        double seconds,
        long frames,
        long bytes,
        long residentKilobytes,
        long descriptors,
        long mappings,
        long allocated,
        long tokens) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static SoakSample take(String name, long start, long frames, long bytes) throws IOException {
        return new SoakSample(
                (System.nanoTime() - start) / 1e9,
                frames,
                bytes,
                anonymousKilobytes(),
                count(Files.list(Path.of("/proc/self/fd"))),
                count(Files.lines(Path.of("/proc/self/maps"))),
                THREADS.getCurrentThreadAllocatedBytes(),
                Segment.ofReadSemaphore(name).getInt(0));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%6.0f s %12d frames %8.1f GB %8d kB resident %4d descriptors %5d mappings %10d bytes allocated %6d"
                        + " tokens in sem-r",
                seconds,
                frames,
                bytes / 1e9,
                residentKilobytes,
                descriptors,
                mappings,
                allocated,
                tokens);
    }

    private static long anonymousKilobytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
        }
    }

    private static long count(Stream<?> stream) {
        try (stream) {
            return stream.count();
        }
    }
}
