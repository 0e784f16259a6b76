package io.zerobuffer.benchmarks;

import io.zerobuffer.benchmarks.transport.Content;
import io.zerobuffer.benchmarks.transport.Payload;
import io.zerobuffer.benchmarks.transport.Sink;

/** Reads every line of every frame, and fails if a frame is missing, repeated, of the wrong size or not what was sent. */
final class FrameCheck implements Sink {
    private final Payload sent;
    private final boolean numbered;
    private final boolean everyByte;
    private long frames;
    private long stamp;

    /**
     * @param sent what the sender sends, but for the stamp
     * @param numbered whether the stamps are the numbers 1, 2, 3 …
     * @param everyByte whether to compare every byte
     */
    FrameCheck(Payload sent, boolean numbered, boolean everyByte) {
        this.sent = sent;
        this.numbered = numbered;
        this.everyByte = everyByte;
    }

    @Override
    public void accept(Content frame) {
        frames++;
        if (frame.size() != sent.size()) {
            throw new DamageException("frame " + frames + " has " + frame.size() + " bytes, not " + sent.size());
        }
        stamp = frame.getLong(0);
        if (Payload.sumOfLines(frame) != sent.expectedSum(stamp) || everyByte && !sent.sameBytes(frame)) {
            throw new DamageException("frame " + frames + " of " + frame.size() + " bytes is not what was sent");
        }
        if (numbered && Stamp.number(stamp) != frames) {
            throw new DamageException("frame " + Stamp.number(stamp) + " came when frame " + frames + " was due");
        }
    }

    /** Frames received. */
    long frames() {
        return frames;
    }

    /** The stamp of the last one. */
    long stamp() {
        return stamp;
    }
}
