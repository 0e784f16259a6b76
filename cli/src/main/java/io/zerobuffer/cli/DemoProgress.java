package io.zerobuffer.cli;

import java.util.Arrays;
import java.util.StringJoiner;

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

    String toLine() {
        StringJoiner line = new StringJoiner(" ");
        line.add(complete ? "end" : "at");
        for (long value : new long[] {frames, bytes, lost, damaged, elapsedNanos, latencyP50Nanos, latencyP99Nanos, latencyMaxNanos, ringPercent}) {
            line.add(Long.toString(value));
        }
        return line.toString();
    }

    static DemoProgress parse(String line) {
        String[] words = line.split(" ");
        long[] v = Arrays.stream(words, 1, words.length).mapToLong(Long::parseLong).toArray();
        return new DemoProgress(words[0].equals("end"), v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]);
    }
}
