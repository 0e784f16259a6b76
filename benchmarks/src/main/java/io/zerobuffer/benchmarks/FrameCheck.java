package io.zerobuffer.benchmarks;

import io.zerobuffer.benchmarks.transport.Content;
import io.zerobuffer.benchmarks.transport.Payload;
import io.zerobuffer.benchmarks.transport.Sink;

/**
 * Reads every line of every frame, and fails if a frame is missing, repeated, of the wrong size or not what was sent.
 */
final class FrameCheck implements Sink {
    private final Payload sent;
    private final boolean numbered;
    private final boolean everyByte;
    private long frames;

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
        long stamp = frame.getLong(0);
        if (frame.size() != sent.size()
                || Payload.sumOfLines(frame) != sent.expectedSum(stamp)
                || numbered && Stamp.number(stamp) != frames
                || everyByte && !sent.sameBytes(frame)) {
            throw damage(frame.size(), stamp);
        }
    }

    /** Apart, so that the rest is small enough to be inlined where frames are taken. */
    private DamageException damage(int size, long stamp) {
        return new DamageException("what came as frame " + frames + " is not what was sent: number="
                + Stamp.number(stamp) + " size=" + size + " size sent=" + sent.size());
    }

    /** Frames received. */
    long frames() {
        return frames;
    }
}
