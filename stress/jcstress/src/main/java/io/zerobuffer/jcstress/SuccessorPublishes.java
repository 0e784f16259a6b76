package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A writer died before it made the header of a committed frame final: its successor does, and goes on. */
@JCStressTest
@JCStressMeta(TwoFrames.class)
@State
public class SuccessorPublishes {
    private final Ring ring = Ring.used();

    public SuccessorPublishes() {
        ring.dieBeforeFinalHeader(23);
    }

    @Actor
    public void writer() {
        ring.attach();
        ring.write(31);
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
