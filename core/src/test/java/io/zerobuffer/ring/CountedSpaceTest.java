package io.zerobuffer.ring;

import static io.zerobuffer.ring.TestRing.FREE;
import static io.zerobuffer.ring.TestRing.PAYLOAD_TAKEN;
import static io.zerobuffer.ring.TestRing.WRITE_POS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.CorruptBufferException;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A writer in front of a reader that goes by tokens and adds to payload_free_bytes in two steps. */
final class CountedSpaceTest {
    private final TestRing ring = new TestRing(256);

    @ParameterizedTest
    @CsvSource({"4096, 1, 500", "4096, 1, 4080", "4096, 2100, 4000", "4096, 496, 496", "4096, 29, 29", "256, 1, 240",
        "64, 1, 48", "64, 1, 1"})
    void shouldNeverWriteOverAFrameWhateverItDoesBetweenTheReadersSteps(int capacity, int smallest, int largest) {
        TestRing any = new TestRing(capacity);
        PublishedReader reader = new PublishedReader(any);
        Random random = new Random(capacity * 31L + largest);
        ArrayDeque<Long> unread = new ArrayDeque<>();
        RingWriter[] writer = {any.writerBeforeTokens()};
        long[] last = {0};
        Runnable write = () -> {
            for (int frames = random.nextInt(4); frames > 0; frames--) {
                long size = smallest + random.nextInt(largest - smallest + 1);
                if (writer[0].claim(size) == RingWriter.NO_ROOM) {
                    return;
                }
                writer[0].abort();
                if (random.nextInt(50) == 0) {
                    writer[0] = any.writerBeforeTokens();
                }
                any.write(writer[0], ++last[0], size);
                unread.add(size);
            }
        };
        while (last[0] < 10_000) {
            write.run();
            if (!unread.isEmpty()) {
                reader.take(unread.remove(), write);
                write.run();
                reader.release(write);
            }
        }
        while (!unread.isEmpty()) {
            reader.take(unread.remove(), () -> { });
            reader.release(() -> { });
        }
        assertEquals(capacity, writer[0].freeBytes());
    }

    @Test
    void shouldLeavePayloadFreeBytesToTheReader() {
        RingWriter writer = ring.writerBeforeTokens();
        ring.write(writer, 1, 100);
        assertEquals(256, ring.get(FREE));
        assertEquals(116, ring.get(PAYLOAD_TAKEN));
        assertEquals(140, writer.freeBytes());
        assertFalse(writer.isDrained());

        PublishedReader reader = new PublishedReader(ring);
        reader.take(100, () -> { });
        reader.release(() -> { });
        assertEquals(372, ring.get(FREE));
        assertEquals(256, writer.freeBytes());
    }

    @Test
    void shouldSubtractInFrontOfAReaderThatSaysItGoesByPayloadFreeBytes() {
        ring.set(PAYLOAD_TAKEN, -1);
        RingWriter writer = ring.writerBeforeTokens();
        ring.write(writer, 1, 100);
        assertEquals(140, ring.get(FREE));
        assertEquals(-1, ring.get(PAYLOAD_TAKEN));
        assertFalse(writer.readerGoesByTokens());
    }

    @Test
    void shouldSubtractInFrontOfAReaderOfThisLibraryWhateverLiesInTheReservedBytes() {
        ring.set(PAYLOAD_TAKEN, 4711);
        ring.write(ring.writer(), 1, 100);
        assertEquals(140, ring.get(FREE));
        assertEquals(4711, ring.get(PAYLOAD_TAKEN));
    }

    @Test
    void shouldGoOnFromWhatWritersBeforeTook() {
        PublishedReader reader = new PublishedReader(ring);
        for (int i = 1; i <= 20; i++) {
            RingWriter writer = ring.writerBeforeTokens();
            assertTrue(writer.isDrained());
            ring.write(writer, i, 50 + i);
            assertFalse(ring.writerBeforeTokens().isDrained());
            reader.take(50 + i, () -> { });
            reader.release(() -> { });
        }
        assertTrue(ring.get(PAYLOAD_TAKEN) > 4 * 256);
    }

    @ParameterizedTest
    @CsvSource({"373, 116", "0, 1", "-1, 0", "9223372036854775807, 0", "256, -2"})
    void shouldRefuseARingOfWhichMoreIsFreeThanItHasOrLessThanNothing(long word, long taken) {
        ring.set(FREE, word);
        ring.set(PAYLOAD_TAKEN, taken);
        CorruptBufferException refused = assertThrows(CorruptBufferException.class, ring::writerBeforeTokens);
        assertEquals("payload_free_bytes", refused.field());
        assertEquals(word, refused.value());
        assertTrue(refused.getMessage().contains("payload_taken is " + taken), refused::getMessage);
    }

    @Test
    void shouldNoteNothingWhereAClaimIsGivenUp() {
        RingWriter writer = ring.writerBeforeTokens();
        writer.claim(100);
        writer.abort();
        assertEquals(256, ring.get(FREE));
        assertEquals(0, ring.get(PAYLOAD_TAKEN));
        assertEquals(0, ring.get(WRITE_POS));
    }
}
