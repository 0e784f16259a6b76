package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_COUNT;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITTEN_COUNT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random claims, commits, aborts, takes and releases beside a model that knows only the rules: which ranges are in use,
 * which frames are unread, what may be free. It does not know how the ring decides.
 */
final class HeldFramesModelTest {
    /** Repeats a run: -Dzerobuffer.seed=the number printed. */
    private static final long SEED = Long.getLong("zerobuffer.seed", System.nanoTime());

    private static final byte[] MARKER = new byte[16];

    @ParameterizedTest
    @CsvSource({
        "4096, 500, 150000, 60",
        "4096, 500, 50000, 300",
        "4096, 4080, 50000, 3",
        "4096, 3, 30000, 1000",
        "64, 48, 100000, 3",
        "128, 112, 100000, 5",
        "256, 240, 100000, 8",
        "256, 20, 50000, 20",
        "101, 85, 50000, 4"
    })
    void shouldNeverGiveOutWhatIsInUse(int capacity, int largest, int steps, int mostHeld) {
        long seed = SEED + capacity + largest + mostHeld;
        System.out.println("HeldFramesModelTest: capacity " + capacity + ", largest " + largest + ", seed " + SEED);
        Model model = new Model(capacity, largest, mostHeld, new Random(seed));
        for (int step = 0; step < steps; step++) {
            try {
                model.step();
                model.check();
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(
                        "step " + step + ", capacity " + capacity + ", -Dzerobuffer.seed=" + SEED, failure);
            }
        }
        assertTrue(model.frames > steps / 20, () -> "only " + model.frames + " frames in " + steps + " steps");
        model.finish();
    }

    /** A committed frame until its space is given back; waste is what its wrap gave up at the end of the ring. */
    private static final class Piece {
        final long position;
        final long size;
        final long sequence;
        final long waste;
        long ticket = -1;
        boolean released;

        Piece(long position, long size, long sequence, long waste) {
            this.position = position;
            this.size = size;
            this.sequence = sequence;
            this.waste = waste;
        }

        long total() {
            return waste + 16 + size;
        }
    }

    private static final class Model {
        private final TestRing ring;
        private final RingReader reader;
        private final RingWriter writer;
        private final Random random;
        private final int largest;
        private final int mostHeld;

        /** Outstanding frames from oldest to newest: taken ones first, then unread ones. */
        private final List<Piece> pieces = new ArrayList<>();

        private int taken;
        private int heldNow;
        private long end;
        private long readEnd;
        private long frames;
        private long writtenCount;
        private long readCount;
        private long storedReadCount;
        /** Runs of one action, so that the ring gets full and gets drained. */
        private int mood;

        Model(int capacity, int largest, int mostHeld, Random random) {
            this.ring = new TestRing(capacity);
            this.reader = ring.reader();
            this.writer = ring.writer();
            this.random = random;
            this.largest = largest;
            this.mostHeld = mostHeld;
        }

        void step() {
            if (random.nextInt(50) == 0) {
                mood = random.nextInt(3);
            }
            int action = random.nextInt(4);
            switch (action == 3 ? mood : action) {
                case 0 -> write();
                case 1 -> take();
                default -> release();
            }
        }

        void check() {
            assertEquals(ring.capacity - used(), ring.get(FREE), "payload_free_bytes");
            assertEquals(end, ring.get(WRITE_POS), "payload_write_pos");
            assertEquals(readEnd, ring.get(READ_POS), "payload_read_pos");
            assertEquals(writtenCount, ring.get(WRITTEN_COUNT), "payload_written_count");
            long stored = ring.get(READ_COUNT);
            assertTrue(
                    stored >= storedReadCount && stored <= readCount,
                    () -> "payload_read_count " + stored + " of " + readCount);
            assertTrue(stored > readCount - 64, () -> "payload_read_count " + stored + " of " + readCount);
            storedReadCount = stored;
            for (int i = 0; i < pieces.size(); i++) {
                Piece piece = pieces.get(i);
                if (!piece.released) {
                    ring.assertIntact(piece.position + 16, piece.size, piece.sequence);
                }
            }
        }

        void finish() {
            while (!pieces.isEmpty()) {
                take();
                release();
                check();
            }
            assertEquals(RingReader.NOTHING, reader.take());
        }

        private void write() {
            long size = 1 + random.nextInt(random.nextInt(4) == 0 ? Math.min(largest, 40) : largest);
            long total = 16 + size;
            long free = ring.get(FREE);
            long toEnd = ring.capacity - end;
            boolean fitsInLine = (toEnd == total || toEnd >= total + 16) && free >= total;
            boolean fitsWrapped =
                    (toEnd == 0 || toEnd >= 16) && toEnd < total + 16 && toEnd != total && free >= toEnd + total;
            long at = writer.claim(size);
            if (at == RingWriter.NO_ROOM) {
                assertTrue(
                        !fitsInLine && !fitsWrapped && !pieces.isEmpty(), "refused a frame of " + size + " that fits");
                return;
            }
            long position = ring.positionOf(at) - 16;
            assertUnused(position, total);
            if (random.nextInt(4) == 0) {
                ring.fillRing(position + 16, size, random.nextInt());
                writer.abort();
                return;
            }
            ring.content(position + 16, size, frames + 1);
            assertEquals(frames + 1, writer.commit());
            frames++;
            writtenCount++;
            pieces.add(new Piece(position, size, frames, wasteOf(position, total, toEnd, free - ring.get(FREE))));
            end = position + total;
        }

        /** Which of the three legal ways the writer went. */
        private long wasteOf(long position, long total, long toEnd, long spent) {
            // A drained ring may be rewound to where it is already.
            if (position == end && !(position == 0 && pieces.isEmpty())) {
                assertEquals(total, spent);
                assertTrue(toEnd == total || toEnd >= total + 16, "left a tail of " + (toEnd - total));
                return 0;
            }
            assertEquals(0, position);
            if (spent == total && toEnd > 0) {
                assertTrue(pieces.isEmpty(), "rewound a ring in use");
                readEnd = 0;
                return 0;
            }
            assertEquals(toEnd + total, spent);
            assertTrue(toEnd == 0 || toEnd >= 16, "crossed a tail of " + toEnd);
            if (toEnd > 0) {
                assertUnused(end, toEnd);
                assertArrayEquals(MARKER, ring.bytes(end, 16));
                writtenCount++;
            } else if (pieces.isEmpty()) {
                readEnd = ring.get(READ_POS);
                assertTrue(readEnd == 0 || readEnd == ring.capacity, "read position moved to " + readEnd);
            }
            return toEnd;
        }

        private void take() {
            if (taken == pieces.size()) {
                assertEquals(RingReader.NOTHING, reader.take());
                return;
            }
            if (heldNow >= mostHeld) {
                return;
            }
            Piece piece = pieces.get(taken);
            piece.ticket = ring.take(reader, piece.sequence, piece.size);
            assertEquals(piece.position + 16, ring.positionOf(reader.frameOffset()));
            readEnd = piece.position + 16 + piece.size;
            readCount += piece.waste >= 16 ? 2 : 1;
            taken++;
            heldNow++;
        }

        private void release() {
            if (heldNow == 0) {
                return;
            }
            int which = random.nextInt(heldNow);
            for (Piece piece : pieces) {
                if (!piece.released && which-- == 0) {
                    release(piece);
                    return;
                }
            }
            fail("fewer frames held than counted");
        }

        private void release(Piece piece) {
            piece.released = true;
            heldNow--;
            int given = 0;
            while (!pieces.isEmpty() && pieces.getFirst().released) {
                pieces.removeFirst();
                given++;
            }
            taken -= given;
            assertEquals(given, reader.release(piece.ticket));
        }

        private long used() {
            long used = 0;
            for (Piece piece : pieces) {
                used += piece.total();
            }
            return used;
        }

        private void assertUnused(long position, long length) {
            assertTrue(position >= 0 && position + length <= ring.capacity, () -> length + " bytes at " + position);
            for (Piece piece : pieces) {
                boolean overlaps = position < piece.position + 16 + piece.size && piece.position < position + length;
                assertTrue(
                        !overlaps || piece.released,
                        () -> length + " bytes at " + position + " overwrite frame " + piece.sequence);
            }
        }
    }
}
