package io.zerobuffer.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Outcome;

/** What may become of held frames while a writer looks for room. */
@Outcome(id = "no room, intact", expect = ACCEPTABLE, desc = "The space was not given back in time.")
@Outcome(id = "written, intact", expect = ACCEPTABLE, desc = "The space was given back and used.")
@Outcome(id = ".*, overwritten", expect = FORBIDDEN, desc = "Space was handed out while a frame lay in it.")
final class HeldFrame {
    private HeldFrame() {}
}
