package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITTEN_COUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.internal.wire.FrameHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A writer dies between any two stores of a commit; its successor goes on as if it had died before or after, and no
 * space is lost.
 */
final class CommitRecoveryTest {
    private static final long CAPACITY = 256;

    /** The shared words a commit changes, in the order in which it does. */
    private enum Store {
        CLAIM,
        PENDING_HEADER,
        MARKER,
        READ_POSITION,
        SPACE_TAKEN,
        COUNT,
        WRITE_POSITION,
        HEADER
    }

    /**
     * @param sizes frames written before, each read and released at once
     * @param held size of a further frame that the reader holds meanwhile, 0 = none
     * @param last size of the frame in whose commit the writer dies
     * @param readerNotices whether the reader finds the ring without a writer before the successor comes
     */
    private record Scenario(
            String name, List<Integer> sizes, int held, int last, Store diedAfter, boolean readerNotices) {
        Scenario(String name, List<Integer> sizes, int held, int last, Store diedAfter) {
            this(name, sizes, held, last, diedAfter, true);
        }

        Scenario unnoticed() {
            return new Scenario(name, sizes, held, last, diedAfter, false);
        }

        @Override
        public String toString() {
            return name + ", died after " + diedAfter + (readerNotices ? "" : ", succeeded before the reader noticed");
        }
    }

    static Stream<Scenario> deaths() {
        List<Scenario> scenarios = new ArrayList<>();
        for (Store store : Store.values()) {
            scenarios.add(new Scenario("first frame", List.of(), 0, 40, store));
            scenarios.add(new Scenario("next frame", List.of(40, 30), 0, 50, store));
            scenarios.add(new Scenario("next to a held frame of its size", List.of(40), 50, 50, store));
            scenarios.add(new Scenario("to the very end", List.of(100), 0, 124, store));
            scenarios.add(new Scenario("wrapped behind a marker", List.of(100, 60), 0, 100, store));
            scenarios.add(new Scenario("wrapped with a held frame in front", List.of(100), 60, 60, store));
            scenarios.add(new Scenario("wrapped without a marker", List.of(100, 124), 0, 50, store));
            scenarios.add(new Scenario("rewound", List.of(100), 0, 200, store));
            scenarios.add(new Scenario("rewound over two frames", List.of(60, 40), 0, 200, store));
            scenarios.add(new Scenario("rewound by a frame of the same size", List.of(100, 124, 200), 0, 200, store));
            scenarios.add(new Scenario("rewound in step", List.of(20, 20, 20, 20), 0, 20, store));
            scenarios.add(new Scenario(
                    "rewound in step over all frames, up to write_pos", List.of(20, 20, 20, 20), 0, 128, store));
            scenarios.add(
                    new Scenario("rewound in step over more than all frames", List.of(20, 20, 20, 20), 0, 150, store));
        }
        return scenarios.stream().flatMap(scenario -> Stream.of(scenario, scenario.unnoticed()));
    }

    private final TestRing ring = new TestRing(CAPACITY);
    private final RingReader reader = ring.reader();
    private final RingWriter first = ring.writer();
    private long written;
    private long lastFrameEnd;

    @ParameterizedTest
    @MethodSource("deaths")
    void shouldGoOnAfterADeathBetweenAnyTwoStores(Scenario scenario) {
        first.stayInStep();
        for (int size : scenario.sizes()) {
            pass(first, size);
        }
        long held = RingReader.NOTHING;
        if (scenario.held() > 0) {
            ring.write(first, ++written, scenario.held());
            held = ring.take(reader, written, scenario.held());
        }
        dieInCommit(scenario.last(), scenario.diedAfter());

        if (!scenario.readerNotices()) {
            ring.writer();
        }
        // With a frame of the whole ring's size the write position is the same before and after.
        boolean lastCounts =
                scenario.diedAfter().compareTo(Store.SPACE_TAKEN) >= 0 && ring.get(WRITE_POS) == lastFrameEnd;
        if (scenario.readerNotices() && !lastCounts) {
            assertEquals(RingReader.NOTHING, reader.take());
        }
        if (!lastCounts) {
            reader.freeUncommitted(() -> true);
        }
        RingWriter successor = ring.writer();
        successor.stayInStep();
        if (lastCounts) {
            reader.release(ring.take(reader, ++written, scenario.last()));
        }
        assertEquals(RingReader.NOTHING, reader.take());
        if (held != RingReader.NOTHING) {
            reader.release(held);
        }
        assertEquals(CAPACITY, ring.get(FREE));
        for (int size : new int[] {30, 240, 1, 100, 101, 99, 3}) {
            pass(successor, size);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Store.class,
            names = {"WRITE_POSITION", "HEADER"})
    void shouldPublishTheFrameThatFilledTheRing(Store diedAfter) {
        pass(first, 100);
        ring.write(first, ++written, 124);
        dieInCommit(100, diedAfter);
        assertEquals(0, ring.get(FREE));

        assertEquals(2, ring.writer().unreadFrames());
        reader.release(ring.take(reader, written, 124));
        reader.release(ring.take(reader, written + 1, 100));
        assertEquals(CAPACITY, ring.get(FREE));
    }

    @Test
    void shouldNotTakeTheFrameThatEndsTheRingForReleasedBecauseItsReaderWentBackToTheStart() {
        pass(first, 100);
        ring.write(first, ++written, 124);
        long held = ring.take(reader, written, 124);
        ring.set(READ_POS, 0);
        dieInCommit(40, Store.SPACE_TAKEN);

        ring.writer();
        assertEquals(CAPACITY - 140 - 56, ring.get(FREE));
        reader.freeUncommitted(() -> true);
        reader.release(held);
        assertEquals(CAPACITY, ring.get(FREE));
    }

    @Test
    void shouldCallSpaceThatADeadWriterTookNothingWhateverItsSuccessorIsAboutToPutThere() {
        dieInCommit(40, Store.SPACE_TAKEN);
        FrameHeader.writePending(ring.segment, ring.layout.payloadOffset(), 180, 1);
        assertEquals(RingReader.NOTHING, reader.take());
        FrameHeader.writeNote(ring.segment, ring.layout.payloadOffset(), CAPACITY, 1);
        assertEquals(RingReader.NOTHING, reader.take());
    }

    private void pass(RingWriter writer, int size) {
        ring.write(writer, ++written, size);
        ring.takeAndRelease(reader, written, size);
    }

    /** Runs the commit, then takes back every shared word that the dead writer would not have come to. */
    private void dieInCommit(int size, Store diedAfter) {
        long readPosition = ring.get(READ_POS);
        long free = ring.get(FREE);
        long count = ring.get(WRITTEN_COUNT);
        long writePosition = ring.get(WRITE_POS);
        byte[] whereTheMarkerGoes = CAPACITY - writePosition >= FrameHeader.SIZE
                ? ring.bytes(writePosition, FrameHeader.SIZE)
                : new byte[0];
        long at = first.claim(size);
        assertNotEquals(RingWriter.NO_ROOM, at, () -> "no room for " + size);
        long position = ring.positionOf(at) - FrameHeader.SIZE;
        ring.content(position + FrameHeader.SIZE, size, written + 1);
        byte[] claimed = ring.bytes(position, FrameHeader.SIZE);
        assertEquals(written + 1, first.commit());
        lastFrameEnd = position + FrameHeader.SIZE + size;
        if (diedAfter == Store.CLAIM) {
            restore(position, claimed);
        } else if (diedAfter.compareTo(Store.HEADER) < 0) {
            ring.header(position, size | Long.MIN_VALUE, written + 1);
        }
        if (diedAfter.compareTo(Store.MARKER) < 0 && lastFrameEnd <= writePosition) {
            restore(writePosition, whereTheMarkerGoes);
        }
        assertTrue(free > ring.get(FREE));
        takeBackUnless(diedAfter, Store.READ_POSITION, READ_POS, readPosition);
        takeBackUnless(diedAfter, Store.SPACE_TAKEN, FREE, free);
        takeBackUnless(diedAfter, Store.WRITE_POSITION, WRITE_POS, writePosition);
        takeBackUnless(diedAfter, Store.COUNT, WRITTEN_COUNT, count);
    }

    private void restore(long position, byte[] bytes) {
        long offset = ring.layout.payloadOffset() + position;
        MemorySegment.copy(bytes, 0, ring.segment, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    private void takeBackUnless(Store diedAfter, Store store, long field, long before) {
        if (diedAfter.compareTo(store) < 0) {
            ring.set(field, before);
        }
    }
}
