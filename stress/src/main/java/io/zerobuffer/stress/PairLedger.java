package io.zerobuffer.stress;

import io.zerobuffer.stress.KillPoint.Place;
import java.util.EnumMap;
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
    int reconnects;
    int lost;
    int duplicated;
    int damaged;
    int leftovers;
    int falseVerdicts;
    int failedRounds;
    long frames;
    long bytes;

    /** Released unseen by readers that asked for the latest. */
    long skipped;

    /** Kills by signal of the driver, by what the victim was doing. */
    final Map<String, Integer> kills = new TreeMap<>();

    final Map<KillPoint, Map<Place, Integer>> strikes = new EnumMap<>(KillPoint.class);

    /** From the death of a writer, or the last frame it left, to the word of a Java reader. */
    final Notices writerDeaths = new Notices();

    /** From the death of a reader to the word of a Java writer. */
    final Notices readerDeaths = new Notices();

    /** The same after a clean close, either way. */
    final Notices closes = new Notices();

    void kill(KillPoint.Role victim, String doing) {
        count(victim);
        kills.merge(victim.name().toLowerCase() + " " + doing, 1, Integer::sum);
    }

    void strike(Act.Strike strike) {
        count(strike.point().role);
        strikes.computeIfAbsent(strike.point(), point -> new EnumMap<>(Place.class)).merge(strike.place(), 1, Integer::sum);
    }

    private void count(KillPoint.Role victim) {
        if (victim == KillPoint.Role.WRITER) {
            writerKills++;
        } else {
            readerKills++;
        }
    }

    void add(PairLedger other) {
        rounds += other.rounds;
        acts += other.acts;
        writerKills += other.writerKills;
        readerKills += other.readerKills;
        stops += other.stops;
        collections += other.collections;
        recoveries += other.recoveries;
        reconnects += other.reconnects;
        skipped += other.skipped;
        lost += other.lost;
        duplicated += other.duplicated;
        damaged += other.damaged;
        leftovers += other.leftovers;
        falseVerdicts += other.falseVerdicts;
        failedRounds += other.failedRounds;
        frames += other.frames;
        bytes += other.bytes;
        other.kills.forEach((doing, count) -> kills.merge(doing, count, Integer::sum));
        other.strikes.forEach((point, counts) -> counts.forEach((place, count) ->
                strikes.computeIfAbsent(point, unseen -> new EnumMap<>(Place.class)).merge(place, count, Integer::sum)));
        writerDeaths.addAll(other.writerDeaths);
        readerDeaths.addAll(other.readerDeaths);
        closes.addAll(other.closes);
    }
}
