package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** The reader reads a frame that fills the ring and releases it; the writer takes the space at once. */
@JCStressTest
@JCStressMeta(HeldFrame.class)
@State
public class Release {
    private final Ring ring = new Ring();
    private final Ring.Held frame = ring.hold(Ring.LARGEST);

    @Actor
    public void writer(LL_Result r) {
        r.r1 = ring.write(Ring.LARGEST);
    }

    @Actor
    public void reader(LL_Result r) {
        r.r2 = Ring.allIntact(frame);
        frame.release();
    }
}
