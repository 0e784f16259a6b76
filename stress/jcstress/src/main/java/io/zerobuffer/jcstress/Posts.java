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

/** Both sides post: no token is lost. */
@JCStressTest
@Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "Two posts, two tokens, no waiter.")
@Outcome(expect = FORBIDDEN, desc = "A token is lost, or a waiter was made up.")
@State
public class Posts {
    private final MemorySegment word = Semaphores.newWord();
    private final Signal one = Semaphores.on(word);
    private final Signal other = Semaphores.on(word);

    @Actor
    public void one() {
        one.post();
    }

    @Actor
    public void other() {
        other.post();
    }

    @Arbiter
    public void after(II_Result r) {
        r.r1 = one.value();
        r.r2 = (int) Semaphores.waiters(word);
    }
}
