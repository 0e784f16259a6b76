package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_COUNT;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Frames that are taken one by one and freed together: nothing is stored for each of them. */
final class CommonReleaseTest {
    private final TestRing ring = new TestRing(512);
    private final RingReader reader = ring.reader();
    private final RingWriter writer = ring.writer();

    @Test
    void shouldStoreNothingBeforeFramesThatWereTakenUnnoticedAreGivenBack() {
        ring.write(writer, 1, 40);
        ring.write(writer, 2, 50);
        byte[] before = ring.bytes();
        long first = reader.takeUnnoticed();
        long second = reader.takeUnnoticed();
        assertEquals(56, reader.releaseKeepingSpace(first));
        assertEquals(122, reader.releaseKeepingSpace(second));
        assertArrayEquals(before, ring.bytes());
        assertEquals(2, reader.freeReleased());
        ring.assertFields(512, 122, 122, 2, 2);
        assertEquals(0, reader.freeReleased());
    }

    @Test
    void shouldTellHowManyBytesAreToBeGivenBackTheReleasedFrontAlone() {
        long[] tickets = new long[4];
        for (int i = 0; i < 4; i++) {
            ring.write(writer, i + 1, 34 + i);
        }
        for (int i = 0; i < 4; i++) {
            tickets[i] = reader.takeUnnoticed();
        }
        assertEquals(0, reader.releaseKeepingSpace(tickets[1]));
        assertEquals(50 + 51, reader.releaseKeepingSpace(tickets[0]));
        assertEquals(50 + 51, reader.releaseKeepingSpace(tickets[3]), "frame 3 is in front of it");
        assertEquals(2, reader.freeReleased());
        assertEquals(512 - 52 - 53, ring.get(FREE));
        assertEquals(52 + 53, reader.releaseKeepingSpace(tickets[2]), "what was freed is not to be freed again");
        assertEquals(2, reader.freeReleased());
        assertEquals(512, ring.get(FREE));
    }

    @Test
    void shouldHaveNothingToGiveBackBehindAFrameThatIsInUse() {
        ring.write(writer, 1, 40);
        ring.write(writer, 2, 50);
        ring.write(writer, 3, 60);
        reader.release(ring.take(reader, 1, 40));
        ring.take(reader, 2, 50);
        assertEquals(0, reader.releaseKeepingSpace(ring.take(reader, 3, 60)));
        assertEquals(0, reader.freeReleased());
    }

    @Test
    void shouldStoreItsPositionOnceForFramesThatWereTakenTogether() {
        ring.write(writer, 1, 40);
        ring.write(writer, 2, 50);
        ring.write(writer, 3, 60);
        long first = reader.takeUnnoticed();
        long second = reader.takeUnnoticed();
        reader.release(first);
        assertEquals(122, ring.get(READ_POS));
        ring.set(READ_POS, 7);
        reader.release(second);
        assertEquals(7, ring.get(READ_POS), "122 was stored before");
        reader.release(reader.takeUnnoticed());
        assertEquals(198, ring.get(READ_POS));
    }

    @Test
    void shouldLeaveItsPositionBehindFramesThatWereTakenUnnoticedWhereItsMeaningStaysTheSame() {
        ring.write(writer, 1, 40);
        reader.takeUnnoticed();
        byte[] before = ring.bytes();
        reader.followReleases(false);
        assertArrayEquals(before, ring.bytes());
    }

    @Test
    void shouldStoreItsCountAfterEverySixtyFourFramesAndNotForEach() {
        for (int sequence = 1; sequence <= 200; sequence++) {
            ring.write(writer, sequence, 16);
            ring.takeAndRelease(reader, sequence, 16);
            assertEquals(sequence / 64 * 64, ring.get(READ_COUNT));
        }
    }

    @Test
    void shouldCountMarkersAmongTheSixtyFour() {
        // One of 201 and one of 200 bytes make a lap, with a marker behind them.
        long counted = 0;
        for (int sequence = 1; sequence <= 60; sequence++) {
            int size = sequence % 2 == 0 ? 200 : 201;
            ring.write(writer, sequence, size);
            ring.takeAndRelease(reader, sequence, size);
            long count = ring.get(TestRing.WRITTEN_COUNT);
            counted = count - counted >= 64 ? count : counted;
            assertEquals(counted, ring.get(READ_COUNT));
        }
        assertEquals(64, counted);
    }

    @Test
    void shouldStoreItsCountOnlyWhereItHasChanged() {
        ring.write(writer, 1, 16);
        ring.takeAndRelease(reader, 1, 16);
        reader.publishCount();
        assertEquals(1, ring.get(READ_COUNT));
        ring.set(READ_COUNT, 7);
        reader.publishCount();
        assertEquals(7, ring.get(READ_COUNT));
    }
}
