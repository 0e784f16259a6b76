package io.zerobuffer.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The quick form. Longer: {@code stress/torture --minutes 60}, or {@code -Dtorture.minutes=60}; again:
 * {@code -Dtorture.seed=N}.
 */
@Tag("long")
class TortureTest {
    /** A slow machine is given more rounds, so that what is to happen has happened; longer than this is a hang. */
    private static final double MOST_MINUTES = 30;

    @Test
    void everyCommittedFrameArrivesOnceAndNothingIsLeftHoweverOftenASideIsKilledOrStopped() throws Exception {
        double minutes = Double.parseDouble(System.getProperty("torture.minutes", "1.6"));
        long seed = Long.getLong("torture.seed", System.nanoTime() & 0xffff_ffffL);

        PairLedger total = tortured(seed, minutes);
        for (double more = minutes; !isEverythingMet(total) && more < MOST_MINUTES; more *= 2) {
            total = tortured(seed, more);
        }

        assertTrue(total.writerKills > 0 && total.readerKills > 0, "both sides are killed");
        assertTrue(areKillPointsMet(total), "kill points are met");
        assertTrue(total.frames > 0 && total.recoveries > 0, "streams go on");
    }

    private static PairLedger tortured(long seed, double minutes) throws Exception {
        Ledger ledger = Torture.run(Options.in(Workshop.findRoot(Path.of("")), seed, minutes, Pair.all(), null, null));
        System.out.print(ledger.text());
        PairLedger total = ledger.total();
        assertTrue(ledger.problems.isEmpty(), () -> "seed " + seed + ": " + ledger.problems);
        assertEquals(0, total.lost, "lost");
        assertEquals(0, total.duplicated, "duplicated");
        assertEquals(0, total.damaged, "damaged");
        assertEquals(0, total.leftovers, "leftovers");
        assertEquals(0, total.falseVerdicts, "false death verdicts");
        return total;
    }

    private static boolean isEverythingMet(PairLedger total) {
        return total.writerKills > 0
                && total.readerKills > 0
                && areKillPointsMet(total)
                && total.frames > 0
                && total.recoveries > 0;
    }

    private static boolean areKillPointsMet(PairLedger total) {
        return total.kills.keySet().stream().anyMatch(where -> !where.contains("SIGKILL"));
    }
}
