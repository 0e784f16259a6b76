package io.zerobuffer.internal.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zerobuffer.internal.wire.FrameHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a reader makes of a ring whose writer died: of space that belongs to no frame. */
final class FreeUncommittedTest {
    private static final long START = 192;

    private final TestRing ring = new TestRing(256);
    private final RingReader reader = ring.reader();

    @ParameterizedTest
    @CsvSource({
        "0, 0, true",
        "0, 56, false",
        "0, 57, true",
        "0, 100, true",
        "100, 100, true",
        "100, 156, false",
        "100, 44, true",
        "100, 0, true"
    })
    void shouldGiveBackTheSpaceOfAPendingFrameUnlessTheWritePositionCoversIt(
            long position, long writePosition, boolean givenBack) {
        FrameHeader.writePending(ring.segment, START + position, 40, 1);
        assertForgets(position, writePosition, 56, givenBack);
    }

    @ParameterizedTest
    @CsvSource({"100, 1, false", "100, 2, true", "0, 1, false", "0, 7, true"})
    void shouldKeepTheFrameThatIsTheNextOne(long position, long sequence, boolean givenBack) {
        ring.header(position, 40, sequence);
        assertForgets(position, position + 56, 56, givenBack);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 1, false",
        "100, 2, true",
        "240, 1, false",
        "241, 1, false",
        "256, 1, false",
        "241, 2, true",
        "256, 2, true"
    })
    void shouldFollowTheWrapInFrontOfTheFrame(long position, long sequence, boolean givenBack) {
        if (position <= 240) {
            ring.header(position, 0, 0);
        }
        ring.header(0, 40, sequence);
        assertForgets(position, 56, 256 - position + 56, givenBack);
    }

    @ParameterizedTest
    @CsvSource({"0, 56, false", "0, 55, true", "100, 56, false", "100, 55, true"})
    void shouldNotBelieveAWritePositionThatCoversMoreThanIsInUse(long position, long unread, boolean givenBack) {
        FrameHeader.writePending(ring.segment, START + position, 40, 1);
        assertForgets(position, position + 56, unread, givenBack);
    }

    @Test
    void shouldNotTakeTheLastSixteenBytesForAWrapUnlessTheySaySo() {
        ring.header(240, 5, 77);
        ring.header(0, 40, 1);
        assertForgets(240, 56, 16, true);
    }

    @Test
    void shouldGiveBackWhereANoteLies() {
        FrameHeader.writeNote(ring.segment, START, 40, 1);
        assertForgets(0, 56, 56, true);
    }

    @ParameterizedTest
    @CsvSource({"257, 0, 0", "-1, 0, 0", "0, 257, 0", "0, -1, 0", "0, 0, -1", "257, 0, 56", "0, 257, 56"})
    void shouldLeaveARingOfImpossibleValuesAsItIs(long readPosition, long writePosition, long unread) {
        assertUntouched(readPosition, writePosition, unread, true);
    }

    @ParameterizedTest
    @CsvSource({"0, 100, 0", "0, 0, 56"})
    void shouldLeaveARingAsItIsThatHasAWriterMeanwhile(long readPosition, long writePosition, long unread) {
        assertUntouched(readPosition, writePosition, unread, false);
    }

    private void assertForgets(long readPosition, long writePosition, long unread, boolean givenBack) {
        ring.set(TestRing.READ_POS, readPosition);
        ring.set(TestRing.WRITE_POS, writePosition);
        ring.set(TestRing.FREE, 256 - unread);
        reader.freeUncommitted(() -> true);
        assertEquals(givenBack ? 256 : 256 - unread, ring.get(TestRing.FREE));
        assertEquals(readPosition, ring.get(TestRing.READ_POS));
    }

    private void assertUntouched(long readPosition, long writePosition, long unread, boolean withoutWriter) {
        ring.set(TestRing.READ_POS, readPosition);
        ring.set(TestRing.WRITE_POS, writePosition);
        ring.set(TestRing.FREE, 256 - unread);
        byte[] before = ring.bytes();
        reader.freeUncommitted(() -> withoutWriter);
        assertArrayEquals(before, ring.bytes());
    }
}
