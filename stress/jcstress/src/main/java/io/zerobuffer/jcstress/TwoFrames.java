package io.zerobuffer.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Outcome;

/** What a reader that takes twice may see of a writer that publishes two frames, and what is left for it afterwards. */
@Outcome(id = "nothing, nothing, frame 1 frame 2", expect = ACCEPTABLE, desc = "No frame was published yet.")
@Outcome(
        id = {"nothing, frame 1, frame 2", "frame 1, nothing, frame 2"},
        expect = ACCEPTABLE,
        desc = "The first one was.")
@Outcome(
        id = "frame 1, frame 2, nothing",
        expect = ACCEPTABLE,
        desc = "Both were, each with its number, size and bytes.")
@Outcome(id = ".*nothing", expect = FORBIDDEN, desc = "A frame is lost.")
@Outcome(id = ".*frame 1.*frame 1.*", expect = FORBIDDEN, desc = "A frame came twice.")
@Outcome(id = ".*torn.*", expect = FORBIDDEN, desc = "A frame without its bytes, or of another size.")
@Outcome(id = ".*corrupt.*", expect = FORBIDDEN, desc = "Nothing in the ring is impossible at any moment.")
@Outcome(id = ".*gap.*", expect = FORBIDDEN, desc = "The frames have the next numbers.")
final class TwoFrames {
    private TwoFrames() {}
}
