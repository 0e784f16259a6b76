package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * Three frames fill the ring. The middle one is released first: its space lies behind that of the first, which is held.
 */
@JCStressTest
@JCStressMeta(HeldFrame.class)
@State
public class ReleaseOutOfOrder {
    private final Ring ring = new Ring();
    private final Ring.Held first = ring.hold(80);
    private final Ring.Held middle = ring.hold(64);
    private final Ring.Held last = ring.hold(64);

    @Actor
    public void writer(LL_Result r) {
        r.r1 = ring.write(60);
    }

    @Actor
    public void reader(LL_Result r) {
        middle.release();
        String before = Ring.allIntact(first, last);
        first.release();
        r.r2 = before == Ring.INTACT ? Ring.allIntact(last) : before;
    }
}
