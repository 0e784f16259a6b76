package io.zerobuffer.stress;

import java.util.ArrayDeque;
import java.util.Deque;

/** Compares what arrives at one reader with what was written for it: every committed frame once, in order. */
final class Delivery {
    private static final int REMEMBERED = 256;

    private final Deque<ExpectedFrame> outstanding = new ArrayDeque<>();
    private final Deque<ExpectedFrame> arrived = new ArrayDeque<>();
    private final PairLedger ledger;

    Delivery(PairLedger ledger) {
        this.ledger = ledger;
    }

    void expect(ExpectedFrame frame) {
        outstanding.add(frame);
    }

    /** Takes a frame that came out of the ring; returns what is wrong with it, or null. */
    String arrive(int size, String crc) {
        ExpectedFrame frame = outstanding.stream()
                .filter(expected -> expected.isSame(size, crc))
                .findFirst()
                .orElse(null);
        if (frame == null) {
            boolean again = arrived.stream().anyMatch(old -> old.isSame(size, crc));
            if (again) {
                ledger.duplicated++;
            } else {
                ledger.damaged++;
            }
            return (again ? "duplicated" : "damaged") + ": " + size + " bytes, " + crc + ", expected "
                    + outstanding.peek();
        }
        String problem = null;
        while (outstanding.peek() != frame) {
            ExpectedFrame missing = outstanding.poll();
            if (missing.state == ExpectedFrame.State.COMMITTED || missing.state == ExpectedFrame.State.ASKED) {
                ledger.lost++;
                problem = "lost: " + missing + " before " + frame;
            }
        }
        outstanding.poll();
        if (frame.state == ExpectedFrame.State.NEVER) {
            problem = "a frame that was refused arrived: " + frame;
            ledger.duplicated++;
        }
        arrived.add(frame);
        if (arrived.size() > REMEMBERED) {
            arrived.poll();
        }
        ledger.frames++;
        ledger.bytes += size;
        return problem;
    }

    boolean hasCommitted() {
        return outstanding.stream().anyMatch(frame -> frame.state == ExpectedFrame.State.COMMITTED);
    }

    /**
     * The writer is gone and the reader said so: what was committed and has not arrived is lost. Returns what, or null.
     */
    String settle() {
        String problem = null;
        for (ExpectedFrame frame : outstanding) {
            if (frame.state == ExpectedFrame.State.COMMITTED) {
                ledger.lost++;
                problem = problem == null ? "lost at the end: " + frame : problem;
            }
        }
        return problem;
    }
}
