package io.zerobuffer.stress.fuzz;

import io.zerobuffer.stress.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** Fuzzes the targets in turn, then live segments, and prints what came of it. */
public final class Fuzz {
    private static final String USAGE = """
        usage: fuzz [--minutes N] [--targets attach,take,metadata,queue,buffer,live] [--seed N] [--keep]
               fuzz replay TARGET FILE
        Jazzer makes up the content of segments, and a process scribbles over one in use; neither side may do worse
        than throw. 6 minutes by default, shared between all targets. --keep adds the inputs that cover more to
        stress/corpus; replay plays one input, as a finding named it.\
        """;

    static final String LIVE = "live";

    private final Path root;
    private final Path folder;
    private final long seed;
    final List<FuzzResult> results = new ArrayList<>();
    LiveLedger live;

    private Fuzz(Path root, long seed) throws IOException {
        this.root = root;
        this.seed = seed;
        this.folder = Files.createTempDirectory(root.resolve(Path.of("stress", "target")), "fuzz-" + seed + "-");
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 3 && arguments[0].equals("replay")) {
            Target.parse(arguments[1]).play(Files.readAllBytes(Path.of(arguments[2])));
            System.out.println("nothing found");
            return;
        }
        double minutes = 6;
        long seed = newSeed();
        boolean keep = false;
        List<String> names = new ArrayList<>(
                Arrays.stream(Target.values()).map(Target::toString).toList());
        names.add(LIVE);
        try {
            Iterator<String> options = List.of(arguments).iterator();
            while (options.hasNext()) {
                String option = options.next();
                switch (option) {
                    case "--minutes" -> minutes = Double.parseDouble(valueOf(option, options));
                    case "--targets" -> names = List.of(valueOf(option, options).split(","));
                    case "--seed" -> seed = Long.parseLong(valueOf(option, options));
                    case "--keep" -> keep = true;
                    default -> throw new IllegalArgumentException("no option " + option);
                }
            }
            names.stream().filter(name -> !name.equals(LIVE)).forEach(Target::parse);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + System.lineSeparator() + USAGE);
            System.exit(2);
        }
        Fuzz fuzz = run(Workshop.findRoot(Path.of("")), names, minutes * 60 / names.size(), seed, keep);
        System.out.print(fuzz.text());
        System.exit(fuzz.isClean() ? 0 : 1);
    }

    private static String valueOf(String option, Iterator<String> options) {
        if (!options.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return options.next();
    }

    static long newSeed() {
        return System.nanoTime() & Integer.MAX_VALUE;
    }

    static Path keptFile(Path root, Target target) {
        return root.resolve(Path.of("stress", "corpus", target.toString()));
    }

    static Fuzz run(Path root, List<String> names, double secondsEach, long seed, boolean keep)
            throws IOException, InterruptedException {
        System.out.println("seed " + seed);
        Fuzz fuzz = new Fuzz(root, seed);
        long seconds = Math.max(1, Math.round(secondsEach));
        for (String name : names) {
            if (name.equals(LIVE)) {
                fuzz.live = Live.run(fuzz.folder.resolve(LIVE), seconds, seed);
            } else {
                fuzz.play(Target.parse(name), seconds, keep);
            }
        }
        return fuzz;
    }

    private void play(Target target, long seconds, boolean keep) throws IOException, InterruptedException {
        Jazzer jazzer = new Jazzer(target, keptFile(root, target), folder.resolve(target.toString()));
        results.add(jazzer.fuzz(seconds, seed));
        if (keep) {
            jazzer.keep();
        }
    }

    boolean isClean() {
        return results.stream().allMatch(result -> result.findings().isEmpty()) && (live == null || live.isClean());
    }

    String text() {
        StringBuilder text = new StringBuilder("seed %d%n%n".formatted(seed));
        if (!results.isEmpty()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-10s%12s%10s%10s%10s%10s%n",
                    "target",
                    "inputs",
                    "corpus",
                    "edges",
                    "findings",
                    "seconds"));
            for (FuzzResult result : results) {
                text.append(String.format(
                        Locale.ROOT,
                        "%-10s%12d%10d%10d%10d%10d%n",
                        result.target(),
                        result.inputs(),
                        result.corpus(),
                        result.edges(),
                        result.findings().size(),
                        result.seconds()));
            }
        }
        if (live != null) {
            text.append("%nlive: %s".formatted(live.text()));
        }
        for (FuzzResult result : results) {
            result.findings()
                    .forEach(finding ->
                            text.append("PROBLEM stress/fuzz replay %s %s%n".formatted(result.target(), finding)));
        }
        return text.append(
                        "%n%s%n".formatted(isClean() ? "nothing worse than an exception of the library" : "NOT CLEAN"))
                .toString();
    }
}
