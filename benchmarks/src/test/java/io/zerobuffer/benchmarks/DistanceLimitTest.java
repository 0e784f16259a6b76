package io.zerobuffer.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistanceLimitTest {
    /** Of two virtual processors of an AMD EPYC (family 25, model 1) on a busy machine: every seventh of 400. */
    private static final long[] MOVING = {
        72, 76, 371, 378, 434, 427, 418, 418, 411, 71, 75, 394, 80, 75, 77, 66, 76, 80, 72, 68, 381, 74, 424, 76, 519,
        73, 78, 377, 373, 413, 412, 386, 70, 403, 401, 423, 414, 409, 402, 403, 373, 375, 66, 71, 64, 67, 68, 408, 379,
        79, 412, 423, 70, 72, 73, 72, 73, 77
    };

    /** The same a quarter of an hour later: for moments on one core, and four times kept from running. */
    private static final long[] MOVING_FARTHER = {
        28, 28, 29, 29, 62, 64, 65, 65, 66, 67, 68, 68, 69, 69, 69, 70, 70, 70, 71, 71, 71, 71, 72, 72, 72, 73, 73, 73,
        73, 74, 74, 74, 75, 75, 75, 76, 76, 77, 77, 78, 78, 79, 81, 119, 406, 410, 412, 416, 417, 420, 423, 427, 433,
        441, 450, 477, 515, 1111
    };

    @Test
    void shouldDivideNearFromFarWhereAHostMovesTheProcessors() {
        DistanceLimit limit = limit(MOVING);

        assertEquals(96, limit.nanos());
        assertTrue(Arrays.stream(MOVING).filter(one -> one < 200).allMatch(limit::isNear));
        assertTrue(Arrays.stream(MOVING).filter(one -> one > 200).noneMatch(limit::isNear));
        assertEquals(
                "96 ns, decided here: 1.5 times the smallest distance of the nearest place taken for a fifth of the"
                        + " time; 58 were measured (64 – 519 ns, median 226), 29 of them within the limit",
                limit.toWords());
    }

    @Test
    void shouldNotWaitForAPlaceThatIsTakenForMomentsOnly() {
        DistanceLimit limit = limit(MOVING_FARTHER);

        assertEquals(93, limit.nanos());
        assertEquals(43, limit.within());
    }

    @Test
    void shouldTakeTheWholePlaceWhereOneMomentIsJustBelowIt() {
        assertEquals(96, limit(50, 64, 66, 70, 73, 76, 80, 83, 90, 300).nanos());
    }

    @Test
    void shouldTakeTheOnePlaceThereIsWhereTheProcessorsStay() {
        assertSeesOnePlace(LongStream.rangeClosed(106, 156).toArray());
    }

    @Test
    void shouldTakeTheOnePlaceThereIsWhereTheProcessorsNeverComeNear() {
        assertSeesOnePlace(365, 370, 368, 372, 442);
    }

    @Test
    void shouldTakeTheOnePlaceThereIsForTwoThreadsOfACore() {
        assertSeesOnePlace(18, 19, 18, 21, 20);
    }

    @Test
    void shouldTakeTheCommonestPlaceWhereNoneIsTakenOften() {
        assertEquals(
                60, limit(10, 20, 40, 41, 80, 160, 320, 640, 1280, 2560, 5120).nanos());
    }

    @Test
    void shouldDecideByWhatThereIsWhereLittleIs() {
        assertEquals(120, limit(80).nanos());
    }

    @Test
    void shouldAskTheProbeUntilThereIsEnough() throws Exception {
        PrimitiveIterator.OfLong next = LongStream.of(300, 64, 66, 65, 1).iterator();

        DistanceLimit limit = Distance.decide(next::nextLong, 4, Duration.ZERO);

        assertEquals(List.of(64L, 65L, 66L, 300L), limit.seen());
        assertEquals(1, next.nextLong(), "asked no more than that");
    }

    @Test
    void shouldSayWhoDecided() {
        assertEquals("none", DistanceLimit.NONE.toWords());
        assertEquals("85 ns, as asked for", DistanceLimit.of(85).toWords());
        assertFalse(DistanceLimit.of(85).isDecidedHere());
    }

    @Test
    void shouldReportTheLimitAndWhatItWasDecidedBy(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("results.json");

        JsonReport.write(file, Map.of(), limit(64, 300, 65, 66), List.of());

        assertEquals(List.of(96L, 64L, 65L, 66L, 300L), numbers(file));
    }

    private static void assertSeesOnePlace(long... distances) {
        DistanceLimit limit = limit(distances);

        assertEquals(distances.length, limit.within());
        assertTrue(limit.toWords().endsWith("all within the limit: this machine shows one place only, near or not"));
    }

    private static DistanceLimit limit(long... distances) {
        return DistanceLimit.decide(LongStream.of(distances).boxed().toList());
    }

    private static List<Long> numbers(Path json) throws Exception {
        List<Long> numbers = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json.toFile())) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                    numbers.add(parser.getLongValue());
                }
            }
        }
        return numbers;
    }
}
