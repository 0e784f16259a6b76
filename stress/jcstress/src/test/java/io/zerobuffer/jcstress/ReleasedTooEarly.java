package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Broken on purpose: a frame is released before it is read. */
@JCStressTest
@JCStressMeta(HeldFrame.class)
@State
public class ReleasedTooEarly {
    private final Ring ring = new Ring();
    private final Ring.Held frame = ring.hold(Ring.LARGEST);

    @Actor
    public void writer(LL_Result r) {
        r.r1 = ring.write(Ring.LARGEST);
    }

    @Actor
    public void reader(LL_Result r) {
        frame.release();
        Pause.aWhile();
        r.r2 = Ring.allIntact(frame);
    }
}
