package io.zerobuffer.stress;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run did and found, as text and as JSON. */
final class Ledger {
    /** What the run leaves out, because the protocol documents it as not promised. */
    static final List<String> LIMITS = List.of(
            "C and Python peers run in their v1 flavour only",
            "after a C or Python writer was killed in the middle of a stream its buffer is drained and closed, not"
                    + " continued: a successor of theirs need not finish its commit",
            "the same after a Java writer was killed between taking a frame's space and moving write_pos, and read by"
                    + " C or Python: only a Java reader gives that space back",
            "death notices are measured for Java sides only",
            "kill points are instrumented in Java sides only");

    final long seed;
    final Map<Pair, PairLedger> pairs = new LinkedHashMap<>();
    final List<String> problems = new ArrayList<>();
    long seconds;

    Ledger(long seed, List<Pair> pairs) {
        this.seed = seed;
        pairs.forEach(pair -> this.pairs.put(pair, new PairLedger()));
    }

    PairLedger total() {
        PairLedger total = new PairLedger();
        pairs.values().forEach(total::add);
        return total;
    }

    /** Whether nothing was found that must not be. */
    boolean isClean() {
        PairLedger total = total();
        return total.lost
                                + total.duplicated
                                + total.damaged
                                + total.leftovers
                                + total.falseVerdicts
                                + total.failedRounds
                        == 0
                && problems.isEmpty();
    }

    String text() {
        StringBuilder text = new StringBuilder("seed %d, %d s%n%n".formatted(seed, seconds));
        text.append(line(
                "writer-reader",
                "rounds",
                "acts",
                "kills w",
                "kills r",
                "stops",
                "GCs",
                "frames",
                "GB",
                "recovered",
                "lost",
                "dupl",
                "damaged",
                "left",
                "false",
                "failed"));
        pairs.forEach((pair, ledger) -> text.append(row(pair.toString(), ledger)));
        PairLedger total = total();
        text.append(row("all", total));
        text.append(System.lineSeparator());
        text.append(notices("Java reader notices a dead writer", total.writerDeaths));
        text.append(notices("Java writer notices a dead reader", total.readerDeaths));
        text.append(notices("Java side notices a close", total.closes));
        text.append("%nkills%n".formatted());
        total.kills.forEach((where, count) -> text.append("  %6d  %s%n".formatted(count, where)));
        text.append("%nnot tested%n".formatted());
        LIMITS.forEach(limit -> text.append("  ").append(limit).append(System.lineSeparator()));
        problems.forEach(problem -> text.append("%nPROBLEM %s%n".formatted(problem)));
        text.append("%n%s%n"
                .formatted(
                        isClean()
                                ? "nothing lost, duplicated, damaged or left behind; nobody declared dead who was not"
                                : "NOT CLEAN"));
        return text.toString();
    }

    String json() {
        StringBuilder json = new StringBuilder(
                "{\"seed\":%d,\"seconds\":%d,\"clean\":%b,\"total\":".formatted(seed, seconds, isClean()));
        json.append(json(total())).append(",\"pairs\":{");
        String separator = "";
        for (Map.Entry<Pair, PairLedger> pair : pairs.entrySet()) {
            json.append(separator)
                    .append(quoted(pair.getKey().toString()))
                    .append(':')
                    .append(json(pair.getValue()));
            separator = ",";
        }
        return json.append("},\"limits\":")
                .append(list(LIMITS))
                .append(",\"problems\":")
                .append(list(problems))
                .append("}\n")
                .toString();
    }

    private static String row(String name, PairLedger ledger) {
        return line(
                name,
                ledger.rounds,
                ledger.acts,
                ledger.writerKills,
                ledger.readerKills,
                ledger.stops,
                ledger.collections,
                ledger.frames,
                String.format(Locale.ROOT, "%.2f", ledger.bytes / 1e9),
                ledger.recoveries,
                ledger.lost,
                ledger.duplicated,
                ledger.damaged,
                ledger.leftovers,
                ledger.falseVerdicts,
                ledger.failedRounds);
    }

    private static String line(Object... cells) {
        StringBuilder line = new StringBuilder("%-14s".formatted(cells[0]));
        for (int i = 1; i < cells.length; i++) {
            line.append("%10s".formatted(cells[i]));
        }
        return line.append(System.lineSeparator()).toString();
    }

    private static String notices(String what, Notices notices) {
        return String.format(
                Locale.ROOT,
                "%s: %d times, p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                what,
                notices.count(),
                notices.percentile(50),
                notices.percentile(99),
                notices.percentile(100));
    }

    private static String json(PairLedger ledger) {
        StringBuilder kills = new StringBuilder("{");
        ledger.kills.forEach((where, count) -> kills.append(kills.length() > 1 ? "," : "")
                .append(quoted(where))
                .append(':')
                .append(count));
        return ("{\"rounds\":%d,\"acts\":%d,\"writerKills\":%d,\"readerKills\":%d,\"stops\":%d,\"collections\":%d,"
                        + "\"frames\":%d,\"bytes\":%d,\"recoveries\":%d,\"lost\":%d,\"duplicated\":%d,\"damaged\":%d,"
                        + "\"leftovers\":%d,\"falseVerdicts\":%d,\"failedRounds\":%d,"
                        + "\"writerDeathNotice\":%s,\"readerDeathNotice\":%s,\"closeNotice\":%s,\"kills\":%s}}")
                .formatted(
                        ledger.rounds,
                        ledger.acts,
                        ledger.writerKills,
                        ledger.readerKills,
                        ledger.stops,
                        ledger.collections,
                        ledger.frames,
                        ledger.bytes,
                        ledger.recoveries,
                        ledger.lost,
                        ledger.duplicated,
                        ledger.damaged,
                        ledger.leftovers,
                        ledger.falseVerdicts,
                        ledger.failedRounds,
                        json(ledger.writerDeaths),
                        json(ledger.readerDeaths),
                        json(ledger.closes),
                        kills);
    }

    private static String json(Notices notices) {
        return String.format(
                Locale.ROOT,
                "{\"count\":%d,\"p50Millis\":%.3f,\"p99Millis\":%.3f,\"maxMillis\":%.3f}",
                notices.count(),
                notices.percentile(50),
                notices.percentile(99),
                notices.percentile(100));
    }

    private static String list(List<String> texts) {
        return texts.stream().map(Ledger::quoted).toList().toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            quoted.append(
                    c < ' ' ? "\\u%04x".formatted((int) c) : c == '"' || c == '\\' ? "\\" + c : String.valueOf(c));
        }
        return quoted.append('"').toString();
    }
}
