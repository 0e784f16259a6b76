package io.zerobuffer.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * How far apart the two processors may be, and what decided it: a user, or what was measured on this machine.
 *
 * @param nanos 0 where any distance will do
 * @param seen the distances that the limit was decided by, smallest first; empty where a user set it
 */
record DistanceLimit(long nanos, List<Long> seen) {
    static final DistanceLimit NONE = of(0);

    /** What a user writes to have it decided here. */
    static final String NEAR = "near";

    /**
     * One that was seen less often may not come back, as when a host lets both processors run on one core for a moment;
     * then every measurement would wait in vain.
     */
    private static final int TIMES_SEEN = 3;

    /** More than one place scatters, and less than the next one is away (benchmarks/README.md). */
    private static final double FACTOR = 1.5;

    static DistanceLimit of(long nanos) {
        return new DistanceLimit(nanos, List.of());
    }

    /** The smallest distance that was seen three times, and half as much again. */
    static DistanceLimit decide(List<Long> distances) {
        List<Long> seen = new ArrayList<>(distances);
        seen.sort(null);
        long base = seen.get(Math.min(TIMES_SEEN, seen.size()) - 1);
        return new DistanceLimit((long) Math.ceil(FACTOR * base), List.copyOf(seen));
    }

    boolean isNear(long distance) {
        return nanos == 0 || distance <= nanos;
    }

    boolean isDecidedHere() {
        return !seen.isEmpty();
    }

    /** How many of those that it was decided by are within it. */
    long within() {
        return seen.stream().filter(this::isNear).count();
    }

    Spread spread() {
        return Spread.of(seen.stream().map(Long::doubleValue).toList());
    }

    String toWords() {
        if (nanos == 0) {
            return "none";
        }
        if (!isDecidedHere()) {
            return nanos + " ns, as asked for";
        }
        Spread spread = spread();
        return nanos + " ns, decided here: " + FACTOR + " times the smallest distance seen " + TIMES_SEEN + " times; "
                + seen.size() + " were measured (" + Math.round(spread.least()) + " – "
                + Math.round(spread.greatest()) + " ns, median " + Math.round(spread.median()) + "), "
                + (within() == seen.size()
                        ? "all within the limit: this machine shows one place only, near or not"
                        : within() + " of them within the limit");
    }
}
