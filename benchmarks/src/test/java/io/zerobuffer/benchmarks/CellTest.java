package io.zerobuffer.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CellTest {
    private static final List<Peer> PEERS =
            List.of(Peer.ZEROBUFFER, Peer.ZEROBUFFER_CLAIM, Peer.AERON, Peer.AGRONA, Peer.C_RING);

    @Test
    void shouldTakeTheShortestRoundTripForTheBest() {
        Cell cell = cell(Kind.ROUND_TRIP);
        roundTrips(cell, Peer.ZEROBUFFER, 4000, 6000);
        roundTrips(cell, Peer.ZEROBUFFER_CLAIM, 3000, 4000);
        roundTrips(cell, Peer.AERON, 2000, 2000);
        roundTrips(cell, Peer.AGRONA, 9000, 9000);
        roundTrips(cell, Peer.C_RING, 1000, 1000);

        assertEquals(Optional.of(Peer.ZEROBUFFER_CLAIM), cell.bestOfOurs());
        assertEquals(Optional.of(Peer.AERON), cell.bestAlternative(), "the ring in C is a limit, not an alternative");
        assertEquals(new Spread(1.75, 1.5, 2), cell.ratio(Peer.ZEROBUFFER_CLAIM, Peer.AERON));
        assertEquals(new Spread(2, 2, 2), cell.value(Peer.AERON), "in microseconds");
    }

    @Test
    void shouldTakeTheFastestStreamForTheBest() {
        Cell cell = cell(Kind.STREAM);
        stream(cell, Peer.AERON, 1_000_000, 500_000_000, 100_000_000);
        stream(cell, Peer.AGRONA, 1_000_000, 100_000_000, 250_000_000);

        assertEquals(Optional.of(Peer.AGRONA), cell.bestAlternative());
        assertEquals(4e6, cell.value(Peer.AGRONA).median(), "frames per second of the slower side");
    }

    @Test
    void shouldHaveNoFiguresOfAPeerThatFailed() {
        Cell cell = cell(Kind.ROUND_TRIP);
        roundTrips(cell, Peer.AERON, 2000);
        cell.fail(Peer.AERON, "lost a frame");

        assertFalse(cell.measured(Peer.AERON));
        assertEquals(Optional.empty(), cell.bestAlternative());
    }

    @Test
    void shouldLeaveOutThoseThatTakeNoPart() {
        Cell cell = new Cell("wake-up", "64 B", Job.of(Kind.WAKE_UP, 64, 0, 0, 1), List.of(Peer.values()));

        assertFalse(cell.peers().contains(Peer.AGRONA_256M));
    }

    @Test
    void shouldCountTheProcessorTimeOfBothSidesPerFrameOfEach() {
        Outcome near =
                new Outcome().of(Outcome.FRAMES, 10).of(Outcome.CPU, 20_000).of(Outcome.ALLOCATED, 0);
        Outcome far =
                new Outcome().of(Outcome.FRAMES, 5).of(Outcome.CPU, 15_000).of(Outcome.ALLOCATED, 40);
        Measurement measurement = new Measurement(Job.of(Kind.STREAM, 64, 0, 0, 1), near, far);

        assertEquals(5, measurement.cpuPerFrame());
        assertEquals(8, measurement.allocatedPerFrame());
    }

    @Test
    void shouldTellTheIdleProcessorTimeInPercent() {
        Outcome far =
                new Outcome().of(Outcome.FRAMES, 0).of(Outcome.CPU, 5_000_000).of(Outcome.NANOS, 1_000_000_000);

        assertEquals(0.5, new Measurement(Job.of(Kind.IDLE, 64, 0, 0, 1), new Outcome(), far).value());
    }

    @Test
    void shouldTellRoundByRoundHowOftenOurLargeCopiesChangedTheirRoute() {
        Cell cell = new Cell("stream", "3 MB", Job.of(Kind.STREAM, 3 << 20, 0, 0, 1), PEERS);
        cell.add(Peer.ZEROBUFFER, changing(2, 1));
        cell.add(Peer.ZEROBUFFER, changing(0, 0));
        cell.add(Peer.ZEROBUFFER_CLAIM, changing(0, 4));
        cell.add(Peer.AERON, changing(0, 0));

        assertEquals(
                Optional.of("\nchanges between through the cache and past it, round by round: "
                        + "zerobuffer 3, 0; zerobuffer-claim 4"),
                Report.routeChanges(cell));
        assertEquals(Optional.empty(), Report.routeChanges(cell(Kind.STREAM)), "small frames have one route");
    }

    private static Measurement changing(long near, long far) {
        return new Measurement(
                Job.of(Kind.STREAM, 3 << 20, 0, 0, 1),
                new Outcome().of(Outcome.ROUTE_CHANGES, near),
                new Outcome().of(Outcome.ROUTE_CHANGES, far));
    }

    private static Cell cell(Kind kind) {
        return new Cell(kind.label(), "64 B", Job.of(kind, 64, 0, 0, 1), PEERS);
    }

    private static void roundTrips(Cell cell, Peer peer, long... medians) {
        for (long median : medians) {
            cell.add(peer, new Measurement(cell.job(), new Outcome().of(Outcome.P50, median), new Outcome()));
        }
    }

    private static void stream(Cell cell, Peer peer, long frames, long nearNanos, long farNanos) {
        Outcome far = new Outcome().of(Outcome.FRAMES, frames).of(Outcome.NANOS, farNanos);
        cell.add(peer, new Measurement(cell.job(), new Outcome().of(Outcome.NANOS, nearNanos), far));
    }
}
