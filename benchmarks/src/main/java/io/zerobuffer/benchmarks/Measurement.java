package io.zerobuffer.benchmarks;

import java.util.Optional;

/**
 * What the two sides of a pair measured in one job.
 *
 * @param distance of their processors; empty where it was not measured
 */
record Measurement(Job job, Outcome near, Outcome far, Optional<Distance.Ends> distance) {
    private static final double NANOS_PER_SECOND = 1e9;

    Measurement(Job job, Outcome near, Outcome far) {
        this(job, near, far, Optional.empty());
    }

    Measurement at(Distance.Ends distance) {
        return new Measurement(job, near, far, Optional.of(distance));
    }

    /** The figure that peers are compared by, in the unit of the kind. */
    double value() {
        return switch (job.kind()) {
            case ROUND_TRIP, FIXED_RATE, WAKE_UP -> latency(Outcome.P50);
            // The longer time of both: a receiver that starts with a full ring, or a sender that ends with one, is
            // faster than the stream is.
            case STREAM ->
                far.get(Outcome.FRAMES) * NANOS_PER_SECOND / Math.max(near.get(Outcome.NANOS), far.get(Outcome.NANOS));
            case IDLE -> 100.0 * far.get(Outcome.CPU) / far.get(Outcome.NANOS);
            case CHECK -> near.get(Outcome.FRAMES);
        };
    }

    /** A percentile of the times, in the unit of the kind; not a number where none were measured. */
    double latency(String percentile) {
        if (!job.kind().hasLatency()) {
            return Double.NaN;
        }
        return job.kind().fromNanos((job.kind() == Kind.WAKE_UP ? far : near).get(percentile));
    }

    /** Processor time of both processes in microseconds. */
    double cpuPerFrame() {
        return (perFrame(near, Outcome.CPU) + perFrame(far, Outcome.CPU)) / 1e3;
    }

    /** Bytes that the two measuring threads allocated; not a number for programs that are not Java's. */
    double allocatedPerFrame() {
        return near.has(Outcome.ALLOCATED)
                ? perFrame(near, Outcome.ALLOCATED) + perFrame(far, Outcome.ALLOCATED)
                : Double.NaN;
    }

    /** How often the copies of both sides changed their route; 0 for those that have but one. */
    long routeChanges() {
        return routeChanges(near) + routeChanges(far);
    }

    private static long routeChanges(Outcome side) {
        return side.has(Outcome.ROUTE_CHANGES) ? side.get(Outcome.ROUTE_CHANGES) : 0;
    }

    private static double perFrame(Outcome side, String figure) {
        return side.get(Outcome.FRAMES) == 0 ? Double.NaN : (double) side.get(figure) / side.get(Outcome.FRAMES);
    }
}
