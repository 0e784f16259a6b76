package io.zerobuffer.stress;

import java.util.Map;
import java.util.TreeMap;

/** What happened to one pair. */
final class PairLedger {
    int rounds;
    int acts;
    int writerKills;
    int readerKills;
    int stops;
    int collections;
    int recoveries;
    int lost;
    int duplicated;
    int damaged;
    int leftovers;
    int falseVerdicts;
    int failedRounds;
    long frames;
    long bytes;

    /** Kills by what the victim was doing, and by point and side of the point. */
    final Map<String, Integer> kills = new TreeMap<>();

    /** From the death of a writer, or the last frame it left, to the word of a Java reader. */
    final Notices writerDeaths = new Notices();

    /** From the death of a reader to the word of a Java writer. */
    final Notices readerDeaths = new Notices();

    /** The same after a clean close, either way. */
    final Notices closes = new Notices();

    void kill(KillPoint.Role victim, String where) {
        if (victim == KillPoint.Role.WRITER) {
            writerKills++;
        } else {
            readerKills++;
        }
        kills.merge(victim.name().toLowerCase() + ": " + where, 1, Integer::sum);
    }

    int kills() {
        return writerKills + readerKills;
    }

    void add(PairLedger other) {
        rounds += other.rounds;
        acts += other.acts;
        writerKills += other.writerKills;
        readerKills += other.readerKills;
        stops += other.stops;
        collections += other.collections;
        recoveries += other.recoveries;
        lost += other.lost;
        duplicated += other.duplicated;
        damaged += other.damaged;
        leftovers += other.leftovers;
        falseVerdicts += other.falseVerdicts;
        failedRounds += other.failedRounds;
        frames += other.frames;
        bytes += other.bytes;
        other.kills.forEach((where, count) -> kills.merge(where, count, Integer::sum));
        writerDeaths.addAll(other.writerDeaths);
        readerDeaths.addAll(other.readerDeaths);
        closes.addAll(other.closes);
    }
}
