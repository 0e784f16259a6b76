package io.zerobuffer.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.zerobuffer.internal.wire.HeaderBlock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * The reader of a dead writer gives back the space that is missing while a writer of another implementation, which
 * gives nothing back, attaches and commits. A lock keeps writers of this library out meanwhile.
 */
@JCStressTest
@Outcome(id = "frame 1, all", expect = ACCEPTABLE, desc = "The space was given back.")
@Outcome(id = "frame 1, some", expect = ACCEPTABLE, desc = "The writer came first: the space is still missing.")
@Outcome(id = "frame 1, too much", expect = FORBIDDEN, desc = "The space of the new frame was given away.")
@Outcome(
        id = {"nothing, .*", "torn, .*", "corrupt, .*", "gap, .*"},
        expect = FORBIDDEN,
        desc = "The new frame is lost.")
@State
public class LostSpaceFreed {
    private static final long WRITER_PID = 4711;

    private final Ring ring = Ring.used();

    public LostSpaceFreed() {
        ring.dieBeforeWritePosition(23, false);
    }

    @Actor
    public void writer() {
        HeaderBlock.writerPidRelease(ring.segment, WRITER_PID);
        ring.write(31);
    }

    @Actor
    public void reader() {
        ring.reader.freeUncommitted(() -> HeaderBlock.writerPidAcquire(ring.segment, 0) == 0);
    }

    @Arbiter
    public void after(LL_Result r) {
        r.r1 = ring.takeAndRelease();
        r.r2 = ring.free();
    }
}
