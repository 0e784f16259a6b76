package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.PAYLOAD_TAKEN;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITTEN_COUNT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.internal.wire.FrameHeader;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random claims that are open at once, committed with all or less of their bytes or aborted in any order, beside a
 * model that knows only the rules: nothing in use is given out, nothing is stored before it is published, frames come
 * whole and in the order of claiming. And a death of the writer between any two stores of what they publish.
 */
final class OpenClaimsModelTest {
    /** Repeats a run: -Dzerobuffer.seed=the number printed. */
    private static final long SEED = Long.getLong("zerobuffer.seed", System.nanoTime());

    private static final long PENDING = Long.MIN_VALUE;

    @ParameterizedTest
    @CsvSource({
        "4096, 500, 20000, 40, 5",
        "4096, 4080, 10000, 3, 3",
        "4096, 60, 10000, 100, 30",
        "256, 100, 30000, 4, 3",
        "256, 240, 20000, 3, 2",
        "128, 40, 20000, 3, 3",
        "101, 30, 20000, 3, 3"
    })
    void shouldPublishInOrderAndNeverGiveOutWhatIsInUse(
            int capacity, int largest, int steps, int mostHeld, int mostOpen) {
        print("capacity " + capacity);
        for (Policy policy : Policy.values()) {
            keepTheRules(new Shape(capacity, largest, mostHeld, mostOpen, policy, false), steps);
        }
    }

    /** It holds one frame at a time, and adds to payload_free_bytes in two steps, with claims and commits between. */
    @ParameterizedTest
    @CsvSource({
        "4096, 500, 20000, 5",
        "4096, 60, 10000, 30",
        "256, 100, 30000, 3",
        "256, 240, 20000, 2",
        "128, 40, 20000, 3",
        "101, 30, 20000, 3"
    })
    void shouldDoSoInFrontOfAReaderThatGoesByTokens(int capacity, int largest, int steps, int mostOpen) {
        print("tokens, capacity " + capacity);
        for (Policy policy : Policy.values()) {
            keepTheRules(new Shape(capacity, largest, 1, mostOpen, policy, true), steps);
        }
    }

    private static void keepTheRules(Shape shape, int steps) {
        World world = new World(shape, SEED + shape.capacity());
        for (int step = 0; step < steps; step++) {
            try {
                world.step();
                world.check();
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(shape + ", step " + step + ", -Dzerobuffer.seed=" + SEED, failure);
            }
        }
        assertTrue(world.sequence > steps / 50, () -> "only " + world.sequence + " frames in " + steps + " steps");
        world.finish();
    }

    @ParameterizedTest
    @CsvSource({"256, 60, 3, 3, 100", "256, 240, 2, 2, 100", "128, 40, 2, 3, 100", "101, 30, 2, 3, 100"})
    void shouldGoOnAfterADeathBetweenAnyTwoStores(
            int capacity, int largest, int mostHeld, int mostOpen, int histories) {
        print("deaths, capacity " + capacity);
        int deaths = 0;
        for (int history = 0; history < histories; history++) {
            Policy policy = Policy.values()[history % Policy.values().length];
            Shape shape = new Shape(capacity, largest, mostHeld, mostOpen, policy, false);
            long seed = SEED + history;
            World world = new World(shape, seed);
            for (int step = 0; step < 60; step++) {
                byte[] before = world.ring.bytes();
                int firstPublished = world.step();
                deaths += dieInEach(shape, seed, step, before, world, firstPublished);
            }
        }
        assertTrue(deaths > histories * 10, deaths + " deaths");
    }

    /** Lets a writer of the same history die between any two stores of its last step; answers how often. */
    private static int dieInEach(Shape shape, long seed, int steps, byte[] before, World world, int firstPublished) {
        boolean publishes = firstPublished < world.frames.size();
        List<Store> stores = publishes ? world.storesFrom(firstPublished, before) : world.storesOfNote(before);
        for (int done = 0; done < stores.size(); done++) {
            for (boolean isNoticed : new boolean[] {true, false}) {
                World dying = new World(shape, seed);
                for (int step = 0; step < steps; step++) {
                    dying.step();
                }
                assertArrayEquals(before, dying.ring.bytes());
                try {
                    dying.dieAfter(stores.subList(0, done), world.frames.subList(firstPublished, world.frames.size()));
                    dying.recover(isNoticed);
                } catch (AssertionError | RuntimeException failure) {
                    throw new AssertionError(
                            shape + ", -Dzerobuffer.seed=" + SEED + " (" + seed + "), step " + steps + ", died after "
                                    + stores.subList(0, done) + (isNoticed ? "" : ", unnoticed"),
                            failure);
                }
            }
        }
        return 2 * stores.size();
    }

    private static void print(String what) {
        System.out.println("OpenClaimsModelTest: " + what + ", seed " + SEED);
    }

    private enum Policy {
        PLAIN,
        EARLY_WRAPS,
        IN_STEP
    }

    /** @param tokens whether the reader goes by tokens */
    private record Shape(int capacity, int largest, int mostHeld, int mostOpen, Policy policy, boolean tokens) {}

    /** A store of a commit: bytes at a position of the ring, or a word of the header block (before it). */
    private record Store(String what, int at, byte[] bytes, int frame) {
        @Override
        public String toString() {
            return what;
        }
    }

    /** A published frame, until its space is free; waste is what its wrap skipped, until that is free. */
    private static final class Piece {
        final long position;
        final long size;
        final long sequence;
        long waste;
        final boolean rewinds;
        final long content;
        long ticket = RingReader.NOTHING;
        boolean released;

        Piece(long position, long size, long sequence, long waste, boolean rewinds, long content) {
            this.position = position;
            this.size = size;
            this.sequence = sequence;
            this.waste = waste;
            this.rewinds = rewinds;
            this.content = content;
        }

        Piece asPublished() {
            return new Piece(position, size, sequence, waste, rewinds, content);
        }

        long total() {
            return waste + 16 + size;
        }
    }

    /** A claim that is open, or waits for those before it. */
    private static final class Open {
        final long ticket;
        final long position;
        final long content;
        long size;
        boolean isCommitted;
        boolean isAborted;

        Open(long ticket, long position, long size, long content) {
            this.ticket = ticket;
            this.position = position;
            this.size = size;
            this.content = content;
        }
    }

    /** A ring with both sides, and what is to be true of it. The same seed makes the same history. */
    private static final class World {
        final Shape shape;
        final TestRing ring;
        private final RingReader reader;
        private final PublishedReader tokenReader;
        private final RingWriter writer;
        private final OpenClaims claims;
        private final Random random;

        /** All frames ever published. */
        final List<Piece> frames = new ArrayList<>();

        private final List<Open> open = new ArrayList<>();
        private int firstInUse;
        private int taken;
        private long writeEnd;
        private long contents;
        long sequence;
        private int mood;
        /** Whether the last frame is published, and not left to a successor. */
        private boolean isLastFinal = true;

        private boolean isFinishing;

        World(Shape shape, long seed) {
            this.shape = shape;
            this.ring = new TestRing(shape.capacity());
            this.random = new Random(seed);
            this.reader = ring.reader();
            this.tokenReader = new PublishedReader(ring);
            this.writer = shape.tokens() ? ring.writerBeforeTokens() : ring.writer();
            this.claims = writer.openClaims();
            if (shape.policy() == Policy.EARLY_WRAPS) {
                writer.wrapEarly(shape.capacity() / 4);
            } else if (shape.policy() == Policy.IN_STEP) {
                writer.stayInStep();
            }
        }

        /** Answers how many frames there were before. */
        int step() {
            int before = frames.size();
            if (random.nextInt(40) == 0) {
                mood = random.nextInt(5);
            }
            int action = random.nextInt(6);
            switch (action == 5 ? mood : action) {
                case 0 -> claim();
                case 1 -> settle(true);
                case 2 -> settle(random.nextInt(3) == 0);
                case 3 -> take();
                default -> release();
            }
            return before;
        }

        private long size() {
            return 1 + random.nextInt(random.nextInt(4) == 0 ? Math.min(shape.largest(), 40) : shape.largest());
        }

        private void claim() {
            if (open.size() >= shape.mostOpen()) {
                return;
            }
            long size = size();
            byte[] before = ring.bytes();
            if (open.isEmpty() && random.nextInt(8) == 0) {
                single(size);
                return;
            }
            long ticket = claims.claim(size);
            if (ticket == RingWriter.NO_ROOM) {
                assertArrayEquals(before, ring.bytes());
                assertTrue(!open.isEmpty() || firstInUse < frames.size(), "refused a drained ring's " + size);
                return;
            }
            Open claim = new Open(ticket, ring.positionOf(claims.offset(ticket)) - 16, size, ++contents);
            if (FrameHeader.isNote(ring.sizeAt(0))) {
                System.arraycopy(ring.bytes(0, 16), 0, before, before.length - shape.capacity(), 16);
            }
            assertArrayEquals(before, ring.bytes());
            assertUnused(claim.position, 16 + size);
            ring.content(claim.position + 16, size, claim.content);
            open.add(claim);
        }

        /** The one claim there may be besides. */
        private void single(long size) {
            long at = writer.claim(size);
            if (at != RingWriter.NO_ROOM) {
                long less = random.nextBoolean() ? size : 1 + random.nextInt((int) size);
                assertUnused(ring.positionOf(at) - 16, 16 + size);
                ring.content(ring.positionOf(at), less, ++contents);
                long free = free();
                writer.shrink(less);
                writer.commit();
                published(ring.positionOf(at) - 16, less, contents, free - free() - 16 - less);
            }
        }

        private void settle(boolean commits) {
            if (open.isEmpty()) {
                return;
            }
            Open claim = open.get(random.nextInt(open.size()));
            if (claim.isCommitted || claim.isAborted) {
                return;
            }
            byte[] before = ring.bytes();
            long free = free();
            long size = random.nextInt(3) > 0 ? claim.size : 1 + random.nextInt((int) claim.size);
            int count = commits ? claims.commit(claim.ticket, size) : claims.abort(claim.ticket);
            claim.isCommitted = commits;
            claim.isAborted = !commits;
            claim.size = size;
            List<Open> published = new ArrayList<>();
            while (!open.isEmpty() && (open.getFirst().isCommitted || open.getFirst().isAborted)) {
                Open first = open.removeFirst();
                if (first.isCommitted) {
                    published.add(first);
                }
            }
            long waste = free
                    - free()
                    - published.stream().mapToLong(each -> 16 + each.size).sum();
            for (Open each : published) {
                published(nextPosition(each.size), each.size, each.content, waste);
            }
            open.removeIf(each -> each.isAborted && open.indexOf(each) == open.size() - 1);
            assertEquals(published.size(), count);
            if (count == 0) {
                assertArrayEquals(before, ring.bytes());
            }
            assertEquals(sequence, writer.lastSequence());
        }

        /** Where the frame lies that was published next: right behind the one before, or at 0. */
        private long nextPosition(long size) {
            boolean isInLine = writeEnd + 16 + size <= shape.capacity()
                    && ring.sizeAt(writeEnd) == size
                    && ring.sequenceAt(writeEnd) == sequence + 1;
            return isInLine ? writeEnd : 0;
        }

        /** @param waste what was skipped in front of this frame, or one that was published with it */
        private void published(long position, long size, long content, long waste) {
            long toEnd = shape.capacity() - writeEnd;
            boolean wraps = position == 0 && waste > 0;
            boolean rewinds = position == 0 && !wraps && ring.get(READ_POS) == 0 && isDrained();
            if (position == 0 && writeEnd % shape.capacity() != 0) {
                assertTrue(wraps || rewinds, "went back to the start of a ring in use");
            }
            assertTrue(!wraps || waste == toEnd && waste >= 16, () -> "skipped " + waste + " of " + toEnd);
            assertTrue(position == writeEnd || position == 0, () -> "a gap from " + writeEnd + " to " + position);
            assertEquals(size, ring.sizeAt(position));
            assertEquals(++sequence, ring.sequenceAt(position));
            frames.add(new Piece(position, size, sequence, wraps ? toEnd : 0, rewinds, content));
            writeEnd = position + 16 + size;
        }

        private boolean isDrained() {
            return firstInUse == frames.size();
        }

        private long free() {
            return ring.get(FREE) - ring.get(PAYLOAD_TAKEN);
        }

        private void take() {
            if (taken == frames.size()) {
                assertNothingToTake();
            } else if (taken - firstInUse < shape.mostHeld()) {
                takeNext();
            }
        }

        /** One that goes by tokens does not look. */
        private void assertNothingToTake() {
            if (!shape.tokens()) {
                assertEquals(RingReader.NOTHING, reader.take());
            }
        }

        private void takeNext() {
            Piece piece = frames.get(taken++);
            if (shape.tokens()) {
                tokenReader.take(piece.size, piece.content, this::claimAndSettle);
                piece.waste = 0;
                return;
            }
            piece.ticket = reader.take();
            assertNotEquals(RingReader.NOTHING, piece.ticket, () -> "frame " + piece.sequence + " is not there");
            assertEquals(piece.sequence, reader.frameSequence());
            assertEquals(piece.size, reader.frameSize());
            assertEquals(piece.position, ring.positionOf(reader.frameOffset()) - 16);
        }

        private void release() {
            if (taken > firstInUse) {
                Piece piece = frames.get(firstInUse + random.nextInt(taken - firstInUse));
                if (!piece.released) {
                    release(piece);
                }
            }
        }

        /** What a writer does between two steps of the reader. */
        private void claimAndSettle() {
            for (int i = isFinishing ? 0 : random.nextInt(4); i > 0; i--) {
                if (random.nextBoolean()) {
                    claim();
                } else {
                    settle(random.nextInt(4) > 0);
                }
            }
        }

        private void release(Piece piece) {
            if (shape.tokens()) {
                tokenReader.release(this::claimAndSettle);
            } else {
                reader.release(piece.ticket);
            }
            piece.released = true;
            while (firstInUse < taken && frames.get(firstInUse).released) {
                firstInUse++;
            }
        }

        void check() {
            long used = 0;
            for (Piece piece : frames.subList(firstInUse, frames.size())) {
                used += piece.total();
                if (!piece.released) {
                    ring.assertIntact(piece.position + 16, piece.size, piece.content);
                }
            }
            assertEquals(shape.capacity() - used, free(), "free");
            assertEquals(writeEnd, ring.get(WRITE_POS), "payload_write_pos");
            assertEquals(open.stream().filter(each -> !each.isAborted).count(), claims.count());
            for (Open claim : open) {
                if (!claim.isAborted) {
                    ring.assertIntact(claim.position + 16, claim.size, claim.content);
                }
            }
        }

        private void assertUnused(long position, long length) {
            assertTrue(position >= 0 && position + length <= shape.capacity(), () -> length + " bytes at " + position);
            for (Piece piece : frames.subList(firstInUse, frames.size())) {
                boolean overlaps = position < piece.position + 16 + piece.size && piece.position < position + length;
                assertTrue(!overlaps, () -> length + " bytes at " + position + " overwrite frame " + piece.sequence);
            }
            for (Open claim : open) {
                boolean overlaps = position < claim.position + 16 + claim.size && claim.position < position + length;
                assertTrue(!overlaps || claim.isAborted, () -> length + " bytes at " + position + " overwrite a claim");
            }
        }

        void finish() {
            isFinishing = true;
            while (!open.isEmpty()) {
                settle(random.nextBoolean());
                check();
            }
            drain();
            assertEquals(shape.capacity(), free());
            assertEquals(shape.tokens(), ring.get(PAYLOAD_TAKEN) > 0);
        }

        private void drain() {
            while (taken < frames.size()) {
                if (shape.tokens()) {
                    releaseAll();
                }
                takeNext();
            }
            assertNothingToTake();
            releaseAll();
        }

        private void releaseAll() {
            for (Piece piece : List.copyOf(frames.subList(firstInUse, taken))) {
                if (!piece.released) {
                    release(piece);
                }
            }
        }

        /** The stores by which these frames were published, in order. */
        List<Store> storesFrom(int first, byte[] before) {
            List<Store> stores = new ArrayList<>();
            long end = valueAt(before, WRITE_POS);
            long written = valueAt(before, WRITTEN_COUNT);
            long free = valueAt(before, FREE);
            for (int frame = first; frame < frames.size(); frame++) {
                Piece piece = frames.get(frame);
                byte[] content = ring.bytes(piece.position + 16, piece.size);
                if (piece.position == 0 && written > 0) {
                    stores.add(word("note's number", at(0) + 8, piece.sequence | PENDING, frame));
                    stores.add(word("note", at(0), end | 3L << 62, frame));
                }
                stores.add(new Store("content", at(piece.position + 16), content, frame));
                stores.add(word("pending size", at(piece.position), piece.size | PENDING, frame));
                stores.add(word("number", at(piece.position) + 8, piece.sequence, frame));
                if (piece.waste >= 16) {
                    stores.add(word("marker's number", at(end) + 8, 0, frame));
                    stores.add(word("marker", at(end), 0, frame));
                    written++;
                }
                if (piece.rewinds) {
                    stores.add(word("read_pos", (int) READ_POS, 0, frame));
                }
                free -= piece.total();
                stores.add(word("space", (int) FREE, free, frame));
                stores.add(word("count", (int) WRITTEN_COUNT, ++written, frame));
                end = piece.position + 16 + piece.size;
                stores.add(word("write_pos", (int) WRITE_POS, end, frame));
                stores.add(word("final size", at(piece.position), piece.size, frame));
            }
            byte[] after = before.clone();
            stores.forEach(store -> System.arraycopy(store.bytes(), 0, after, store.at(), store.bytes().length));
            // Content that moves may be stored where another part of it was.
            assertArrayEquals(ring.bytes(), after, () -> "not by these stores: " + stores);
            return stores;
        }

        /** The stores by which a claim noted the sequence, if it did. */
        List<Store> storesOfNote(byte[] before) {
            boolean isNoted = FrameHeader.isNote(ring.sizeAt(0));
            return isNoted && (valueAt(before, at(0)) != ring.sizeAt(0) || valueAt(before, at(8)) != ring.sequenceAt(0))
                    ? List.of(
                            word("note's number", at(0) + 8, ring.sequenceAt(0), -1),
                            word("note", at(0), ring.sizeAt(0), -1),
                            new Store("claim", 0, new byte[0], -1))
                    : List.of(new Store("step", 0, new byte[0], -1));
        }

        private int at(long position) {
            return (int) (ring.layout.payloadOffset() + position);
        }

        private static long valueAt(byte[] bytes, long field) {
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong((int) field);
        }

        private static Store word(String what, int at, long value, int frame) {
            byte[] bytes = new byte[8];
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
            return new Store(what, at, bytes, frame);
        }

        /** The writer is gone, and of its last step these stores were made. */
        void dieAfter(List<Store> done, List<Piece> published) {
            for (Store store : done) {
                for (int i = 0; i < store.bytes().length; i++) {
                    ring.segment.set(ValueLayout.JAVA_BYTE, store.at() + i, store.bytes()[i]);
                }
            }
            int first = frames.size();
            for (Piece piece : published) {
                int frame = first + published.indexOf(piece);
                boolean tookSpace = isDone(done, frame, "space");
                if (!tookSpace || ring.get(WRITE_POS) != piece.position + 16 + piece.size && !isFinal(done, frame)) {
                    break;
                }
                frames.add(piece.asPublished());
                isLastFinal = isFinal(done, frame);
            }
        }

        private static boolean isFinal(List<Store> done, int frame) {
            return isDone(done, frame, "final size");
        }

        private static boolean isDone(List<Store> done, int frame, String what) {
            return done.stream()
                    .anyMatch(each -> each.frame() == frame && each.what().equals(what));
        }

        /** What the reader and a successor make of it, noticed by the reader before that comes or not. */
        void recover(boolean isNoticed) {
            if (!isNoticed) {
                ring.writer();
            }
            int complete = frames.size() - (isLastFinal || !isNoticed ? 0 : 1);
            while (taken < complete) {
                takeNext();
            }
            if (taken == frames.size()) {
                assertEquals(RingReader.NOTHING, reader.take());
                reader.freeUncommitted(() -> true);
            }
            RingWriter successor = ring.writer();
            drain();
            assertEquals(shape.capacity(), ring.get(FREE), "free");
            long next = frames.isEmpty() ? 0 : frames.getLast().sequence;
            for (int size : new int[] {7, shape.capacity() - 16, 1, 30, 31, 29, 3}) {
                ring.takeAndRelease(reader, written(successor, ++next, size), size);
            }
        }

        private long written(RingWriter successor, long number, int size) {
            ring.write(successor, number, size);
            return number;
        }
    }
}
