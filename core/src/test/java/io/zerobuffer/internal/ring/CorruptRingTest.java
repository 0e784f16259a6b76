package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.SequenceGapException;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Values that a peer of good will never stores. They may cost the ring, but nothing outside it, and what is repaired
 * goes on.
 */
final class CorruptRingTest {
    private final TestRing ring = new TestRing(256);
    private final RingReader reader = ring.reader();
    private final RingWriter writer = ring.writer();
    private long held;

    /** Frame 1 at 0 is held, frame 2 at 100 is unread, 40 bytes at the end are free. */
    @BeforeEach
    void holdOneFrameAndLeaveOneUnread() {
        ring.write(writer, 1, 84);
        held = ring.take(reader, 1, 84);
        ring.write(writer, 2, 100);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 157, 256, 257, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 256, -116})
    void shouldRefuseToTakeWithAnImpossibleNumberOfFreeBytes(long free) {
        ring.set(FREE, free);
        assertTakesNothing("payload_free_bytes", free);
        ring.set(FREE, 40);
        assertGoesOn();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 257, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32 | 100})
    void shouldRefuseToTakeFromAPositionOutsideTheRing(long position) {
        reader.release(held);
        ring.set(READ_POS, position);
        assertTakesNothing("payload_read_pos", position);
        ring.set(READ_POS, 100);
        ring.takeAndRelease(reader, 2, 100);
    }

    @Test
    void shouldKnowItsOwnPositionAsLongAsAFrameIsHeld() {
        ring.set(READ_POS, -1);
        assertGoesOn();
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                -1,
                -16,
                101,
                116,
                140,
                141,
                240,
                1L << 32 | 100,
                Long.MAX_VALUE,
                Long.MAX_VALUE - 15,
                Long.MIN_VALUE
            })
    void shouldRefuseAFrameThatIsLargerThanWhatIsUnread(long size) {
        ring.header(100, size, 2);
        CorruptBufferException refusal = assertTakesNothing("frame size", size);
        assertTrue(refusal.rule().contains("1 to 100"), refusal.rule());
        ring.header(100, 100, 2);
        assertGoesOn();
    }

    @Test
    void shouldRefuseAFrameThatRunsOverTheEndOfTheRing() {
        reader.release(held);
        ring.write(writer, 3, 60);
        ring.header(100, 141, 2);
        CorruptBufferException refusal = assertTakesNothing("frame size", 141);
        assertTrue(refusal.rule().contains("1 to 140"), refusal.rule());
        ring.header(100, 100, 2);
        ring.takeAndRelease(reader, 2, 100);
        ring.takeAndRelease(reader, 3, 60);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 85, 100, 240, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldRefuseAnImpossibleFrameBehindAMarkerWithoutCrossingIt(long size) {
        reader.release(held);
        ring.write(writer, 3, 84);
        ring.takeAndRelease(reader, 2, 100);
        ring.header(0, size, 3);
        CorruptBufferException refusal = assertTakesNothing("frame size", size);
        assertTrue(refusal.rule().contains("1 to 84"), refusal.rule());
        ring.header(0, 84, 3);
        ring.takeAndRelease(reader, 3, 84);
        ring.assertFields(256, 100, 100, 4, 4);
    }

    @Test
    void shouldRefuseAMarkerThatWastesMoreThanWhatIsUnread() {
        ring.header(100, 0, 0);
        ring.write(writer, 3, 24);
        ring.add(FREE, 40);
        // 116 bytes are unread, the marker would waste 156.
        assertTakesNothing("frame size", 84);
        ring.add(FREE, -40);
        ring.header(100, 100, 2);
        ring.take(reader, 2, 100);
        ring.take(reader, 3, 24);
    }

    @Test
    void shouldTakeNothingWhenOnlyAPieceOfAHeaderIsUnread() {
        for (int unread = 1; unread <= 16; unread++) {
            ring.set(FREE, 156 - unread);
            assertTakesNothing("frame size", 100);
        }
        ring.set(FREE, 40);
        assertGoesOn();
    }

    @Test
    void shouldNeverTouchMemoryOutsideTheRingWhateverTheFieldsSay() {
        Random random = new Random(4711);
        long[] extremes = {
            0, 1, 15, 16, 17, 100, 240, 255, 256, 257, -1, -16, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 16
        };
        int taken = 0;
        int refused = 0;
        for (int round = 0; round < 100_000; round++) {
            TestRing any = ring;
            any.set(FREE, extremes[random.nextInt(extremes.length)]);
            any.set(READ_POS, random.nextBoolean() ? random.nextInt(257) : extremes[random.nextInt(extremes.length)]);
            long position = any.get(READ_POS);
            if (position >= 0 && position <= 240) {
                any.header(position, extremes[random.nextInt(extremes.length)], random.nextInt(3));
            }
            any.header(0, extremes[random.nextInt(extremes.length)], 1);
            RingReader victim = any.reader();
            byte[] before = any.bytes();
            try {
                if (victim.take() != RingReader.NOTHING) {
                    taken++;
                    assertTrue(victim.frameSize() > 0);
                    assertTrue(any.positionOf(victim.frameOffset()) >= 16);
                    assertTrue(any.positionOf(victim.frameOffset()) + victim.frameSize() <= 256);
                    assertTrue(any.get(READ_POS) <= 256);
                    continue;
                }
            } catch (CorruptBufferException | SequenceGapException refusal) {
                refused++;
            }
            assertArrayEquals(before, any.bytes());
        }
        assertTrue(taken > 1000 && refused > 1000, taken + " taken, " + refused + " refused");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 257, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldRefuseToAttachWithAnImpossibleValueAndStoreNothing(long value) {
        assertAttachesNot(FREE, "payload_free_bytes", value, value);
        assertAttachesNot(WRITE_POS, "payload_write_pos", value, value);
        assertAttachesNot(READ_POS, "payload_read_pos", value, value);
        ring.write(ring.writer(), 3, 24);
        assertGoesOn();
        ring.take(reader, 3, 24);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 257, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldRefuseToClaimWithAnImpossibleNumberOfFreeBytes(long free) {
        ring.set(FREE, free);
        byte[] before = ring.bytes();
        assertRefused(() -> writer.claim(60), "payload_free_bytes", free);
        assertFalse(writer.isClaimed());
        assertArrayEquals(before, ring.bytes());
        ring.set(FREE, 40);
        assertEquals(RingWriter.NO_ROOM, writer.claim(60));
        ring.write(writer, 3, 24);
        assertGoesOn();
        ring.take(reader, 3, 24);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1000, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldRefuseTheNextClaimWhenTheFreeBytesWereImpossibleAtTheCommit(long free) {
        assertEquals(192 + 216 + 16, writer.claim(8));
        ring.set(FREE, free);
        writer.commit();
        assertEquals(
                "payload_free_bytes",
                assertThrows(CorruptBufferException.class, () -> writer.claim(60))
                        .field());
        assertFalse(writer.isClaimed());
        ring.set(FREE, 16);
        assertEquals(RingWriter.NO_ROOM, writer.claim(60));
        assertGoesOn();
    }

    @Test
    void shouldNotLetAPeerMoveTheWriterOutOfTheRing() {
        Random random = new Random(4711);
        reader.release(held);
        for (int round = 0; round < 20_000; round++) {
            ring.set(WRITE_POS, random.nextLong());
            ring.set(READ_POS, random.nextLong());
            ring.set(TestRing.WRITTEN_COUNT, random.nextLong());
            ring.set(FREE, random.nextInt(257));
            long size = 1 + random.nextInt(240);
            long at = writer.claim(size);
            if (at != RingWriter.NO_ROOM) {
                long position = ring.positionOf(at);
                assertTrue(position >= 16 && position + size <= 256, () -> size + " bytes at " + position);
                if (random.nextBoolean()) {
                    writer.commit();
                } else {
                    writer.abort();
                }
            }
        }
    }

    private CorruptBufferException assertTakesNothing(String field, long value) {
        byte[] before = ring.bytes();
        long taken = reader.framesTaken();
        CorruptBufferException refusal = assertRefused(reader::take, field, value);
        assertRefused(reader::take, field, value);
        assertArrayEquals(before, ring.bytes());
        assertEquals(taken, reader.framesTaken());
        return refusal;
    }

    private void assertAttachesNot(long offset, String field, long value, long reported) {
        long good = ring.get(offset);
        ring.set(offset, value);
        byte[] before = ring.bytes();
        assertRefused(ring::writer, field, reported);
        assertArrayEquals(before, ring.bytes());
        ring.set(offset, good);
    }

    private static CorruptBufferException assertRefused(Executable action, String field, long value) {
        CorruptBufferException refusal = assertThrows(CorruptBufferException.class, action);
        assertEquals(field, refusal.field());
        assertEquals(value, refusal.value());
        assertEquals(TestRing.NAME, refusal.bufferName());
        assertTrue(refusal.getMessage().contains(field + " = " + value), refusal.getMessage());
        return refusal;
    }

    /** Frame 2 can be taken, and the frame held all the while is intact and can be released. */
    private void assertGoesOn() {
        long second = ring.take(reader, 2, 100);
        ring.assertIntact(16, 84, 1);
        assertNotEquals(held, second);
        assertEquals(0, reader.release(second));
        assertEquals(2, reader.release(held));
    }
}
