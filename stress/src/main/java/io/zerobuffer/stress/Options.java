package io.zerobuffer.stress;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What to torture.
 *
 * @param seed everything random follows from it
 * @param minutes no round is begun after that
 * @param pairs those played in turn
 * @param replay the seed of a single round to play, or null
 * @param json where to write the ledger as JSON, or null
 * @param folder for logs; holds the copies of what failed afterwards
 */
record Options(long seed, double minutes, List<Pair> pairs, Long replay, Path json, Path root, Path folder) {
    static final String USAGE = """
        usage: torture [--minutes N] [--seed N] [--pairs java-c,c-java,...] [--replay ROUND-SEED] [--json FILE]
        Writers and readers in Java, C and Python are killed, stopped and restarted; what arrives is counted. 2 minutes
        by default, all pairs.
        torture soak MINUTES streams undisturbed between two Java processes, and prints what they use.
        --replay plays one round again, as a failure told its seed; give its pair with --pairs.\
        """;

    static Options parse(String[] arguments) {
        long seed = System.nanoTime() & 0xffff_ffffL;
        double minutes = 2;
        List<Pair> pairs = Pair.all();
        Long replay = null;
        Path json = null;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " needs a value");
            }
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--seed" -> seed = Long.parseLong(value);
                case "--minutes" -> minutes = Double.parseDouble(value);
                case "--pairs" ->
                    pairs = Arrays.stream(value.split(",")).map(Pair::parse).toList();
                case "--replay" -> replay = Long.parseLong(value);
                case "--json" -> json = Path.of(value);
                default -> throw new IllegalArgumentException("no option " + arguments[i]);
            }
        }
        return in(Workshop.findRoot(Path.of("")), seed, minutes, pairs, replay, json);
    }

    static Options in(Path root, long seed, double minutes, List<Pair> pairs, Long replay, Path json) {
        return new Options(
                seed, minutes, pairs, replay, json, root, root.resolve(Path.of("stress", "target", "torture-" + seed)));
    }
}
