package io.zerobuffer.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Tables on standard output and in report.md as they come; JSON and plots at the end. */
final class Report implements AutoCloseable {
    private static final int SMALLEST_WITH_TWO_ROUTES = 5 << 19;

    private final Path directory;
    private final Peer reference;
    private final DistanceLimit distanceLimit;
    private final Map<String, String> machine;
    private final PrintWriter file;

    Report(Path directory, Peer reference, DistanceLimit distanceLimit, Map<String, String> machine)
            throws IOException {
        this.directory = directory;
        this.reference = reference;
        this.distanceLimit = distanceLimit;
        this.machine = machine;
        file = new PrintWriter(Files.newBufferedWriter(directory.resolve("report.md"), StandardCharsets.UTF_8), true);
        machine.forEach((name, value) -> line("- " + name + ": " + value));
        line("- columns: median of the rounds, (least – greatest); × " + reference.label()
                + " is the figure divided by that of " + reference.label()
                + " in the same round; CPU and allocation per frame of both processes together");
    }

    void add(Cell cell) {
        Kind kind = cell.job().kind();
        line("");
        line("### " + cell.group() + ", " + cell.label() + " (" + (kind.hasLatency() ? "p50, " : "") + kind.unit()
                + ")");
        line("");
        TextTable table = new TextTable(
                "peer", "median", "range", "p99", "CPU µs/frame", "bytes allocated", "× " + reference.label(), "range");
        cell.peers().stream().filter(cell::measured).forEach(peer -> table.add(row(cell, peer)));
        table.lines().forEach(this::line);
        cell.failures().forEach((peer, reason) -> line("\n" + peer.label() + " FAILED: " + reason));
        comparison(cell).ifPresent(this::line);
        routeChanges(cell).ifPresent(this::line);
        line("\nother work meanwhile: " + Text.number(cell.otherWork()) + " processors");
        cell.distance()
                .ifPresent(distance -> line("\ndistance of the processors: median " + Text.number(distance.median())
                        + " ns (" + range(distance) + ")" + fartherThan(distanceLimit.nanos(), cell)));
    }

    /** Which peers were measured farther apart than wanted, because waiting or repeating did not help. */
    static String fartherThan(long limit, Cell cell) {
        if (limit == 0) {
            return "";
        }
        String peers = cell.peers().stream()
                .filter(peer -> cell.fartherThan(limit, peer) > 0)
                .map(peer -> peer.label() + " " + cell.fartherThan(limit, peer) + " of "
                        + cell.of(peer).size())
                .collect(Collectors.joining(", "));
        return peers.isEmpty()
                ? ", all within " + limit + " ns"
                : "; FARTHER than " + limit + " ns all the same: " + peers;
    }

    /** Of this library, where its copies are large enough to have two routes; docs/decisions/0012. */
    static Optional<String> routeChanges(Cell cell) {
        if (cell.job().size() < SMALLEST_WITH_TWO_ROUTES) {
            return Optional.empty();
        }
        String peers = cell.peers().stream()
                .filter(peer -> peer.isOurs() && cell.measured(peer))
                .map(peer -> peer.label() + " "
                        + cell.of(peer).stream()
                                .map(one -> Long.toString(one.routeChanges()))
                                .collect(Collectors.joining(", ")))
                .collect(Collectors.joining("; "));
        return peers.isEmpty()
                ? Optional.empty()
                : Optional.of("\nchanges between through the cache and past it, round by round: " + peers);
    }

    private String[] row(Cell cell, Peer peer) {
        Spread value = cell.value(peer);
        String[] row = {
            peer.label(),
            Text.number(value.median()),
            range(value),
            Text.number(median(cell, peer, m -> m.latency(Outcome.P99))),
            Text.number(median(cell, peer, Measurement::cpuPerFrame)),
            Text.number(median(cell, peer, Measurement::allocatedPerFrame)),
            "–",
            "–"
        };
        if (cell.measured(reference)) {
            Spread ratio = cell.ratio(peer, reference);
            row[6] = Text.number(ratio.median());
            row[7] = range(ratio);
        }
        return row;
    }

    private static double median(Cell cell, Peer peer, java.util.function.ToDoubleFunction<Measurement> figure) {
        return Spread.of(cell.of(peer).stream().map(figure::applyAsDouble).toList())
                .median();
    }

    private static String range(Spread spread) {
        return Text.number(spread.least()) + " – " + Text.number(spread.greatest());
    }

    /** The best of ours against the best a Java program could use instead. */
    private static Optional<String> comparison(Cell cell) {
        Optional<Peer> ours = cell.bestOfOurs();
        Optional<Peer> other = cell.bestAlternative();
        if (ours.isEmpty() || other.isEmpty()) {
            return Optional.empty();
        }
        Spread ratio = cell.ratio(ours.get(), other.get());
        return Optional.of("\n" + ours.get().label() + " is " + Text.number(ratio.median()) + " × "
                + other.get().label() + ", the best alternative (" + range(ratio) + "; "
                + (cell.job().kind().lowerIsBetter() ? "less" : "more") + " is better)");
    }

    private void summarise(List<Cell> cells) {
        TextTable table = new TextTable("what", "case", "ours", "best alternative", "ratio", "range", "better is");
        boolean compared = false;
        for (Cell cell : cells) {
            Optional<Peer> ours = cell.bestOfOurs();
            Optional<Peer> other = cell.bestAlternative();
            if (ours.isPresent() && other.isPresent()) {
                Spread ratio = cell.ratio(ours.get(), other.get());
                table.add(
                        cell.group(),
                        cell.label(),
                        Text.number(cell.value(ours.get()).median()) + " "
                                + ours.get().label(),
                        Text.number(cell.value(other.get()).median()) + " "
                                + other.get().label(),
                        Text.number(ratio.median()),
                        range(ratio),
                        cell.job().kind().lowerIsBetter() ? "less" : "more");
                compared = true;
            }
        }
        if (compared) {
            line("");
            line("### Summary: best of ours ÷ best alternative");
            line("");
            table.lines().forEach(this::line);
        }
    }

    void finish(List<Cell> cells) throws IOException {
        summarise(cells);
        machine.put("load after", Machine.loadAverage());
        line("");
        line("- load after: " + machine.get("load after"));
        line("- other work, most during one table: "
                + Text.number(cells.stream().mapToDouble(Cell::otherWork).max().orElse(Double.NaN)) + " processors");
        JsonReport.write(directory.resolve("results.json"), machine, distanceLimit, cells);
        for (Map.Entry<String, List<Cell>> group : groups(cells).entrySet()) {
            if (group.getValue().size() > 1) {
                Path plot = directory.resolve(
                        group.getKey().toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".svg");
                Files.writeString(plot, Plot.of(group.getKey(), group.getValue()));
            }
        }
        line("- report, JSON, plots and logs: " + directory);
    }

    private static Map<String, List<Cell>> groups(List<Cell> cells) {
        Map<String, List<Cell>> groups = new LinkedHashMap<>();
        cells.forEach(cell -> groups.computeIfAbsent(cell.group(), any -> new java.util.ArrayList<>())
                .add(cell));
        return new TreeMap<>(groups);
    }

    private void line(String text) {
        System.out.println(text);
        file.println(text);
    }

    @Override
    public void close() {
        file.close();
    }
}
