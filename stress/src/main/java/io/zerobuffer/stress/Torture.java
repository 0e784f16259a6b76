package io.zerobuffer.stress;

import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Plays rounds with every pair in turn until the time is over, and prints the ledger. */
public final class Torture {
    private static final int SHORT_RUN_LONG_STOP_MILLIS = 3000;
    private static final int LONG_RUN_LONG_STOP_MILLIS = 60_000;

    private final Options options;
    private final Ledger ledger;
    private final Workshop workshop;
    private final Map<Pair, Crew> crews = new LinkedHashMap<>();
    private int round;
    private boolean longStopDone;

    private Torture(Options options) throws IOException, InterruptedException {
        this.options = options;
        this.ledger = new Ledger(options.seed(), options.pairs());
        this.workshop = new Workshop(options.root(), options.folder());
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 2 && arguments[0].equals("soak")) {
            System.exit(Soak.run(Double.parseDouble(arguments[1])) ? 0 : 1);
        }
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + System.lineSeparator() + Options.USAGE);
            System.exit(2);
            return;
        }
        Ledger ledger = run(options);
        System.out.print(ledger.text());
        if (options.json() != null) {
            Files.writeString(options.json(), ledger.json());
        }
        System.exit(ledger.isClean() ? 0 : 1);
    }

    static Ledger run(Options options) throws IOException, InterruptedException {
        System.out.println("seed " + options.seed());
        Torture torture = new Torture(options);
        torture.play();
        return torture.ledger;
    }

    private void play() throws IOException, InterruptedException {
        long start = System.nanoTime();
        long nanos = (long) (options.minutes() * TimeUnit.MINUTES.toNanos(1));
        SplittableRandom seeds = new SplittableRandom(options.seed());
        try {
            if (options.replay() != null) {
                play(options.pairs().getFirst(), options.replay(), 0);
                return;
            }
            while (System.nanoTime() - start < nanos) {
                for (Pair pair : options.pairs()) {
                    if (System.nanoTime() - start >= nanos) {
                        break;
                    }
                    boolean isHalfTime = System.nanoTime() - start > nanos / 2;
                    play(pair, seeds.nextLong() >>> 1, isHalfTime && !longStopDone ? longStopMillis() : 0);
                    longStopDone |= isHalfTime;
                }
            }
        } finally {
            for (Crew crew : crews.values()) {
                crew.close();
            }
            ledger.seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        }
    }

    private int longStopMillis() {
        return options.minutes() < 10 ? SHORT_RUN_LONG_STOP_MILLIS : LONG_RUN_LONG_STOP_MILLIS;
    }

    private void play(Pair pair, long seed, int longStopMillis) throws IOException, InterruptedException {
        Crew crew = crews.get(pair);
        if (crew == null) {
            crew = new Crew(pair, workshop);
            crews.put(pair, crew);
        }
        String name = "zb-torture-" + ProcessHandle.current().pid() + "-" + ++round;
        PairLedger pairLedger = ledger.pairs.get(pair);
        Round played = new Round(pair, name, seed, longStopMillis, crew, pairLedger);
        try {
            played.play();
        } catch (RoundFailure failure) {
            pairLedger.failedRounds++;
            String problem = "--pairs " + pair + " --replay " + seed + ": " + failure.getMessage();
            ledger.problems.add(problem);
            System.out.println("PROBLEM " + problem);
            keep(played, pair + "-" + seed, name);
            crew.abandon();
            TestBuffers.remove(TestBuffers.leftOf(name));
        }
    }

    private void keep(Round failed, String label, String name) throws IOException {
        Files.write(options.folder().resolve(label + ".log"), failed.log());
        for (Path file : TestBuffers.leftOf(name)) {
            Files.copy(
                    file,
                    options.folder().resolve(label + "." + file.getParent().getFileName() + "." + file.getFileName()));
        }
    }
}
