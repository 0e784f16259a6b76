package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A frame as large as the ring: afterwards the positions meet as in an empty one. */
@JCStressTest
@JCStressMeta(OneFrame.class)
@State
public class FullRing {
    private final Ring ring = new Ring();

    @Actor
    public void writer() {
        ring.write(Ring.LARGEST);
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
