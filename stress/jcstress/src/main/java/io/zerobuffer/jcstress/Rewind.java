package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A frame that fits neither before the end nor behind a marker: the writer sets both positions of the drained ring to 0
 * while the reader looks.
 */
@JCStressTest
@JCStressMeta(OneFrame.class)
@State
public class Rewind {
    private final Ring ring = Ring.drainedAt(Ring.CAPACITY / 2);

    @Actor
    public void writer() {
        ring.write(Ring.CAPACITY / 2 + 30);
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
