package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A frame that does not fit before the end: a marker is written there, the frame at the start. */
@JCStressTest
@JCStressMeta(TwoFrames.class)
@State
public class Wrap {
    private final Ring ring = Ring.drainedAt(Ring.CAPACITY - 40);

    @Actor
    public void writer() {
        ring.write(100);
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
