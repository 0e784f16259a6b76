package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A writer died after it took the space of a frame: what is missing looks unread while its successor commits. */
@JCStressTest
@JCStressMeta(TwoFrames.class)
@State
public class SuccessorAfterLostSpace {
    private final Ring ring = Ring.used();

    public SuccessorAfterLostSpace() {
        ring.dieBeforeWritePosition(23, false);
    }

    @Actor
    public void writer() {
        ring.attach();
        ring.write(31);
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
