package io.zerobuffer.jcstress;

import io.zerobuffer.internal.wire.HeaderBlock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Broken on purpose: write_pos moves and the space is taken before there is a header. */
@JCStressTest
@JCStressMeta(OneFrame.class)
@State
public class SpaceTakenTooEarly {
    private final Ring ring = Ring.used();

    @Actor
    public void writer() {
        long position = HeaderBlock.payloadWritePositionAcquire(ring.segment, 0);
        HeaderBlock.payloadWritePositionRelease(ring.segment, 0, position + 1);
        HeaderBlock.addPayloadFreeBytesVolatile(ring.segment, 0, -39);
        Pause.aWhile();
        HeaderBlock.addPayloadFreeBytesVolatile(ring.segment, 0, 39);
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
