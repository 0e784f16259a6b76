package io.zerobuffer.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The words of the header block in which both sides say that they are there. */
final class RingMemoryTest {
    private final TestRing ring = new TestRing(256);

    @Test
    void shouldTellWhoIsThereNowAndWhoLeft() {
        RingMemory memory = ring.memory();
        ring.set(0x50, 4711);
        ring.set(0x58, 42);
        assertEquals(4711, memory.writerPid());
        assertEquals(42, memory.readerPid());
        ring.set(0x50, 0);
        ring.set(0x58, 0);
        assertEquals(0, memory.writerPid());
        assertEquals(0, memory.readerPid());
    }
}
