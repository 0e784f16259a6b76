package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.PAYLOAD_TAKEN;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITTEN_COUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.CorruptBufferException;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A writer in front of a reader that goes by tokens and adds to payload_free_bytes in two steps. */
final class CountedSpaceTest {
    private final TestRing ring = new TestRing(256);

    @ParameterizedTest
    @CsvSource({
        "4096, 1, 500",
        "4096, 1, 4080",
        "4096, 2100, 4000",
        "4096, 496, 496",
        "4096, 29, 29",
        "256, 1, 240",
        "64, 1, 48",
        "64, 1, 1"
    })
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
            reader.take(unread.remove(), () -> {});
            reader.release(() -> {});
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
        assertTrue(writer.readerGoesByTokens());

        PublishedReader reader = new PublishedReader(ring);
        reader.take(100, () -> {});
        reader.release(() -> {});
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
        RingWriter writer = ring.writer();
        ring.write(writer, 1, 100);
        assertEquals(140, ring.get(FREE));
        assertEquals(140, writer.freeBytes());
        assertEquals(4711, ring.get(PAYLOAD_TAKEN));
        assertFalse(writer.readerGoesByTokens());
    }

    @Test
    void shouldNotBlameTheReservedBytesInFrontOfAReaderOfThisLibrary() {
        ring.set(PAYLOAD_TAKEN, 4711);
        ring.set(FREE, 257);
        CorruptBufferException refused = assertThrows(CorruptBufferException.class, ring::writer);
        assertFalse(refused.getMessage().contains("payload_taken"), refused::getMessage);
    }

    @Test
    void shouldKnowWhatIsFreeFromItsCommitWithoutALookAtTheReader() {
        RingWriter writer = ring.writerBeforeTokens();
        ring.write(writer, 1, 20);
        assertTrue(writer.claimPrepared(20) != RingWriter.NO_ROOM);
        writer.commit();
        assertFalse(writer.isDrained());
    }

    @Test
    void shouldLowerWhatWasTakenByTheSpaceOfAFirstFrameThatADeadWriterTook() {
        ring.set(WRITTEN_COUNT, 1);
        ring.header(0, 40 | Long.MIN_VALUE, 1);
        ring.set(PAYLOAD_TAKEN, 1000 + 56);
        ring.set(FREE, 1000 + 256);
        RingWriter successor = ring.writerBeforeTokens();
        assertEquals(1000, ring.get(PAYLOAD_TAKEN));
        assertEquals(1000 + 256, ring.get(FREE), "the reader alone changes it");
        assertTrue(successor.isDrained());
        assertEquals(256, successor.freeBytes());
    }

    @Test
    void shouldGoOnFromWhatWritersBeforeTook() {
        PublishedReader reader = new PublishedReader(ring);
        for (int i = 1; i <= 20; i++) {
            RingWriter writer = ring.writerBeforeTokens();
            assertTrue(writer.isDrained());
            ring.write(writer, i, 50 + i);
            assertFalse(ring.writerBeforeTokens().isDrained());
            reader.take(50 + i, () -> {});
            reader.release(() -> {});
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

    static Stream<long[]> deaths() {
        // How many of the shared words of a commit were stored, and the size of the frame.
        return IntStream.rangeClosed(0, 4).boxed().flatMap(stored -> LongStream.of(40, 100, 200, 224)
                .mapToObj(size -> new long[] {stored, size}));
    }

    /**
     * Its predecessor died between two of the stores of a commit: payload_taken, payload_written_count, write_pos,
     * final header. The frame counts from the third on; before, its space may be lost, but is never handed out twice.
     */
    @ParameterizedTest
    @MethodSource("deaths")
    void shouldGoOnAfterADeathInACommit(long[] storedAndSize) {
        long stored = storedAndSize[0];
        long size = storedAndSize[1];
        PublishedReader reader = new PublishedReader(ring);
        RingWriter first = ring.writerBeforeTokens();
        ring.write(first, 1, 20);
        reader.take(20, () -> {});
        reader.release(() -> {});
        long[] before = LongStream.of(PAYLOAD_TAKEN, WRITTEN_COUNT, WRITE_POS)
                .map(ring::get)
                .toArray();
        long position = ring.write(first, 2, size);
        boolean rewinds = position == 0 && ring.get(TestRing.READ_POS) == 0;
        if (stored < 4) {
            ring.header(position, size | Long.MIN_VALUE, 2);
        }
        long[] fields = {PAYLOAD_TAKEN, WRITTEN_COUNT, WRITE_POS};
        for (int i = fields.length - 1; i >= stored; i--) {
            ring.set(fields[i], before[i]);
        }

        RingWriter successor = ring.writerBeforeTokens();
        long next = 2;
        if (stored >= 3) {
            reader.take(size, () -> {});
            reader.release(() -> {});
            next = 3;
        }
        boolean isLost = !rewinds && stored > 0 && stored < 3;
        long free = ring.capacity - (isLost ? ring.get(PAYLOAD_TAKEN) - before[0] : 0);
        assertEquals(free, successor.freeBytes());
        for (int i = 0; i < 20; i++) {
            long small = 1 + i % 8;
            if (successor.claim(small) == RingWriter.NO_ROOM) {
                assertTrue(isLost);
                break;
            }
            successor.abort();
            ring.write(successor, next, small);
            next++;
            reader.take(small, () -> {});
            reader.release(() -> {});
            assertEquals(free, successor.freeBytes());
        }
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
