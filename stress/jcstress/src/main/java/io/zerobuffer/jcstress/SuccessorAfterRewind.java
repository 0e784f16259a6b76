package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A writer died while it rewound the ring: its successor gives the space back and begins at the start. */
@JCStressTest
@JCStressMeta(OneFrame.class)
@State
public class SuccessorAfterRewind {
    private final Ring ring = Ring.drainedAt(Ring.CAPACITY / 2);

    public SuccessorAfterRewind() {
        ring.dieBeforeWritePosition(Ring.CAPACITY / 2 + 30, true);
    }

    @Actor
    public void writer() {
        ring.attach();
        ring.write(Ring.CAPACITY / 2 + 10);
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
