package io.zerobuffer.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * Measures the library and its alternatives in one run: round by round each of them once, each in two processes of its
 * own.
 */
@Command(
        name = "bench",
        description = "Measure this library and the alternatives in the same run.",
        sortOptions = false,
        usageHelpAutoWidth = true,
        footerHeading = "%nExit status:%n",
        footer = {
            "  0  every measurement succeeded",
            "  1  one failed, or a peer lost or changed a byte",
            "  2  bad arguments, or nothing could be started",
            "%nThe pieces one by one, in one thread: bench jmh [options of JMH]"
        })
public final class Bench implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final String GROWTH = "growth";

    @Option(
            names = "--quick",
            description =
                    "Two short rounds of fewer sizes and rates, without growth, in the same processes throughout: an"
                            + " impression in some two minutes.")
    private boolean quick;

    @Option(
            names = "--kinds",
            split = ",",
            paramLabel = "KIND",
            description = "round-trip, stream, fixed-rate, wake-up, idle, growth, check (default: all but check).")
    private List<String> kinds;

    @Option(
            names = {"--peers", "--only"},
            split = ",",
            paramLabel = "PEER",
            description = "What to compare (default: all; see --list).")
    private List<String> peers;

    @Option(
            names = "--sizes",
            split = ",",
            paramLabel = "BYTES",
            description = "Frame sizes of round-trip and stream (default: 64,1024,65536,1048576,3110416,6220800; quick:"
                    + " 64,65536,3110416).")
    private List<Integer> sizes;

    @Option(
            names = "--rates",
            split = ",",
            paramLabel = "FPS",
            description = "Frames per second of fixed-rate (default: 30,60,120,240,500,1000; quick: 60,1000).")
    private List<Integer> rates;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds (default: 5; quick: 2).")
    private Integer rounds;

    @Option(
            names = "--warm-up-ms",
            paramLabel = "MS",
            description = "Time before anything counts, each time (default: 1000; quick: 100).")
    private Integer warmUpMillis;

    @Option(names = "--ms", paramLabel = "MS", description = "Time that counts, each time (default: 2000; quick: 200).")
    private Integer millis;

    @Option(
            names = "--unpinned",
            description =
                    "Leave it to the system where the processes run, instead of giving each a processor of its own.")
    private boolean unpinned;

    @Option(
            names = "--distance",
            paramLabel = "NANOS|near",
            defaultValue = "0",
            description =
                    "Begin no measurement before a cache line goes forth and back between the two processors within so"
                            + " many nanoseconds (waits 60 s at most, each time), and repeat one that ended farther"
                            + " apart (5 times at most). 0 only reports how long it takes (default: ${DEFAULT-VALUE})."
                            + " near measures for some 20 s what the machine does, and takes 1.5 times the smallest"
                            + " distance of the nearest place that is taken for a fifth of the time: a host may move"
                            + " virtual processors nearer and farther, which changes all figures threefold.")
    private String maxDistance;

    @Option(
            names = "--reference",
            paramLabel = "PEER",
            defaultValue = "zerobuffer",
            description = "What ratios refer to (default: ${DEFAULT-VALUE}).")
    private String reference;

    @Option(
            names = "--output",
            paramLabel = "DIRECTORY",
            description = "Where report, JSON, plots and logs go (default: target/bench of the module).")
    private Path output;

    @Option(names = "--list", description = "List the peers, and how each is set up.")
    private boolean list;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    private final Path module;
    private final Map<Peer, Pair> pairs = new EnumMap<>(Peer.class);
    private boolean stopped;

    /**
     * @param module the directory of this Maven module
     */
    Bench(Path module) {
        this.module = module;
    }

    /**
     * @param arguments options
     */
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        Bench bench = new Bench(Path.of(System.getProperty("zerobuffer.benchmarks", "benchmarks")));
        System.exit(new CommandLine(bench)
                .setParameterExceptionHandler((mistake, words) -> explain(mistake.getMessage() + " (bench --help)"))
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure.toString()))
                .execute(arguments));
    }

    private static int explain(String failure) {
        System.err.println("bench: " + failure);
        return CommandLine.ExitCode.USAGE;
    }

    @Override
    public Integer call() throws IOException {
        if (list) {
            for (Peer peer : Peer.values()) {
                System.out.printf("%-20s %s%n", peer.label(), peer.description());
            }
            return CommandLine.ExitCode.OK;
        }
        Set<Peer> chosen = chosenPeers();
        Peer referencePeer = peer(reference);
        List<Cell> cells = plan(chosen);
        if (unpinned && !maxDistance.equals("0") || !maxDistance.matches("[0-9]{1,18}|" + DistanceLimit.NEAR)) {
            throw new ParameterException(
                    new CommandLine(this),
                    "--distance is between the two processors that the sides are pinned to: nanoseconds from 0 on, or "
                            + DistanceLimit.NEAR);
        }
        Pinning pinning = unpinned ? Pinning.none() : Pinning.oneEach();
        Path directory = output != null ? output : module.resolve("target/bench");
        try (Workplace workplace = Workplace.prepare(module, directory)) {
            java.lang.Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(workplace)));
            try (Distance distance = distance(pinning, workplace);
                    Report report = new Report(
                            directory,
                            referencePeer,
                            distance.limit(),
                            Machine.describe(pinning, distance.limit(), settings()))) {
                for (Cell cell : cells) {
                    measure(cell, workplace, pinning, distance);
                    report.add(cell);
                }
                stopPairs();
                report.finish(cells);
            }
        }
        return cells.stream().allMatch(cell -> cell.failures().isEmpty()) ? CommandLine.ExitCode.OK : FAILED;
    }

    private String settings() {
        return rounds() + " rounds, each " + warmUpMillis() + " ms to warm up and " + millis() + " ms measured, "
                + (quick ? "one pair of processes per peer throughout" : "new processes for every table");
    }

    private Distance distance(Pinning pinning, Workplace workplace) throws IOException {
        if (!maxDistance.equals(DistanceLimit.NEAR)) {
            return Distance.within(Long.parseLong(maxDistance), pinning, workplace);
        }
        progress("how near do the processors come?");
        try {
            return Distance.near(pinning, workplace);
        } catch (BenchmarkException e) {
            throw new IOException("measuring the distance of processors: " + e.getMessage(), e);
        }
    }

    private int rounds() {
        return rounds != null ? rounds : quick ? 2 : 5;
    }

    private int warmUpMillis() {
        return warmUpMillis != null ? warmUpMillis : quick ? 100 : 1000;
    }

    private int millis() {
        return millis != null ? millis : quick ? 200 : 2000;
    }

    private List<Integer> sizes() {
        return sizes != null
                ? sizes
                : quick
                        ? List.of(64, 65_536, Plan.VIDEO_FRAME)
                        : List.of(64, 1024, 65_536, 1 << 20, Plan.VIDEO_FRAME, 6_220_800);
    }

    private List<Integer> rates() {
        return rates != null ? rates : quick ? List.of(60, 1000) : List.of(30, 60, 120, 240, 500, 1000);
    }

    private Set<Peer> chosenPeers() {
        Set<Peer> chosen = EnumSet.noneOf(Peer.class);
        if (peers == null) {
            chosen.addAll(List.of(Peer.values()));
        } else {
            peers.forEach(label -> chosen.add(peer(label)));
        }
        return chosen;
    }

    private Peer peer(String label) {
        try {
            return Peer.of(label);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(new CommandLine(this), e.getMessage() + "; --list shows all", e);
        }
    }

    private List<Cell> plan(Collection<Peer> chosen) {
        List<Cell> cells = new ArrayList<>();
        List<String> wanted = kinds != null
                ? kinds
                : new ArrayList<>(List.of("round-trip", "stream", "fixed-rate", "wake-up", "idle"));
        if (kinds == null && !quick) {
            wanted.add(GROWTH);
        }
        Plan plan = new Plan(chosen, warmUpMillis(), millis());
        for (String kind : wanted) {
            if (kind.equals(GROWTH)) {
                cells.addAll(plan.growth());
                continue;
            }
            try {
                cells.addAll(plan.cells(Kind.of(kind), sizes(), rates()));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(new CommandLine(this), e.getMessage(), e);
            }
        }
        return cells.stream().filter(cell -> !cell.peers().isEmpty()).toList();
    }

    /** Round by round every peer once, so that what disturbs the machine for longer disturbs all of them. */
    private void measure(Cell cell, Workplace workplace, Pinning pinning, Distance distance) {
        OtherWork otherWork = new OtherWork();
        for (int round = 1; round <= rounds(); round++) {
            for (Peer peer : cell.peers()) {
                if (cell.failed(peer)) {
                    continue;
                }
                progress(cell.group() + ", " + cell.label() + ": round " + round + " of " + rounds() + ", "
                        + peer.label());
                try {
                    Pair pair = pair(peer, workplace, pinning);
                    cell.add(peer, distance.measure(() -> pair.measure(cell.job())));
                } catch (BenchmarkException e) {
                    cell.fail(peer, e.getMessage());
                    stopPair(peer);
                }
            }
        }
        progress("");
        cell.otherWork(otherWork.processors());
        if (!quick) {
            stopPairs();
        }
    }

    private Pair pair(Peer peer, Workplace workplace, Pinning pinning) throws BenchmarkException {
        if (!peer.runtime().isJava() && workplace.cProgram() == null) {
            throw new BenchmarkException("not compiled: needs gcc and make");
        }
        synchronized (pairs) {
            if (stopped) {
                throw new BenchmarkException("the run was stopped");
            }
            Pair pair = pairs.get(peer);
            if (pair == null) {
                pair = Pair.start(peer, workplace, pinning);
                pairs.put(peer, pair);
            }
            return pair;
        }
    }

    private void stop(Workplace workplace) {
        synchronized (pairs) {
            stopped = true;
            stopPairs();
        }
        workplace.close();
    }

    private void stopPairs() {
        synchronized (pairs) {
            pairs.values().forEach(Pair::close);
            pairs.clear();
        }
    }

    private void stopPair(Peer peer) {
        synchronized (pairs) {
            Pair pair = pairs.remove(peer);
            if (pair != null) {
                pair.close();
            }
        }
    }

    private static void progress(String what) {
        if (System.console() != null) {
            System.err.print("\r\033[K" + what);
            System.err.flush();
        }
    }

    /** For tests: what {@code --kinds check} does for some peers. */
    static List<Cell> check(Path module, Path output, List<Integer> sizes, Stream<Peer> chosen) throws IOException {
        Bench bench = new Bench(module);
        bench.quick = true;
        bench.rounds = 1;
        List<Cell> cells = new Plan(chosen.toList(), 0, 0).cells(Kind.CHECK, sizes, List.of());
        try (Workplace workplace = Workplace.prepare(module, output)) {
            cells.forEach(cell -> bench.measure(cell, workplace, Pinning.none(), Distance.unmeasured()));
            bench.stopPairs();
        }
        return cells;
    }
}
