package io.zerobuffer.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.zerobuffer.internal.os.Signal;
import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZII_Result;

/** A post about when the time of the sleeping side is over. */
@JCStressTest
@Outcome(
        id = {"true, 0, 0", "false, 1, 0"},
        expect = ACCEPTABLE,
        desc = "The token was taken, or is there.")
@Outcome(expect = FORBIDDEN, desc = "A token is lost or doubled, or the waiter is still counted.")
@State
public class PostAndTimeout {
    /** A little more than a taker spins. */
    private static final long PATIENCE_NANOS = 60_000;

    private final MemorySegment word = Semaphores.newWord();
    private final Signal one = Semaphores.on(word);
    private final Signal other = Semaphores.on(word);

    @Actor
    public void poster() {
        Pause.aWhile();
        one.post();
    }

    @Actor
    public void taker(ZII_Result r) {
        r.r1 = other.take(PATIENCE_NANOS);
    }

    @Arbiter
    public void after(ZII_Result r) {
        r.r2 = one.value();
        r.r3 = (int) Semaphores.waiters(word);
    }
}
