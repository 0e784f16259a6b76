package io.zerobuffer.stress.fuzz;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.stress.Workshop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The quick form. Longer: {@code stress/fuzz --minutes 60}, or {@code -Dfuzz.seconds=600}; again:
 * {@code -Dfuzz.seed=N}.
 */
@Tag("long")
class FuzzTest {
    /** A slow machine is given more time, so that what is to happen has happened; longer than this is a hang. */
    private static final double MOST_SECONDS = 1800;

    private final Path root = Workshop.findRoot(Path.of(""));
    private final double seconds = Double.parseDouble(System.getProperty("fuzz.seconds", "2"));
    private final long seed = Long.getLong("fuzz.seed", Fuzz.newSeed());

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldFindNothingInTheKeptInputs(Target target) throws IOException {
        List<byte[]> inputs = Corpus.read(Fuzz.keptFile(root, target)).inputs();
        assertTrue(inputs.size() > 1, "inputs are kept");
        for (byte[] input : inputs) {
            assertDoesNotThrow(
                    () -> target.play(input), () -> Base64.getEncoder().encodeToString(input));
        }
    }

    /** Of one target, because Jazzer takes longer to start than to play: over the runs it is everyone's turn. */
    @Test
    void shouldFindNothingInNewInputs() throws IOException, InterruptedException {
        Target target = Target.values()[(int) (seed % Target.values().length)];
        int kept = Corpus.read(Fuzz.keptFile(root, target)).inputs().size();
        FuzzResult result = fuzzed(target.toString(), seconds).results.getFirst();
        assertEquals(List.of(), result.findings(), () -> "seed " + seed);
        for (double more = 4 * seconds; result.inputs() <= kept && more < MOST_SECONDS; more *= 4) {
            result = fuzzed(target.toString(), more).results.getFirst();
            assertEquals(List.of(), result.findings(), () -> "seed " + seed);
        }
        assertTrue(result.inputs() > kept, "new inputs are played");
        assertTrue(result.edges() > 0, "Jazzer sees the library");
    }

    @Test
    void shouldDoNothingWorseThanThrowWhileAThirdProcessScribblesOverTheSegment()
            throws IOException, InterruptedException {
        LiveLedger live = fuzzed(Fuzz.LIVE, 4 * seconds).live;
        assertEquals(List.of(), live.problems, () -> "seed " + seed);
        for (double more = 16 * seconds; !isEverythingMet(live) && more < MOST_SECONDS; more *= 4) {
            live = fuzzed(Fuzz.LIVE, more).live;
            assertEquals(List.of(), live.problems, () -> "seed " + seed);
        }
        assertTrue(live.scribbles > 0, "something is changed");
        assertTrue(live.readerCounts.containsKey("frames read"), "frames get through");
        assertTrue(live.readerCounts.containsKey("CorruptBufferException"), "changes are noticed");
    }

    private static boolean isEverythingMet(LiveLedger live) {
        return live.scribbles > 0
                && live.readerCounts.keySet().containsAll(List.of("frames read", "CorruptBufferException"));
    }

    private Fuzz fuzzed(String name, double forSeconds) throws IOException, InterruptedException {
        Fuzz fuzz = Fuzz.run(root, List.of(name), forSeconds, seed, false);
        System.out.print(fuzz.text());
        return fuzz;
    }
}
