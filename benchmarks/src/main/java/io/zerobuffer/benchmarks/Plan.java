package io.zerobuffer.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Which cells a run has. */
final class Plan {
    /** 1080p in 4:2:0: what the published benchmark of the other implementations sends. */
    static final int VIDEO_FRAME = 3_110_416;

    private static final Set<Peer> GROWING = EnumSet.of(Peer.ZEROBUFFER, Peer.ZEROBUFFER_CLAIM);
    private static final int RING_STUDY_FRAME = 4 << 10;
    private static final int COUNT_STUDY_FRAME = 1 << 10;
    /** The first lap of a new ring is slower; this passes it. */
    private static final int WARM_UP_MEGABYTES_PER_MILLI = 1;

    private final Collection<Peer> peers;
    private final int warmUpMillis;
    private final int millis;

    Plan(Collection<Peer> peers, int warmUpMillis, int millis) {
        this.peers = peers;
        this.warmUpMillis = warmUpMillis;
        this.millis = millis;
    }

    List<Cell> cells(Kind kind, List<Integer> sizes, List<Integer> rates) {
        return switch (kind) {
            case FIXED_RATE ->
                rates.stream()
                        .map(rate -> new Cell(
                                kind.label(),
                                rate + " fps, " + Text.size(VIDEO_FRAME),
                                job(kind, VIDEO_FRAME, rate),
                                peers))
                        .toList();
            case WAKE_UP, IDLE ->
                List.of(new Cell(kind.label(), Text.size(Peer.SMALLEST), job(kind, Peer.SMALLEST, 0), peers));
            default ->
                sizes.stream()
                        .map(size -> new Cell(kind.label(), Text.size(size), job(kind, size, 0), peers))
                        .toList();
        };
    }

    /** How the cost of this library grows with whatever can grow. */
    List<Cell> growth() {
        List<Peer> ours = peers.stream().filter(GROWING::contains).toList();
        List<Cell> cells = new ArrayList<>();
        for (Kind kind : List.of(Kind.ROUND_TRIP, Kind.STREAM)) {
            for (long size = 16; size <= 64 << 20; size *= 4) {
                cells.add(new Cell(
                        "growth, frame size, " + kind.label(), Text.size(size), job(kind, (int) size, 0), ours));
            }
        }
        for (long ring = 64 << 10; ring <= 4L << 30; ring *= 4) {
            int warmUp = Math.max(warmUpMillis, (int) (ring >> 20) / WARM_UP_MEGABYTES_PER_MILLI);
            Job job = Job.of(Kind.STREAM, RING_STUDY_FRAME, 0, warmUp, millis).withRing(ring);
            cells.add(new Cell("growth, ring size, stream of 4 KB", Text.size(ring), job, ours));
        }
        for (int held : List.of(1, 3, 10, 30, 100, 300, 1000)) {
            Job job = job(Kind.STREAM, COUNT_STUDY_FRAME, 0).withHeld(held - 1);
            cells.add(new Cell("growth, frames in flight, stream of 1 KB", Integer.toString(held), job, ours));
        }
        for (int rings : List.of(1, 2, 5, 10, 20, 50, 100, 200)) {
            Job job = job(Kind.STREAM, COUNT_STUDY_FRAME, 0).withChannels(rings);
            cells.add(new Cell("growth, rings in a process, stream of 1 KB", Integer.toString(rings), job, ours));
        }
        return cells;
    }

    private Job job(Kind kind, int size, int rate) {
        return Job.of(kind, size, rate, warmUpMillis, millis);
    }
}
