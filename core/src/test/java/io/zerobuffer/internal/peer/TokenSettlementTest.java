package io.zerobuffer.internal.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.internal.os.Owner;
import io.zerobuffer.internal.os.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tokens a new writer leaves, by numbers alone. */
final class TokenSettlementTest {
    private int tokens;
    private boolean isCountable = true;
    private long unread;
    private long readPosition;
    private int pauses;
    private int pausesBeforeRest;
    private int pausesUntilLate = Integer.MAX_VALUE;

    private final Signal semaphore = new Signal() {
        @Override
        public boolean isCountable() {
            return isCountable;
        }

        @Override
        public int value() {
            if (!isCountable) {
                throw new UnsupportedOperationException();
            }
            return tokens;
        }

        @Override
        public void post(int count) {
            tokens += count;
        }

        @Override
        public boolean tryTake() {
            if (tokens <= 0) {
                return false;
            }
            tokens--;
            return true;
        }

        @Override
        public int takeAll() {
            int taken = tokens;
            tokens = 0;
            return taken;
        }

        @Override
        public boolean take(long nanos) {
            throw new AssertionError("nobody waits");
        }

        @Override
        public Owner owner() {
            return null;
        }

        @Override
        public String path() {
            return "tokens";
        }
    };

    private final TokenSettlement.Rest reader = new TokenSettlement.Rest() {
        @Override
        public long readPosition() {
            return readPosition;
        }

        @Override
        public void pause() {
            pauses++;
            if (pauses >= pausesUntilLate) {
                throw new BufferNotFoundException("tokens", "a moment's rest");
            }
            if (pauses <= pausesBeforeRest) {
                // It takes a frame and its token.
                readPosition += 64;
                unread--;
                tokens--;
            }
        }
    };

    private final TokenSettlement settlement = new TokenSettlement("tokens", () -> unread, semaphore, reader);

    @Test
    void shouldTakeAllTokensOffADrainedRing() {
        tokens = 3;
        settlement.settle(true, false, true);
        assertEquals(0, tokens);
    }

    @ParameterizedTest
    @CsvSource({"true, 6", "false, 5"})
    void shouldWakeAReaderThatHoldsItsRangeOnlyWhereAWriterMayHaveDiedBeforeItPosted(boolean died, int left) {
        tokens = 5;
        unread = 5;
        settlement.settle(false, true, died);
        assertEquals(left, tokens);
        assertEquals(0, pauses, "such a reader need not rest");
    }

    @ParameterizedTest
    @CsvSource({"5, 5", "6, 5", "4, 5", "0, 5", "1005, 5", "1006, 5", "2000000000, 5", "-5, 5"})
    void shouldLeaveAnyOtherReaderOneTokenForEachUnreadFrame(int before, int frames) {
        tokens = before;
        unread = frames;
        settlement.settle(false, false, false);
        assertEquals(before < 0 ? before + frames : frames, tokens);
    }

    /** As on systems that cannot look at a semaphore without changing it. */
    @ParameterizedTest
    @CsvSource({"5", "6", "4", "0"})
    void shouldSetTheTokensAnewWhereTheyCannotBeCounted(int before) {
        isCountable = false;
        tokens = before;
        unread = 5;
        settlement.settle(false, false, false);
        assertEquals(5, tokens);
    }

    @Test
    void shouldCompareWhenTheReaderHasNotMovedForAMoment() {
        tokens = 8;
        unread = 7;
        pausesBeforeRest = 4;
        settlement.settle(false, false, false);
        assertEquals(5, pauses);
        assertEquals(3, unread);
        assertEquals(3, tokens);
    }

    @Test
    void shouldChangeNothingIfTheReaderDoesNotRestInTime() {
        tokens = 8;
        unread = 7;
        pausesBeforeRest = 100;
        pausesUntilLate = 3;
        assertThrows(BufferNotFoundException.class, () -> settlement.settle(false, false, false));
        assertEquals(6, tokens);
    }

    @Test
    void shouldWaitForARestBeforeTheRingIsJudged() {
        unread = 7;
        pausesBeforeRest = 2;
        TokenSettlement.awaitRest(reader);
        assertEquals(3, pauses);
    }
}
