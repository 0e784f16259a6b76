package io.zerobuffer.internal.ring;

import static io.zerobuffer.internal.ring.TestRing.FREE;
import static io.zerobuffer.internal.ring.TestRing.READ_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITE_POS;
import static io.zerobuffer.internal.ring.TestRing.WRITTEN_COUNT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A ring of 6 GiB, where positions, sizes and sums need more than 32 bits. A sparse file, of which a few pages are ever
 * touched.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there a file extended by mapping is not sparse")
final class LargeRingTest {
    private static final long GIB = 1L << 30;
    private static final long CAPACITY = 6 * GIB;

    private final Arena arena = Arena.ofConfined();
    private TestRing ring;
    private RingReader reader;

    @BeforeEach
    void map(@TempDir Path directory) throws IOException {
        try (FileChannel file = FileChannel.open(
                directory.resolve("ring"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE)) {
            MemorySegment memory = file.map(MapMode.READ_WRITE, 0, 192 + CAPACITY, arena);
            ring = new TestRing(CAPACITY, memory);
        }
        reader = ring.reader();
    }

    @AfterEach
    void unmap() {
        arena.close();
    }

    @Test
    void shouldPlaceFramesAcrossTwoAndFourGibibytes() {
        for (long border : new long[] {2 * GIB, 4 * GIB}) {
            ring.drainedAt(border - 100);
            RingReader anyReader = ring.reader();
            RingWriter writer = ring.writer();
            assertEquals(border - 100, ring.write(writer, 1, 200));
            assertEquals(border + 116, ring.write(writer, 2, 300));
            ring.takeAndRelease(anyReader, 1, 200);
            ring.takeAndRelease(anyReader, 2, 300);
            assertEquals(border + 432, ring.get(READ_POS));
            assertEquals(CAPACITY, ring.get(FREE));
            ring.set(WRITTEN_COUNT, 0);
        }
    }

    @Test
    void shouldWrapAndEndBeyondFourGibibytes() {
        ring.drainedAt(CAPACITY - 500);
        RingWriter writer = ring.writer();
        ring.fillRing(CAPACITY - 500, 500, 0xaa);
        assertEquals(CAPACITY - 500, ring.write(writer, 1, 384));
        assertEquals(0, ring.write(writer, 2, 85));
        assertArrayEquals(new byte[16], ring.bytes(CAPACITY - 100, 16));
        ring.assertFields(CAPACITY - 601, 101, CAPACITY - 500, 3, 0);
        ring.takeAndRelease(reader, 1, 384);
        ring.takeAndRelease(reader, 2, 85);
        ring.assertFields(CAPACITY, 101, 101, 3, 3);
        ring.drainedAt(CAPACITY - 100);
        RingWriter next = ring.writer();
        ring.frame(CAPACITY - 100, 84, 3);
        ring.add(FREE, -100);
        ring.takeAndRelease(reader, 3, 84);
        assertEquals(CAPACITY, ring.get(READ_POS));
        assertEquals(CAPACITY - 100 + 192 + 16, next.claim(84));
    }

    @Test
    void shouldCarryAFrameOfMoreThanFourGibibytes() {
        RingWriter writer = ring.writer();
        long size = 5 * GIB + 3;
        assertEquals(192 + 16, writer.claim(size));
        writer.commit();
        assertEquals(16 + size, ring.write(writer, 2, 1000));
        assertEquals(RingWriter.NO_ROOM, writer.claim(size));
        long large = reader.take();
        assertEquals(size, reader.frameSize());
        ring.take(reader, 2, 1000);
        assertEquals(2, LastSequence.find(ring.memory(), ring.get(READ_POS), ring.get(WRITE_POS), 2));
        assertEquals(1, reader.release(large));
        assertEquals(CAPACITY - 1016, ring.get(FREE));
        // What is left behind frame 2 and the frame itself are exactly what is free now.
        assertEquals(CAPACITY - 1016, writer.requiredBytes(size));
        assertEquals(RingWriter.NO_ROOM, writer.claim(size + 1));
        assertEquals(192 + 16, writer.claim(size));
        writer.commit();
        assertArrayEquals(new byte[16], ring.bytes(size + 16 + 1016, 16));
        ring.assertFields(0, size + 16, size + 16 + 1016, 4, 2);
    }

    @Test
    void shouldRewindForAFrameOfMoreThanHalfTheRing() {
        RingWriter writer = ring.writer();
        assertEquals(192 + 16, writer.claim(4 * GIB));
        writer.commit();
        assertEquals(1, reader.release(reader.take()));
        assertEquals(192 + 16, writer.claim(4 * GIB + 1));
        assertEquals(2, writer.commit());
        assertEquals(0, ring.get(READ_POS));
        reader.take();
        assertEquals(4 * GIB + 1, reader.frameSize());
        assertEquals(4 * GIB + 17, ring.get(READ_POS));
    }

    @Test
    void shouldFillTheWholeRingWithOneFrame() {
        RingWriter writer = ring.writer();
        assertEquals(192 + 16, writer.claim(CAPACITY - 16));
        writer.commit();
        assertEquals(0, ring.get(FREE));
        long all = reader.take();
        assertEquals(CAPACITY - 16, reader.frameSize());
        assertEquals(1, reader.release(all));
        assertEquals(CAPACITY, ring.get(FREE));
        assertEquals(CAPACITY, ring.get(READ_POS));
    }
}
