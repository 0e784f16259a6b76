package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What a reader says about itself: what is unread, what is held, what passed, and what its last look has shown. */
final class ReaderFiguresTest {
    private final TestRing ring = new TestRing(256);
    private final RingReader reader = ring.reader();
    private final RingWriter writer = ring.writer();

    @Test
    void shouldSayThatNothingWasEverThereInANewRing() {
        assertFigures(0, 0, 0, 0, 0, 0);
    }

    @Test
    void shouldTellWhatIsUnreadFromWhatIsHeldAndWhatWasReleased() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 20);
        assertFigures(136, 0, 0, 0, 0, 0);
        long first = ring.take(reader, 1, 84);
        assertFigures(36, 100, 1, 100, 1, 84);
        long second = ring.take(reader, 2, 20);
        assertFigures(0, 136, 2, 136, 2, 104);
        reader.release(first);
        assertFigures(0, 36, 1, 136, 2, 104);
        reader.release(second);
        assertFigures(0, 0, 0, 136, 2, 104);
    }

    @Test
    void shouldCountAFrameThatIsReleasedOutOfTurnAsHeldUntilItIsGivenBack() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 20);
        long first = ring.take(reader, 1, 84);
        reader.release(ring.take(reader, 2, 20));
        assertFigures(0, 136, 2, 136, 2, 104);
        reader.releaseKeepingSpace(first);
        assertFigures(0, 136, 2, 136, 2, 104);
        reader.freeReleased();
        assertFigures(0, 0, 0, 136, 2, 104);
    }

    @Test
    void shouldCountWhatAWrapWastesAsUnreadHeldAndPassedButNotAsBytesOfFrames() {
        ring.write(writer, 1, 200);
        ring.takeAndRelease(reader, 1, 200);
        ring.write(writer, 2, 100);
        assertFigures(156, 0, 0, 216, 1, 200);
        long held = ring.take(reader, 2, 100);
        assertFigures(0, 156, 1, 372, 2, 300);
        reader.release(held);
        ring.write(writer, 3, 100);
        ring.takeAndRelease(reader, 3, 100);
        ring.write(writer, 4, 50);
        ring.takeAndRelease(reader, 4, 50);
        assertFigures(0, 0, 0, 372 + 116 + 24 + 66, 4, 450);
    }

    @Test
    void shouldKnowOfAFrameThatItsLastLookHasShownUntilThatIsTaken() {
        assertFalse(reader.hasSeen());
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 20);
        assertFalse(reader.hasSeen(), "nobody has looked");
        ring.take(reader, 1, 84);
        assertTrue(reader.hasSeen());
        ring.write(writer, 3, 20);
        ring.take(reader, 2, 20);
        assertFalse(reader.hasSeen(), "frame 3 came after the look");
        ring.take(reader, 3, 20);
        assertFalse(reader.hasSeen());
    }

    @Test
    void shouldHaveSeenNoFrameInTheSpaceThatADeadWriterTook() {
        ring.write(writer, 1, 84);
        ring.add(FREE, -50);
        ring.take(reader, 1, 84);
        assertFalse(reader.hasSeen());
    }

    @Test
    void shouldCallTheRingStillEmptyUntilSpaceIsTakenWhateverItHolds() {
        assertTrue(reader.isStillEmpty());
        ring.write(writer, 1, 84);
        assertFalse(reader.isStillEmpty());
        long held = ring.take(reader, 1, 84);
        assertTrue(reader.isStillEmpty(), "the frame is held, not unread");
        ring.write(writer, 2, 20);
        assertFalse(reader.isStillEmpty());
        reader.release(held);
        assertFalse(reader.isStillEmpty());
        ring.takeAndRelease(reader, 2, 20);
        assertTrue(reader.isStillEmpty());
    }

    @Test
    void shouldNotCallTheRingEmptyWhileAFrameIsSeenWhateverTheSumSaysSince() {
        ring.write(writer, 1, 84);
        ring.write(writer, 2, 20);
        reader.release(ring.take(reader, 1, 84));
        ring.set(FREE, 256);
        assertFalse(reader.isStillEmpty());
    }

    private void assertFigures(
            long unreadBytes, long heldBytes, long framesHeld, long bytesPassed, long framesTaken, long bytesTaken) {
        assertEquals(unreadBytes, reader.unreadBytes(), "unread bytes");
        assertEquals(heldBytes, reader.heldBytes(), "held bytes");
        assertEquals(framesHeld, reader.framesHeld(), "frames held");
        assertEquals(bytesPassed, reader.bytesPassed(), "bytes passed");
        assertEquals(framesTaken, reader.framesTaken(), "frames taken");
        assertEquals(bytesTaken, reader.bytesTaken(), "bytes taken");
    }
}
