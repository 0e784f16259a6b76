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

/** A post about when the waiting side goes to sleep: it wakes up. */
@JCStressTest
@Outcome(id = "true, 0, 0", expect = ACCEPTABLE, desc = "The token arrives.")
@Outcome(expect = FORBIDDEN, desc = "The wake-up was lost, or the waiter is still counted.")
@State
public class PostAndSleep {
    /** A wake-up that is lost takes as long as this, and then the token is found. */
    private static final long PATIENCE_NANOS = 120_000_000_000L;

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
        long start = System.nanoTime();
        r.r1 = other.take(PATIENCE_NANOS) && System.nanoTime() - start < PATIENCE_NANOS;
    }

    @Arbiter
    public void after(ZII_Result r) {
        r.r2 = one.value();
        r.r3 = (int) Semaphores.waiters(word);
    }
}
