package io.zerobuffer.stress;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends this process by SIGKILL at the n-th time it passes an armed site. {@link KillAgent} puts the calls into the
 * library.
 */
public final class KillSwitch {
    private static final int NOTHING = -1;

    private static final long OWN_PID = ProcessHandle.current().pid();
    private static final AtomicInteger REMAINING = new AtomicInteger();

    private static volatile int armed = NOTHING;

    private KillSwitch() {}

    /** A site is a method's number, twice, and 1 more behind the method than in front of it. */
    static int site(int method, boolean behind) {
        return 2 * method + (behind ? 1 : 0);
    }

    static void arm(KillPoint point, boolean behind, int call) {
        armed = NOTHING;
        REMAINING.set(call);
        armed = site(KillPoint.methodNumber(point.owner, point.method), behind);
    }

    static void disarm() {
        armed = NOTHING;
    }

    /** Called by the library's methods. */
    public static void pass(int site) {
        if (site == armed && REMAINING.decrementAndGet() == 0) {
            Signals.send(OWN_PID, Signals.KILL);
        }
    }
}
