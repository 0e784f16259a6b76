package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITTEN_COUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.zerobuffer.internal.wire.FrameHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A writer dies between any two stores with which it stages and publishes several frames: all of them are there
 * afterwards, or none.
 */
final class BatchRecoveryTest {
    private static final long CAPACITY = 512;

    private enum Store {
        STAGED,
        MARKER,
        SPACE_TAKEN,
        COUNT,
        WRITE_POSITION,
        HEADER
    }

    /**
     * @param before frames written and released first
     * @param held size of a frame the reader holds meanwhile, 0 = none
     * @param batch sizes of the frames of the batch
     */
    private record Scenario(String name, List<Integer> before, int held, List<Integer> batch, Store diedAfter) {
        @Override
        public String toString() {
            return name + ", died after " + diedAfter;
        }
    }

    static Stream<Scenario> deaths() {
        List<Scenario> scenarios = new ArrayList<>();
        for (Store store : Store.values()) {
            scenarios.add(new Scenario("the first frames of all", List.of(), 0, List.of(40, 30, 50), store));
            scenarios.add(new Scenario("behind others", List.of(40, 30), 0, List.of(50, 1), store));
            scenarios.add(new Scenario("behind a held frame", List.of(40), 60, List.of(20, 20, 20), store));
            scenarios.add(new Scenario("to the very end", List.of(200), 0, List.of(134, 130), store));
            scenarios.add(new Scenario("behind a marker", List.of(200, 200), 0, List.of(80, 40), store));
            scenarios.add(new Scenario("behind a marker and a held frame", List.of(200), 200, List.of(90, 40), store));
            scenarios.add(new Scenario("at the start without a marker", List.of(240, 240), 0, List.of(50, 60), store));
            scenarios.add(new Scenario("a full ring", List.of(184), 56, List.of(100, 68), store));
        }
        return scenarios.stream();
    }

    private final TestRing ring = new TestRing(CAPACITY);
    private final RingReader reader = ring.reader();
    private final RingWriter first = ring.writer();
    private long written;

    @ParameterizedTest
    @MethodSource("deaths")
    void shouldPublishAllOfABatchOrNothing(Scenario scenario) {
        for (int size : scenario.before()) {
            ring.write(first, ++written, size);
            ring.takeAndRelease(reader, written, size);
        }
        long held = RingReader.NOTHING;
        if (scenario.held() > 0) {
            ring.write(first, ++written, scenario.held());
            held = ring.take(reader, written, scenario.held());
        }
        dieInBatch(scenario.batch(), scenario.diedAfter());
        boolean isCovered = scenario.diedAfter().compareTo(Store.WRITE_POSITION) >= 0;
        if (scenario.diedAfter() != Store.HEADER) {
            assertEquals(RingReader.NOTHING, reader.take());
        }
        reader.freeUncommitted(() -> true);

        RingWriter successor = ring.writer();
        if (isCovered) {
            assertEquals(scenario.batch().size(), successor.unreadFrames());
            for (int size : scenario.batch()) {
                reader.release(ring.take(reader, ++written, size));
            }
        }
        assertEquals(RingReader.NOTHING, reader.take());
        if (held != RingReader.NOTHING) {
            reader.release(held);
        }
        assertEquals(CAPACITY, ring.get(FREE));
        for (int size : new int[] {30, 496, 1, 200, 201, 199, 3}) {
            ring.write(successor, ++written, size);
            ring.takeAndRelease(reader, written, size);
        }
    }

    /** What lies behind a rewound frame may be old frames that happen to end at write_pos: their numbers tell. */
    @Test
    void shouldNotPublishOldFramesBehindAFrameThatWasBeingRewound() {
        ring.write(first, 1, 84);
        ring.write(first, 2, 84);
        ring.write(first, 3, 84);
        for (int sequence = 1; sequence <= 3; sequence++) {
            ring.takeAndRelease(reader, sequence, 84);
        }
        // A frame of 84 as if it had rewound; its writer dies before it stores write_pos, which still is 300.
        ring.header(0, 84 | Long.MIN_VALUE, 4 | Long.MIN_VALUE);
        ring.set(READ_POS, 0);
        ring.set(FREE, CAPACITY - 100);
        RingWriter successor = ring.writer();
        assertEquals(CAPACITY, ring.get(FREE));
        assertEquals(RingReader.NOTHING, reader.take());
        ring.write(successor, 4, 10);
        ring.takeAndRelease(reader, 4, 10);
    }

    @Test
    void shouldForgetABatchThatWasNeverPublished() {
        ring.write(first, 1, 20);
        stage(first, 2, 30);
        stage(first, 3, 40);
        RingWriter successor = ring.writer();
        ring.takeAndRelease(reader, 1, 20);
        assertEquals(RingReader.NOTHING, reader.take());
        ring.write(successor, 2, 30);
        ring.takeAndRelease(reader, 2, 30);
        assertEquals(RingReader.NOTHING, reader.take(), "frame 3 of the batch still lies there");
        assertEquals(CAPACITY, ring.get(FREE));
    }

    private long stage(RingWriter writer, long sequence, int size) {
        long at = writer.claim(size);
        assertNotEquals(RingWriter.NO_ROOM, at, () -> "no room for " + size);
        long position = ring.positionOf(at) - FrameHeader.SIZE;
        ring.content(position + FrameHeader.SIZE, size, sequence);
        assertEquals(sequence, writer.stage());
        return position;
    }

    /** Runs it all, then takes back what the dead writer would not have come to. */
    private void dieInBatch(List<Integer> sizes, Store diedAfter) {
        long free = ring.get(FREE);
        long count = ring.get(WRITTEN_COUNT);
        long writePosition = ring.get(WRITE_POS);
        byte[] atWritePosition = CAPACITY - writePosition >= FrameHeader.SIZE
                ? ring.bytes(writePosition, FrameHeader.SIZE)
                : new byte[0];
        long sequence = written;
        long start = stage(first, ++sequence, sizes.getFirst());
        for (int size : sizes.subList(1, sizes.size())) {
            stage(first, ++sequence, size);
        }
        assertEquals(sizes.size(), first.publish());
        if (diedAfter.compareTo(Store.HEADER) < 0) {
            FrameHeader.writePending(ring.segment, ring.layout.payloadOffset() + start, sizes.getFirst(), written + 1);
        }
        takeBackUnless(diedAfter, Store.WRITE_POSITION, WRITE_POS, writePosition);
        takeBackUnless(diedAfter, Store.COUNT, WRITTEN_COUNT, count);
        takeBackUnless(diedAfter, Store.SPACE_TAKEN, FREE, free);
        if (diedAfter.compareTo(Store.MARKER) < 0 && start != writePosition) {
            MemorySegment.copy(
                    atWritePosition,
                    0,
                    ring.segment,
                    ValueLayout.JAVA_BYTE,
                    ring.layout.payloadOffset() + writePosition,
                    atWritePosition.length);
        }
    }

    private void takeBackUnless(Store diedAfter, Store store, long field, long before) {
        if (diedAfter.compareTo(store) < 0) {
            ring.set(field, before);
        }
    }
}
