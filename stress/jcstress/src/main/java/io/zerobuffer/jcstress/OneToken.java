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
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Two look for the only token. */
@JCStressTest
@Outcome(
        id = {"true, false, 0", "false, true, 0"},
        expect = ACCEPTABLE,
        desc = "One gets it.")
@Outcome(expect = FORBIDDEN, desc = "The token is taken twice, or by nobody, or is still there.")
@State
public class OneToken {
    private final MemorySegment word = Semaphores.newWord();
    private final Signal one = Semaphores.on(word);
    private final Signal other = Semaphores.on(word);

    public OneToken() {
        one.post();
    }

    @Actor
    public void one(ZZI_Result r) {
        r.r1 = one.tryTake();
    }

    @Actor
    public void other(ZZI_Result r) {
        r.r2 = other.tryTake();
    }

    @Arbiter
    public void after(ZZI_Result r) {
        r.r3 = one.value();
    }
}
