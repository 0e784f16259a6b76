package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A frame that ends the ring, without room for a marker, and one at the start. */
@JCStressTest
@JCStressMeta(TwoFrames.class)
@State
public class ExactEnd {
    private final Ring ring = Ring.drainedAt(Ring.CAPACITY - 40);

    @Actor
    public void writer() {
        ring.write(24);
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
