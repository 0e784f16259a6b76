package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A frame as large as the ring, for which a used one is rewound. */
@JCStressTest
@JCStressMeta(OneFrame.class)
@State
public class FullUsedRing {
    private final Ring ring = Ring.drainedAt(Ring.CAPACITY - 100);

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
