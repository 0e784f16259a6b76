package io.zerobuffer.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistanceTest {
    private static final long NEAR = 64;
    private static final long FAR = 300;
    private static final long LIMIT = 100;
    private static final Job JOB = Job.of(Kind.ROUND_TRIP, 64, 0, 0, 1);

    private int measured;

    @Test
    void shouldTakeAnyDistanceWithoutALimit() throws Exception {
        assertEquals(Optional.of(new Distance.Ends(FAR, FAR)), measure(0, Duration.ofSeconds(60), FAR, FAR));
        assertEquals(1, measured);
    }

    @Test
    void shouldWaitUntilTheProcessorsAreNear() throws Exception {
        assertEquals(
                Optional.of(new Distance.Ends(LIMIT, NEAR)),
                measure(LIMIT, Duration.ofSeconds(60), FAR, FAR, LIMIT, NEAR));
        assertEquals(1, measured);
    }

    @Test
    void shouldRepeatWhatEndedFar() throws Exception {
        assertEquals(
                Optional.of(new Distance.Ends(NEAR, NEAR)),
                measure(LIMIT, Duration.ofSeconds(60), NEAR, FAR, FAR, NEAR, NEAR));
        assertEquals(2, measured);
    }

    @Test
    void shouldTakeWhatEndedFarAgainAndAgain() throws Exception {
        long[] distances = LongStream.rangeClosed(0, Distance.REPETITIONS)
                .flatMap(any -> LongStream.of(NEAR, FAR))
                .toArray();

        assertEquals(Optional.of(new Distance.Ends(NEAR, FAR)), measure(LIMIT, Duration.ofSeconds(60), distances));
        assertEquals(1 + Distance.REPETITIONS, measured);
    }

    @Test
    void shouldGoOnWhenTheProcessorsStayFar() throws Exception {
        assertEquals(Optional.of(new Distance.Ends(FAR, NEAR)), measure(LIMIT, Duration.ZERO, FAR, NEAR));
        assertEquals(1, measured);
    }

    @Test
    void shouldLeaveItOutWhereNothingIsPinned() throws Exception {
        try (Distance distance = Distance.unmeasured()) {
            assertEquals(Optional.empty(), distance.measure(this::once).distance());
        }
    }

    @Test
    void shouldTellTheSpreadOfACellAndWhatWasTooFar() {
        Cell cell = new Cell("round-trip", "64 B", JOB, Arrays.asList(Peer.AERON, Peer.AGRONA));
        assertEquals(Optional.empty(), cell.distance());

        cell.add(Peer.AERON, once().at(new Distance.Ends(60, 64)));
        cell.add(Peer.AERON, once().at(new Distance.Ends(66, 300)));
        cell.add(Peer.AGRONA, once().at(new Distance.Ends(64, 64)));

        assertEquals(Optional.of(new Spread(64, 60, 300)), cell.distance());
        assertEquals("; FARTHER than 100 ns all the same: aeron 1 of 2", Report.fartherThan(LIMIT, cell));
        assertEquals(", all within 300 ns", Report.fartherThan(FAR, cell));
        assertEquals("", Report.fartherThan(0, cell));
    }

    @Test
    void shouldMeasureTheProcessorsOfThisMachine(@TempDir Path output) throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "needs two processors");
        try (Workplace workplace = Workplace.prepare(Path.of(""), output);
                Distance distance = Distance.within(0, Pinning.oneEach(), workplace)) {
            assumeTrue(workplace.cProgram() != null, "needs gcc and make");

            Distance.Ends ends = distance.measure(this::once).distance().orElseThrow();

            assertTrue(ends.before() > 0 && ends.after() > 0, ends.toString());
        }
    }

    private Optional<Distance.Ends> measure(long limit, Duration patience, long... distances)
            throws BenchmarkException {
        PrimitiveIterator.OfLong next = Arrays.stream(distances).iterator();
        try (Distance distance = new Distance(next::nextLong, DistanceLimit.of(limit), patience)) {
            return distance.measure(this::once).distance();
        }
    }

    private Measurement once() {
        measured++;
        return new Measurement(JOB, new Outcome(), new Outcome());
    }
}
