package io.zerobuffer.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.zerobuffer.internal.wire.FrameHeader;
import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A pending header is made final, at any alignment: the sequence number of a final size is final, and the size is never
 * seen in parts.
 */
@JCStressTest
@Outcome(id = "pending, .*", expect = ACCEPTABLE, desc = "Not published.")
@Outcome(id = "final, final", expect = ACCEPTABLE, desc = "Published.")
@Outcome(id = "final, .*", expect = FORBIDDEN, desc = "The size was seen before the sequence number.")
@Outcome(id = "other, .*", expect = FORBIDDEN, desc = "The size was seen in parts.")
@State
public class FinalHeader {
    private static final long SIZE = 0x0123_4567_89ab_cdefL;
    private static final long SEQUENCE = 0x0fed_cba9_8765_4321L;

    /** Only to vary the states; that two threads may see one value does not matter. */
    private static int headers;

    private final MemorySegment segment = Memory.ofThisThread().allocate(128);
    private final long offset = 48 + (headers++ & 15);

    public FinalHeader() {
        FrameHeader.writePending(segment, offset, SIZE, SEQUENCE);
    }

    @Actor
    public void writer() {
        FrameHeader.write(segment, offset, SIZE, SEQUENCE);
    }

    @Actor
    public void reader(LL_Result r) {
        long size = FrameHeader.sizeAcquire(segment, offset);
        long sequence = FrameHeader.sequence(segment, offset);
        r.r1 = state(size, SIZE);
        r.r2 = state(sequence, SEQUENCE);
    }

    private static String state(long value, long last) {
        if (value == last) {
            return "final";
        }
        return value == (last | Long.MIN_VALUE) ? "pending" : "other";
    }
}
