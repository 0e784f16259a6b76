package io.zerobuffer.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.foreign.Arena;
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
    private static final SegmentLayout LAYOUT = new SegmentLayout(0, 256);

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

    private long lastFrameEnd;
    private final MemorySegment memory = Arena.ofAuto().allocate(LAYOUT.segmentSize(), 64);

    @ParameterizedTest
    @MethodSource("deaths")
    void shouldGoOnAfterADeathBetweenAnyTwoStores(Scenario scenario) {
        HeaderBlock.initialise(memory, LAYOUT);
        RingReader reader = new RingReader(new RingMemory("test", memory, LAYOUT));
        RingWriter first = new RingWriter(new RingMemory("test", memory, LAYOUT));
        first.stayInStep();
        for (int size : scenario.sizes()) {
            write(first, size);
            reader.release(reader.take());
        }
        long heldTicket = RingReader.NOTHING;
        if (scenario.held() > 0) {
            write(first, scenario.held());
            heldTicket = reader.take();
        }
        long published = reader.frameSequence();
        dieInCommit(first, scenario.last(), scenario.diedAfter());

        if (!scenario.readerNotices()) {
            new RingWriter(new RingMemory("test", memory, LAYOUT));
        }
        // With a frame of the whole ring's size the write position is the same before and after.
        boolean lastCounts = scenario.diedAfter().compareTo(Store.SPACE_TAKEN) >= 0
                && HeaderBlock.payloadWritePositionAcquire(memory, 0) == lastFrameEnd;
        if (scenario.readerNotices() && !lastCounts) {
            assertEquals(RingReader.NOTHING, reader.take());
        }
        if (!lastCounts) {
            reader.freeUncommitted(() -> true);
        }
        RingWriter successor = new RingWriter(new RingMemory("test", memory, LAYOUT));
        successor.stayInStep();
        if (lastCounts) {
            long ticket = reader.take();
            assertNotEquals(RingReader.NOTHING, ticket);
            assertEquals(++published, reader.frameSequence());
            assertContent(reader, scenario.last());
            reader.release(ticket);
        }
        assertEquals(RingReader.NOTHING, reader.take());
        if (heldTicket != RingReader.NOTHING) {
            reader.release(heldTicket);
        }
        assertEquals(LAYOUT.payloadSize(), HeaderBlock.payloadFreeBytesAcquire(memory, 0));
        for (int size : new int[] {30, 240, 1, 100, 101, 99, 3}) {
            assertEquals(++published, write(successor, size));
            long ticket = reader.take();
            assertEquals(published, reader.frameSequence());
            assertContent(reader, size);
            reader.release(ticket);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Store.class,
            names = {"WRITE_POSITION", "HEADER"})
    void shouldPublishTheFrameThatFilledTheRing(Store diedAfter) {
        HeaderBlock.initialise(memory, LAYOUT);
        RingReader reader = new RingReader(new RingMemory("test", memory, LAYOUT));
        RingWriter first = new RingWriter(new RingMemory("test", memory, LAYOUT));
        write(first, 100);
        reader.release(reader.take());
        write(first, 124);
        dieInCommit(first, 100, diedAfter);
        assertEquals(0, HeaderBlock.payloadFreeBytesAcquire(memory, 0));

        assertEquals(2, new RingWriter(new RingMemory("test", memory, LAYOUT)).unreadFrames());
        for (int size : new int[] {124, 100}) {
            long ticket = reader.take();
            assertNotEquals(RingReader.NOTHING, ticket);
            assertContent(reader, size);
            reader.release(ticket);
        }
        assertEquals(LAYOUT.payloadSize(), HeaderBlock.payloadFreeBytesAcquire(memory, 0));
    }

    @Test
    void shouldNotTakeTheFrameThatEndsTheRingForReleasedBecauseItsReaderWentBackToTheStart() {
        HeaderBlock.initialise(memory, LAYOUT);
        RingReader reader = new RingReader(new RingMemory("test", memory, LAYOUT));
        RingWriter first = new RingWriter(new RingMemory("test", memory, LAYOUT));
        write(first, 100);
        reader.release(reader.take());
        write(first, 124);
        long held = reader.take();
        HeaderBlock.payloadReadPositionRelease(memory, 0, 0);
        dieInCommit(first, 40, Store.SPACE_TAKEN);

        new RingWriter(new RingMemory("test", memory, LAYOUT));
        assertEquals(256 - 140 - 56, HeaderBlock.payloadFreeBytesAcquire(memory, 0));
        reader.freeUncommitted(() -> true);
        reader.release(held);
        assertEquals(256, HeaderBlock.payloadFreeBytesAcquire(memory, 0));
    }

    @Test
    void shouldCallSpaceThatADeadWriterTookNothingWhateverItsSuccessorIsAboutToPutThere() {
        HeaderBlock.initialise(memory, LAYOUT);
        RingReader reader = new RingReader(new RingMemory("test", memory, LAYOUT));
        dieInCommit(new RingWriter(new RingMemory("test", memory, LAYOUT)), 40, Store.SPACE_TAKEN);
        FrameHeader.writePending(memory, LAYOUT.payloadOffset(), 180, 1);
        assertEquals(RingReader.NOTHING, reader.take());
        FrameHeader.writeNote(memory, LAYOUT.payloadOffset(), 256, 1);
        assertEquals(RingReader.NOTHING, reader.take());
    }

    /** Runs the commit, then takes back every shared word that the dead writer would not have come to. */
    private void dieInCommit(RingWriter writer, int size, Store diedAfter) {
        long free = HeaderBlock.payloadFreeBytesAcquire(memory, 0);
        byte[] before = memory.asSlice(0, HeaderBlock.SIZE).toArray(ValueLayout.JAVA_BYTE);
        MemorySegment header = MemorySegment.ofArray(before);
        long markerAt = LAYOUT.payloadOffset() + HeaderBlock.payloadWritePositionAcquire(memory, 0);
        byte[] whereTheMarkerGoes = markerAt + FrameHeader.SIZE <= memory.byteSize()
                ? memory.asSlice(markerAt, FrameHeader.SIZE).toArray(ValueLayout.JAVA_BYTE)
                : new byte[0];
        long at = claim(writer, size);
        byte[] claimed = memory.asSlice(at - FrameHeader.SIZE, FrameHeader.SIZE).toArray(ValueLayout.JAVA_BYTE);
        long sequence = writer.commit();
        lastFrameEnd = at + size - LAYOUT.payloadOffset();
        if (diedAfter == Store.CLAIM) {
            MemorySegment.copy(claimed, 0, memory, ValueLayout.JAVA_BYTE, at - FrameHeader.SIZE, claimed.length);
        } else if (diedAfter.compareTo(Store.HEADER) < 0) {
            FrameHeader.writePending(memory, at - FrameHeader.SIZE, size, sequence);
        }
        if (diedAfter.compareTo(Store.MARKER) < 0 && at + size <= markerAt) {
            MemorySegment.copy(
                    whereTheMarkerGoes, 0, memory, ValueLayout.JAVA_BYTE, markerAt, whereTheMarkerGoes.length);
        }
        long taken = free - HeaderBlock.payloadFreeBytesAcquire(memory, 0);
        assertTrue(taken > 0);
        takeBackUnless(diedAfter, Store.READ_POSITION, header, HeaderBlock.PAYLOAD_READ_POS_OFFSET);
        takeBackUnless(diedAfter, Store.SPACE_TAKEN, header, HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET);
        takeBackUnless(diedAfter, Store.WRITE_POSITION, header, HeaderBlock.PAYLOAD_WRITE_POS_OFFSET);
        takeBackUnless(diedAfter, Store.COUNT, header, HeaderBlock.PAYLOAD_WRITTEN_COUNT_OFFSET);
    }

    private void takeBackUnless(Store diedAfter, Store store, MemorySegment header, long offset) {
        if (diedAfter.compareTo(store) < 0) {
            memory.set(ValueLayout.JAVA_LONG, offset, header.get(ValueLayout.JAVA_LONG_UNALIGNED, offset));
        }
    }

    private long write(RingWriter writer, int size) {
        claim(writer, size);
        return writer.commit();
    }

    private long claim(RingWriter writer, int size) {
        long at = writer.claim(size);
        assertNotEquals(RingWriter.NO_ROOM, at, () -> "no room for " + size);
        for (int j = 0; j < size; j++) {
            memory.set(ValueLayout.JAVA_BYTE, at + j, (byte) (size + j));
        }
        return at;
    }

    private void assertContent(RingReader reader, int size) {
        assertEquals(size, reader.frameSize());
        for (int j = 0; j < size; j++) {
            assertEquals((byte) (size + j), memory.get(ValueLayout.JAVA_BYTE, reader.frameOffset() + j));
        }
    }
}
