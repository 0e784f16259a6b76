package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A frame is committed anywhere in a used ring while the reader looks. */
@JCStressTest
@JCStressMeta(OneFrame.class)
@State
public class Commit {
    private final Ring ring = Ring.used();

    @Actor
    public void writer() {
        ring.write(23);
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
