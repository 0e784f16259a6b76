package io.zerobuffer.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void shouldTakeTheMiddleOfAnOddNumber() {
        assertEquals(new Spread(3, 1, 100), Spread.of(List.of(100.0, 1.0, 3.0)));
    }

    @Test
    void shouldTakeTheMeanOfTheTwoInTheMiddleOfAnEvenNumber() {
        assertEquals(new Spread(3, 1, 100), Spread.of(List.of(4.0, 100.0, 2.0, 1.0)));
    }

    @Test
    void shouldFormRatiosWithinTheirRounds() {
        // The machine was half as fast in the second round: the ratio does not see it.
        assertEquals(new Spread(2, 2, 2), Spread.ofRatios(List.of(10.0, 20.0), List.of(5.0, 10.0)));
    }

    @Test
    void shouldRefuseRoundsThatAreNotPaired() {
        assertThrows(IllegalArgumentException.class, () -> Spread.ofRatios(List.of(1.0, 2.0), List.of(1.0)));
    }

    @Test
    void shouldRefuseNothing() {
        assertThrows(IllegalArgumentException.class, () -> Spread.of(List.of()));
    }
}
