package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two frames of different sizes are committed in a row while the reader takes. */
@JCStressTest
@JCStressMeta(TwoFrames.class)
@State
public class TwoCommits {
    private final Ring ring = Ring.used();

    @Actor
    public void writer() {
        ring.write(41);
        ring.write(7);
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
