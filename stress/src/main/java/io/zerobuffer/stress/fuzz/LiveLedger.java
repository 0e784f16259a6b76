package io.zerobuffer.stress.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What came of scribbling over live segments. */
final class LiveLedger {
    final Map<String, Long> readerCounts = new TreeMap<>();
    final Map<String, Long> writerCounts = new TreeMap<>();
    final List<String> problems = new ArrayList<>();
    int rounds;
    long scribbles;
    int crashes;
    int hangs;
    int unexpected;
    int leftovers;
    long seconds;

    boolean isClean() {
        return problems.isEmpty();
    }

    String text() {
        StringBuilder text = new StringBuilder(
                "%d rounds, %d scribbles, %d s: %d crashes, %d hangs, %d unexpected exceptions, %d files left%n"
                        .formatted(rounds, scribbles, seconds, crashes, hangs, unexpected, leftovers));
        text.append(counts("reader", readerCounts)).append(counts("writer", writerCounts));
        problems.forEach(problem -> text.append("PROBLEM %s%n".formatted(problem)));
        return text.toString();
    }

    private static String counts(String side, Map<String, Long> counts) {
        StringBuilder lines = new StringBuilder();
        counts.forEach((what, count) -> lines.append("  %s %10d  %s%n".formatted(side, count, what)));
        return lines.toString();
    }
}
