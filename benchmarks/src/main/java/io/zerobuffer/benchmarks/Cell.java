package io.zerobuffer.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One job for several peers, and what came of it round by round. */
final class Cell {
    private final String group;
    private final String label;
    private final Job job;
    private final List<Peer> peers;
    private final Map<Peer, List<Measurement>> measurements = new EnumMap<>(Peer.class);
    private final Map<Peer, String> failures = new EnumMap<>(Peer.class);
    private double otherWork = Double.NaN;

    /**
     * @param group what the cells of one table and one plot have in common
     * @param label in what this cell differs from the others of its group
     */
    Cell(String group, String label, Job job, Collection<Peer> peers) {
        this.group = group;
        this.label = label;
        this.job = job;
        this.peers = peers.stream().filter(peer -> peer.takesPart(job)).toList();
    }

    String group() {
        return group;
    }

    String label() {
        return label;
    }

    Job job() {
        return job;
    }

    List<Peer> peers() {
        return peers;
    }

    void add(Peer peer, Measurement measurement) {
        measurements.computeIfAbsent(peer, any -> new ArrayList<>()).add(measurement);
    }

    /** A peer that failed once has no figures in this cell: its rounds would no longer be paired with the others. */
    void fail(Peer peer, String reason) {
        failures.put(peer, reason);
        measurements.remove(peer);
    }

    /** How many processors did other work meanwhile. */
    void otherWork(double processors) {
        otherWork = processors;
    }

    double otherWork() {
        return otherWork;
    }

    /** In nanoseconds, before and after every measurement; empty where it was not measured. */
    Optional<Spread> distance() {
        List<Double> distances = measurements.values().stream()
                .flatMap(List::stream)
                .flatMap(measurement -> measurement.distance().stream())
                .flatMap(ends -> Stream.of((double) ends.before(), (double) ends.after()))
                .toList();
        return distances.isEmpty() ? Optional.empty() : Optional.of(Spread.of(distances));
    }

    /** How many measurements of a peer began or ended with the processors farther apart than wanted. */
    long fartherThan(long limit, Peer peer) {
        return of(peer).stream()
                .flatMap(measurement -> measurement.distance().stream())
                .filter(ends -> ends.greatest() > limit)
                .count();
    }

    boolean failed(Peer peer) {
        return failures.containsKey(peer);
    }

    Map<Peer, String> failures() {
        return failures;
    }

    List<Measurement> of(Peer peer) {
        return measurements.getOrDefault(peer, List.of());
    }

    boolean measured(Peer peer) {
        return !of(peer).isEmpty();
    }

    List<Double> values(Peer peer) {
        return of(peer).stream().map(Measurement::value).toList();
    }

    Spread value(Peer peer) {
        return Spread.of(values(peer));
    }

    /** How many times the reference's figure a peer's is, round by round. */
    Spread ratio(Peer peer, Peer reference) {
        return Spread.ofRatios(values(peer), values(reference));
    }

    Optional<Peer> bestOfOurs() {
        return best(peers.stream().filter(Peer::isOurs).toList());
    }

    Optional<Peer> bestAlternative() {
        return best(peers.stream().filter(Peer::isAlternative).toList());
    }

    private Optional<Peer> best(List<Peer> candidates) {
        Comparator<Peer> byValue =
                Comparator.comparingDouble(peer -> value(peer).median());
        return candidates.stream()
                .filter(this::measured)
                .min(job.kind().lowerIsBetter() ? byValue : byValue.reversed());
    }
}
