package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A claim at the start of the ring, which leaves a note there, is given up; the next frame is committed elsewhere. */
@JCStressTest
@JCStressMeta(TwoFrames.class)
@State
public class Abort {
    private final Ring ring = Ring.drainedAt(Ring.CAPACITY - 60);

    @Actor
    public void writer() {
        ring.giveUp(100);
        ring.write(20);
        ring.write(30);
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
