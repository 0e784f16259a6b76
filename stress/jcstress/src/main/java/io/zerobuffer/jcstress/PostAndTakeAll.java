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
import org.openjdk.jcstress.infra.results.II_Result;

/** A post while the other side empties the semaphore of a token. Somebody is counted as waiting. */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The post came first.")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The post came last.")
@Outcome(expect = FORBIDDEN, desc = "More tokens than posts, or another number of waiters.")
@State
public class PostAndTakeAll {
    private final MemorySegment word = Semaphores.newWord();
    private final Signal one = Semaphores.on(word);
    private final Signal other = Semaphores.on(word);

    public PostAndTakeAll() {
        one.post();
        Semaphores.addWaiter(word);
    }

    @Actor
    public void poster() {
        one.post();
    }

    @Actor
    public void taker() {
        other.takeAll();
    }

    @Arbiter
    public void after(II_Result r) {
        r.r1 = one.value();
        r.r2 = (int) Semaphores.waiters(word);
    }
}
