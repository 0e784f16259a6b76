package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A writer died before it made the header of the second of two frames that fill the ring final. The positions meet, and
 * between them lies all of it.
 */
@JCStressTest
@JCStressMeta(TwoFrames.class)
@State
public class SuccessorPublishesFullRing {
    private final Ring ring = Ring.drainedAt(Ring.CAPACITY / 2);

    public SuccessorPublishesFullRing() {
        ring.write(112);
        ring.dieBeforeFinalHeader(112);
    }

    @Actor
    public void writer() {
        ring.attach();
    }

    @Actor
    public void reader(LLL_Result r) {
        r.r1 = ring.take();
        r.r2 = ring.take();
    }

    @Arbiter
    public void after(LLL_Result r) {
        r.r3 = ring.rest();
    }
}
