package io.zerobuffer.stress;

import io.zerobuffer.stress.KillPoint.Place;
import java.util.concurrent.atomic.AtomicInteger;

/** Ends this process by SIGKILL at the n-th time it passes an armed site. {@link KillAgent} puts the calls into the library. */
public final class KillSwitch {
    private static final int NOTHING = -1;

    private static final long OWN_PID = ProcessHandle.current().pid();
    private static final AtomicInteger REMAINING = new AtomicInteger();

    /** The method in which the points of a departure are met; most of their methods are called elsewhere, too. */
    private static final int DEPARTURE = KillPoint.DEPARTURE_IS_REPORTED.methodNumber();

    private static volatile int armed = NOTHING;
    private static volatile boolean armedForDeparture;
    private static volatile boolean inDeparture;

    private KillSwitch() {}

    static int site(int method, Place place) {
        return method * Place.values().length + place.ordinal();
    }

    static void arm(KillPoint point, Place place, int call) {
        armed = NOTHING;
        REMAINING.set(call);
        armedForDeparture = point.phase == KillPoint.Phase.DEPARTURE;
        armed = site(point.methodNumber(), place);
    }

    static void disarm() {
        armed = NOTHING;
    }

    /** Called by the library's methods. */
    public static void pass(int site) {
        if (site == site(DEPARTURE, Place.BEFORE)) {
            inDeparture = true;
        }
        if (site == armed && (inDeparture || !armedForDeparture) && REMAINING.decrementAndGet() == 0) {
            Signals.send(OWN_PID, Signals.KILL);
        }
        if (site == site(DEPARTURE, Place.AFTER)) {
            inDeparture = false;
        }
    }
}
