package io.zerobuffer.interop;

import java.util.ArrayList;
import java.util.List;

/** Who reads and who writes. At least one of them is this library. */
record Pair(PeerKind reader, PeerKind writer) {
    private static final List<String> PUBLISHED = List.of("cpp", "csharp", "python");

    /** Every pair the suite runs its scenarios with. */
    static List<Pair> all() {
        List<Pair> pairs = new ArrayList<>();
        pairs.add(new Pair(PeerKind.JAVA_THREAD, PeerKind.JAVA_THREAD));
        pairs.add(new Pair(PeerKind.JAVA, PeerKind.JAVA));
        for (PeerKind foreign : List.of(PeerKind.C, PeerKind.PYTHON)) {
            addBothRoles(pairs, foreign);
            PUBLISHED.forEach(flavour -> addBothRoles(pairs, foreign.as(flavour)));
        }
        return List.copyOf(pairs);
    }

    private static void addBothRoles(List<Pair> pairs, PeerKind foreign) {
        pairs.add(new Pair(PeerKind.JAVA, foreign));
        pairs.add(new Pair(foreign, PeerKind.JAVA));
    }

    @Override
    public String toString() {
        return reader + " reads, " + writer + " writes";
    }
}
