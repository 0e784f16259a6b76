package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** The same with a frame as large as the ring. */
@JCStressTest
@JCStressMeta(OneFrame.class)
@State
public class SuccessorPublishesFullRing {
    private final Ring ring = new Ring();

    public SuccessorPublishesFullRing() {
        ring.dieBeforeFinalHeader(Ring.LARGEST);
    }

    @Actor
    public void writer() {
        ring.attach();
    }

    @Actor
    public void reader(LL_Result r) {
        r.r1 = ring.take();
    }

    @Arbiter
    public void after(LL_Result r) {
        r.r2 = ring.rest();
    }
}
