package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A frame in front of a marker and one behind it are held. The one in front is released: the space of the marker is
 * not.
 */
@JCStressTest
@JCStressMeta(HeldFrame.class)
@State
public class ReleaseBeforeWrap {
    private final Ring ring = Ring.drainedAt(128);
    private final Ring.Held front = ring.hold(48);
    private final Ring.Held behind = ring.hold(84);

    @Actor
    public void writer(LL_Result r) {
        r.r1 = ring.write(76);
        ring.write(48);
    }

    @Actor
    public void reader(LL_Result r) {
        front.release();
        r.r2 = Ring.allIntact(behind);
    }
}
