package io.zerobuffer.benchmarks;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What one side measured: named figures, sent to the driver in one line. Times are in nanoseconds. */
final class Outcome {
    static final String FRAMES = "frames";
    static final String NANOS = "nanos";
    static final String CPU = "cpu";
    static final String ALLOCATED = "allocated";
    static final String ROUTE_CHANGES = "routeChanges";
    static final String P50 = "p50";
    static final String P99 = "p99";

    private static final Map<String, Double> PERCENTILES =
            Map.of(P50, 50.0, "p90", 90.0, P99, 99.0, "p999", 99.9, "max", 100.0);

    private final Map<String, Long> figures = new TreeMap<>();

    Outcome of(String name, long value) {
        figures.put(name, value);
        return this;
    }

    Outcome of(Meter meter, long frames) {
        return of(FRAMES, frames).of(NANOS, meter.nanos()).of(CPU, meter.cpu()).of(ALLOCATED, meter.allocated());
    }

    Outcome of(Histogram histogram) {
        PERCENTILES.forEach((name, percentile) -> of(name, histogram.getValueAtPercentile(percentile)));
        return of("mean", Math.round(histogram.getMean()));
    }

    Map<String, Long> figures() {
        return figures;
    }

    boolean has(String name) {
        return figures.containsKey(name);
    }

    long get(String name) {
        Long value = figures.get(name);
        if (value == null) {
            throw new IllegalArgumentException("not measured: " + name + " measured=" + figures.keySet());
        }
        return value;
    }

    String toWords() {
        StringBuilder words = new StringBuilder();
        figures.forEach((name, value) -> words.append(words.isEmpty() ? "" : " ")
                .append(name)
                .append('=')
                .append(value));
        return words.toString();
    }

    static Outcome parse(String words) {
        Outcome outcome = new Outcome();
        for (String word : words.isEmpty() ? new String[0] : words.split(" ")) {
            int equals = word.indexOf('=');
            outcome.of(word.substring(0, equals), Long.parseLong(word.substring(equals + 1)));
        }
        return outcome;
    }
}
