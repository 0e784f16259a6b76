package io.zerobuffer.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.internal.wire.MetadataBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A writer publishes metadata while the reader looks. */
@JCStressTest
@Outcome(id = "none", expect = ACCEPTABLE, desc = "Not published.")
@Outcome(id = "whole", expect = ACCEPTABLE, desc = "Published.")
@Outcome(
        id = {"torn", "corrupt"},
        expect = FORBIDDEN,
        desc = "Published without content or prefix.")
@State
public class Metadata {
    private static final SegmentLayout LAYOUT = new SegmentLayout(64, 64);
    private static final long CONTENT = 0x0123_4567_89ab_cdefL;

    private final MemorySegment segment = Memory.ofThisThread().allocate(LAYOUT.segmentSize());

    @Actor
    public void writer() {
        segment.set(ValueLayout.JAVA_LONG, MetadataBlock.CONTENT_OFFSET, CONTENT);
        MetadataBlock.publishRelease(segment, LAYOUT, Long.BYTES);
    }

    @Actor
    public void reader(L_Result r) {
        r.r1 = look();
    }

    private String look() {
        try {
            long size = MetadataBlock.contentSize("jcstress", segment, LAYOUT);
            if (size == MetadataBlock.NONE) {
                return "none";
            }
            return size == Long.BYTES && segment.get(ValueLayout.JAVA_LONG, MetadataBlock.CONTENT_OFFSET) == CONTENT
                    ? "whole"
                    : "torn";
        } catch (CorruptBufferException e) {
            return "corrupt";
        }
    }
}
