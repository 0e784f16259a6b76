package io.zerobuffer.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Outcome;

/** What a reader may see of a writer that publishes one frame, and what is left for it afterwards. */
@Outcome(id = "nothing, frame 1", expect = ACCEPTABLE, desc = "The frame was not published yet.")
@Outcome(id = "frame 1, nothing", expect = ACCEPTABLE, desc = "The frame with its number, size and bytes.")
@Outcome(id = "nothing, nothing", expect = FORBIDDEN, desc = "The frame is lost.")
@Outcome(id = "frame 1, frame 1", expect = FORBIDDEN, desc = "The frame came twice.")
@Outcome(id = ".*torn.*", expect = FORBIDDEN, desc = "A frame without its bytes, or of another size.")
@Outcome(id = ".*corrupt.*", expect = FORBIDDEN, desc = "Nothing in the ring is impossible at any moment.")
@Outcome(id = ".*gap.*", expect = FORBIDDEN, desc = "The frame has the next number.")
final class OneFrame {
    private OneFrame() {}
}
