package io.zerobuffer.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A frame is released while another one is committed: both change payload_free_bytes. */
@JCStressTest
@Outcome(id = "frame 1, all", expect = ACCEPTABLE, desc = "Once everything is released, everything is free.")
@Outcome(id = "frame 1, .*", expect = FORBIDDEN, desc = "Space is lost, or there twice.")
@Outcome(
        id = {"nothing, .*", "torn, .*", "corrupt, .*", "gap, .*"},
        expect = FORBIDDEN,
        desc = "The new frame is lost.")
@State
public class ReleaseAndCommit {
    private final Ring ring = Ring.used();
    private final Ring.Held frame = ring.hold(23);

    @Actor
    public void writer() {
        ring.write(31);
    }

    @Actor
    public void reader() {
        frame.release();
    }

    @Arbiter
    public void after(LL_Result r) {
        r.r1 = ring.takeAndRelease();
        r.r2 = ring.free();
    }
}
