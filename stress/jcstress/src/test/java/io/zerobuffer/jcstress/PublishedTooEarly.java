package io.zerobuffer.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Broken on purpose: a frame gets its bytes after it was committed. */
@JCStressTest
@JCStressMeta(OneFrame.class)
@State
public class PublishedTooEarly {
    private final Ring ring = Ring.used();

    @Actor
    public void writer() {
        long at = ring.writer.claim(23);
        ring.writer.commit();
        Pause.aWhile();
        ring.fill(at, 23);
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
