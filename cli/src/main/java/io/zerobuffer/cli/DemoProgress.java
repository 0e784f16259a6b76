package io.zerobuffer.cli;

import java.util.Arrays;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What the reader process of a demo has seen so far, as a line for its parent. */
record DemoProgress(
        boolean complete,
        long frames,
        long bytes,
        long lost,
        long damaged,
        long elapsedNanos,
        long latencyP50Nanos,
        long latencyP99Nanos,
        long latencyMaxNanos,
        long ringPercent) {

    private static final String AT = "zerobuffer-demo at ";
    private static final String END = "zerobuffer-demo end ";

    String toLine() {
        StringJoiner line = new StringJoiner(" ", complete ? END : AT, "");
        for (long value : new long[] {
            frames, bytes, lost, damaged, elapsedNanos, latencyP50Nanos, latencyP99Nanos, latencyMaxNanos, ringPercent
        }) {
            line.add(Long.toString(value));
        }
        return line.toString();
    }

    /** Null for a line of anybody else: a JVM and its agents print theirs to the same output. */
    static @Nullable DemoProgress parse(String line) {
        boolean complete = line.startsWith(END);
        if (!complete && !line.startsWith(AT)) {
            return null;
        }
        long[] v = Arrays.stream(line.substring((complete ? END : AT).length()).split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
        return new DemoProgress(complete, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]);
    }
}
