package io.zerobuffer.stress;

import java.util.ArrayDeque;
import java.util.Deque;

/** Compares what arrives at one reader with what was written for it: every committed frame once, in order. */
final class Delivery {
    private static final int REMEMBERED = 256;

    private final Deque<ExpectedFrame> outstanding = new ArrayDeque<>();
    private final Deque<ExpectedFrame> arrived = new ArrayDeque<>();
    private final PairLedger ledger;
    private long lastSequence;

    Delivery(PairLedger ledger) {
        this.ledger = ledger;
    }

    void expect(ExpectedFrame frame) {
        outstanding.add(frame);
    }

    /**
     * Takes a frame that came out of the ring; returns what is wrong with it, or null.
     *
     * @param skipped how many the reader says it released unseen before this one: exactly those that are missing
     */
    String arrive(long sequence, int size, String crc, long skipped) {
        ExpectedFrame frame = outstanding.stream().filter(expected -> expected.isSame(size, crc)).findFirst().orElse(null);
        if (frame == null) {
            boolean again = arrived.stream().anyMatch(old -> old.isSame(size, crc));
            if (again) {
                ledger.duplicated++;
            } else {
                ledger.damaged++;
            }
            return (again ? "duplicated" : "damaged") + ": " + size + " bytes, " + crc + ", expected " + outstanding.peek();
        }
        String problem = passOver(frame, skipped);
        outstanding.poll();
        if (frame.state == ExpectedFrame.State.NEVER) {
            problem = "a frame that was refused arrived: " + frame;
            ledger.duplicated++;
        }
        // 1 is how a writer begins that cannot tell the number of the last frame before it.
        if (sequence != lastSequence + skipped + 1 && sequence != 1) {
            problem = "sequence number " + sequence + " of " + frame + " after " + lastSequence + " and " + skipped + " skipped";
            ledger.damaged++;
        }
        lastSequence = sequence;
        remember(frame);
        ledger.frames++;
        ledger.bytes += size;
        ledger.skipped += skipped;
        return problem;
    }

    /** Drops those in front of a frame, and returns what is wrong if not just so many were skipped. */
    private String passOver(ExpectedFrame frame, long skipped) {
        int written = 0;
        int maybeWritten = 0;
        while (outstanding.peek() != frame) {
            ExpectedFrame missing = outstanding.poll();
            written += missing.state == ExpectedFrame.State.COMMITTED || missing.state == ExpectedFrame.State.ASKED ? 1 : 0;
            maybeWritten += missing.state == ExpectedFrame.State.IN_FLIGHT ? 1 : 0;
            remember(missing);
        }
        if (skipped < written) {
            ledger.lost += (int) (written - skipped);
            return "lost: " + (written - skipped) + " frames before " + frame;
        }
        if (skipped > written + maybeWritten) {
            ledger.duplicated += (int) (skipped - written - maybeWritten);
            return skipped + " frames skipped before " + frame + ", but at most " + (written + maybeWritten) + " were written";
        }
        return null;
    }

    /** Whoever comes again, seen or skipped, is a duplicate. */
    private void remember(ExpectedFrame frame) {
        arrived.add(frame);
        if (arrived.size() > REMEMBERED) {
            arrived.poll();
        }
    }

    boolean hasCommitted() {
        return outstanding.stream().anyMatch(frame -> frame.state == ExpectedFrame.State.COMMITTED);
    }

    /** The writer is gone and the reader said so: what was committed and has not arrived is lost. Returns what, or null. */
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
