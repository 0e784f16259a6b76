package io.zerobuffer.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.zerobuffer.errors.ZeroBufferException;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A reader publishes a new buffer: whoever sees oieb_size sees the rest of the header block. */
@JCStressTest
@Outcome(id = "absent", expect = ACCEPTABLE, desc = "Not published.")
@Outcome(id = "complete", expect = ACCEPTABLE, desc = "Published.")
@Outcome(
        id = {"part", "corrupt"},
        expect = FORBIDDEN,
        desc = "Published without a field.")
@State
public class Publication {
    private static final SegmentLayout LAYOUT = new SegmentLayout(64, 64);
    private static final long READER_PID = 4711;

    private final MemorySegment segment = Memory.ofThisThread().allocate(LAYOUT.segmentSize());

    @Actor
    public void reader() {
        HeaderBlock.initialise(segment, LAYOUT);
        HeaderBlock.publishRelease(segment, READER_PID);
    }

    @Actor
    public void writer(L_Result r) {
        r.r1 = look();
    }

    private String look() {
        if (HeaderBlock.oiebSizeAcquire(segment) == 0) {
            return "absent";
        }
        try {
            boolean complete = SegmentLayout.read("jcstress", segment).equals(LAYOUT)
                    && HeaderBlock.payloadFreeBytesAcquire(segment, 0) == LAYOUT.payloadSize()
                    && HeaderBlock.readerPidAcquire(segment, 0) == READER_PID;
            return complete ? "complete" : "part";
        } catch (ZeroBufferException e) {
            return "corrupt";
        }
    }
}
