package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.EmptyFrameException;
import io.zerobuffer.errors.FrameReleasedException;
import io.zerobuffer.errors.FrameTooLargeException;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DraftTest {
    private final Reader reader = Reader.create(TestBuffers.uniqueName(), 0, 4096);
    private final Writer writer = Writer.connect(
            reader.name(), WriterConfig.builder().writeTimeout(Duration.ZERO).build());
    private final Draft draft = writer.draft();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        draft.close();
        writer.close();
        reader.close();
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldWriteWhatWasCommittedLater() {
        Random random = new Random(3);
        for (int size : new int[] {1, 64, 65, 1000, 10, (int) writer.maxFrameSize()}) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            try (Claim claim = draft.claim(size)) {
                claim.copyFrom(content);
                assertFalse(draft.isCommitted());
                assertEquals(0, claim.commit());
            }
            assertTrue(draft.isCommitted());
            assertEquals(0, reader.health().usedBytes());
            draft.write();
            assertFalse(draft.isCommitted());
            try (Frame frame = reader.read()) {
                assertArrayEquals(content, frame.toByteArray());
            }
        }
    }

    @Test
    void shouldBePreparedWhileTheWriterIsAtWork() {
        Claim inRing = writer.claim(3);
        draft.fill(2, claim -> claim.putShort(0, (short) 2));
        inRing.putByte(0, (byte) 1);
        inRing.commit();
        draft.write();
        assertEquals(1, reader.read().getByte(0));
        assertEquals(2, reader.read().getShort(0));
    }

    @Test
    void shouldKeepAFrameThatFoundNoSpace() {
        writer.write(new byte[4000]);
        draft.fill(500, claim -> claim.putByte(0, (byte) 9));
        assertThrows(BufferFullException.class, draft::write);
        assertTrue(draft.isCommitted());
        reader.read().release();
        assertEquals(2, draft.write());
        assertEquals(9, reader.read().getByte(0));
    }

    @Test
    void shouldRefuseAsTheRingDoes() {
        assertThrows(EmptyFrameException.class, () -> draft.claim(0));
        assertThrows(IllegalArgumentException.class, () -> draft.claim(-1));
        assertThrows(FrameTooLargeException.class, () -> draft.claim(writer.maxFrameSize() + 1));
        assertThrows(IllegalStateException.class, draft::write);
        Claim claim = draft.claim(8);
        assertThrows(IllegalStateException.class, () -> draft.claim(8));
        assertThrows(IndexOutOfBoundsException.class, () -> claim.putLong(1, 1));
        MemorySegment view = claim.segment();
        claim.commit();
        assertThrows(FrameReleasedException.class, () -> claim.putLong(0, 1));
        assertThrows(IllegalStateException.class, () -> view.fill((byte) 1));
        draft.fill(1, Claim::abort);
        assertFalse(draft.isCommitted());
        assertThrows(IllegalStateException.class, draft::write);
    }

    @Test
    void shouldEndWithItsViewsAndStartAgain() {
        Claim claim = draft.claim(8);
        MemorySegment view = claim.segment();
        draft.close();
        draft.close();
        assertThrows(IllegalStateException.class, () -> view.fill((byte) 1));
        claim.abort();
        draft.fill(8, again -> again.putLong(0, 5));
        assertEquals(1, draft.write());
        assertEquals(5, reader.read().getLong(0));
        Claim open = draft.claim(8);
        draft.close();
        writer.close();
        assertThrows(BufferClosedException.class, () -> open.putByte(0, (byte) 1));
    }
}
