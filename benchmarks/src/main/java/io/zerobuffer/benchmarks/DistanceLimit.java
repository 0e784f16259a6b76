package io.zerobuffer.benchmarks;

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
     * The part of the time that a place must be taken to count. A host may put both processors on one core for moments;
     * with that as a base, nearly every measurement would wait in vain.
     */
    private static final int PART_OF_THE_TIME = 5;

    /** More than one place scatters, and less than the next one is away (benchmarks/README.md). */
    private static final double FACTOR = 1.5;

    static DistanceLimit of(long nanos) {
        return new DistanceLimit(nanos, List.of());
    }

    /**
     * From the nearest place where the processors are for a fifth of the time: its smallest distance, and half as much
     * again. A place is what lies within that factor; where none is taken so often, the one taken most.
     */
    static DistanceLimit decide(List<Long> distances) {
        List<Long> seen = distances.stream().sorted().toList();
        long[] bases = seen.stream().mapToLong(Long::longValue).distinct().toArray();
        int place = 0;
        for (int i = 1; i < bases.length; i++) {
            boolean isSamePlace = bases[i] <= FACTOR * bases[place];
            boolean isTakenOften = PART_OF_THE_TIME * at(bases[place], seen) >= seen.size();
            if (at(bases[i], seen) > at(bases[place], seen) && (isSamePlace || !isTakenOften)) {
                place = i;
            }
        }
        return new DistanceLimit(limit(bases[place]), seen);
    }

    /** How many distances belong to the place whose smallest this is. */
    private static long at(long base, List<Long> distances) {
        return distances.stream()
                .filter(one -> one >= base && one <= limit(base))
                .count();
    }

    private static long limit(long base) {
        return (long) Math.ceil(FACTOR * base);
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
        return nanos + " ns, decided here: " + FACTOR + " times the smallest distance of the nearest place taken for a "
                + "fifth of the time; " + seen.size() + " were measured (" + Math.round(spread.least()) + " – "
                + Math.round(spread.greatest()) + " ns, median " + Math.round(spread.median()) + "), "
                + (within() == seen.size()
                        ? "all within the limit: this machine shows one place only, near or not"
                        : within() + " of them within the limit");
    }
}
