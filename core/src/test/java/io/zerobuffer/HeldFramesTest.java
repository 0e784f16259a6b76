package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Frames that a reader takes and forgets: the ring is full, nothing is to be read, and both sides have to be able to
 * tell why.
 */
final class HeldFramesTest {
    private static final int RING = 4096;
    private static final int FRAME = 500;
    private static final int TOTAL = FRAME + 16;
    private static final WriterConfig IMPATIENT =
            WriterConfig.builder().writeTimeout(Duration.ofMillis(20)).build();

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldTellBothSidesHowMuchIsTakenAndNotReleased() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(64));
                Writer writer = Writer.connect(name, IMPATIENT)) {
            Deque<Frame> held = new ArrayDeque<>();
            for (int i = 0; i < 5; i++) {
                writer.write(new byte[FRAME]);
                held.add(reader.read());
            }
            writer.write(new byte[FRAME]);
            assertEquals(5, reader.health().framesHeld());
            assertEquals(5 * TOTAL, reader.health().heldBytes());
            assertEquals(5 * TOTAL, writer.health().heldBytes());
            held.removeLast().release();
            assertEquals(5, reader.health().framesHeld());
            held.removeFirst().release();
            assertEquals(4, reader.health().framesHeld());
            assertEquals(4 * TOTAL, writer.health().heldBytes());
            held.forEach(Frame::release);
            assertEquals(0, reader.health().framesHeld());
            assertEquals(0, reader.health().heldBytes());
            assertEquals(TOTAL, reader.health().usedBytes());
        }
    }

    @Test
    void shouldTellAWriterThatWaitsInVainThatFramesAreHeld() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(64));
                Writer writer = Writer.connect(name, IMPATIENT)) {
            BufferFullException full = assertThrows(BufferFullException.class, () -> {
                while (true) {
                    writer.write(new byte[FRAME]);
                    reader.read();
                }
            });
            assertEquals(7 * TOTAL, full.heldBytes());
            String reason = 7 * TOTAL + " are of frames that the reader has taken and not released";
            assertTrue(full.getMessage().contains(reason), full::getMessage);
        }
    }

    @Test
    void shouldNotTakeUnreadFramesForHeldOnesInAFullRing() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(64));
                Writer writer = Writer.connect(name, IMPATIENT)) {
            for (int i = 0; i < 8; i++) {
                writer.write(new byte[RING / 8 - 16]);
            }
            BufferFullException full = assertThrows(BufferFullException.class, () -> writer.write(new byte[1]));
            assertEquals(0, full.heldBytes());
            assertTrue(full.getMessage().contains("read faster"), full::getMessage);
            for (int i = 0; i < 8; i++) {
                reader.read();
            }
            assertNull(reader.poll());
            assertEquals(
                    RING,
                    assertThrows(BufferFullException.class, () -> writer.write(new byte[1]))
                            .heldBytes());
        }
    }

    @Test
    void shouldHoldTheLastFrameOfALoopThatIsLeftEarly() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[FRAME]);
            writer.write(new byte[FRAME]);
            Frame last = null;
            for (Frame frame : reader.frames()) {
                last = frame;
                break;
            }
            assertEquals(1, reader.health().framesHeld());
            last.release();
            assertEquals(0, reader.health().framesHeld());
        }
    }
}
