package io.zerobuffer.stress;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long it took until a side said that the other was gone. */
final class Notices {
    private final List<Long> nanos = new ArrayList<>();

    void add(long nanosTaken) {
        nanos.add(Math.max(0, nanosTaken));
    }

    void addAll(Notices others) {
        nanos.addAll(others.nanos);
    }

    int count() {
        return nanos.size();
    }

    /** In milliseconds; 0 when there are none. */
    double percentile(double percent) {
        if (nanos.isEmpty()) {
            return 0;
        }
        Collections.sort(nanos);
        int index = (int) Math.ceil(percent / 100 * nanos.size()) - 1;
        return nanos.get(Math.max(0, index)) / 1e6;
    }
}
