package io.zerobuffer.duplex;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
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

final class PreparedResponseTest {
    private final Reader reader =
            Reader.create(TestBuffers.uniqueName(), ReaderConfig.ofPayload(4096).withMetadataSize(0));
    private final Writer writer = Writer.connect(
            reader.name(), WriterConfig.builder().writeTimeout(Duration.ZERO).build());
    private final PreparedResponse prepared = new PreparedResponse(writer);

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        prepared.close();
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
            try (Claim claim = prepared.claim(size)) {
                claim.copyFrom(content);
                assertFalse(prepared.isCommitted());
                assertEquals(0, claim.commit());
            }
            assertTrue(prepared.isCommitted());
            assertEquals(0, reader.health().usedBytes());
            prepared.send();
            assertFalse(prepared.isCommitted());
            try (Frame frame = reader.read()) {
                assertArrayEquals(content, frame.toByteArray());
            }
        }
    }

    @Test
    void shouldBePreparedWhileTheWriterIsAtWork() {
        Claim inRing = writer.claim(3);
        prepared.write(2, claim -> claim.putShort(0, (short) 2));
        inRing.putByte(0, (byte) 1);
        inRing.commit();
        prepared.send();
        assertEquals(1, reader.read().getByte(0));
        assertEquals(2, reader.read().getShort(0));
    }

    @Test
    void shouldKeepAFrameThatFoundNoSpace() {
        writer.write(new byte[4000]);
        prepared.write(500, claim -> claim.putByte(0, (byte) 9));
        assertThrows(BufferFullException.class, prepared::send);
        assertTrue(prepared.isCommitted());
        reader.read().release();
        assertEquals(2, prepared.send());
        assertEquals(9, reader.read().getByte(0));
    }

    @Test
    void shouldRefuseAsTheRingDoes() {
        assertThrows(EmptyFrameException.class, () -> prepared.claim(0));
        assertThrows(IllegalArgumentException.class, () -> prepared.claim(-1));
        assertThrows(FrameTooLargeException.class, () -> prepared.claim(writer.maxFrameSize() + 1));
        assertThrows(IllegalStateException.class, prepared::send);
        Claim claim = prepared.claim(8);
        assertThrows(IllegalStateException.class, () -> prepared.claim(8));
        assertThrows(IndexOutOfBoundsException.class, () -> claim.putLong(1, 1));
        MemorySegment view = claim.segment();
        claim.commit();
        assertThrows(FrameReleasedException.class, () -> claim.putLong(0, 1));
        assertThrows(IllegalStateException.class, () -> view.fill((byte) 1));
        prepared.write(1, Claim::abort);
        assertFalse(prepared.isCommitted());
        assertThrows(IllegalStateException.class, prepared::send);
    }

    @Test
    void shouldEndWithItsViewsAndStartAgain() {
        Claim claim = prepared.claim(8);
        MemorySegment view = claim.segment();
        prepared.close();
        prepared.close();
        assertThrows(IllegalStateException.class, () -> view.fill((byte) 1));
        claim.abort();
        prepared.write(8, again -> again.putLong(0, 5));
        assertEquals(1, prepared.send());
        assertEquals(5, reader.read().getLong(0));
        Claim open = prepared.claim(8);
        prepared.close();
        writer.close();
        assertThrows(BufferClosedException.class, () -> open.putByte(0, (byte) 1));
    }

    @Test
    void shouldRefuseTheCommitOfItsFiller() {
        assertThrows(IllegalStateException.class, () -> prepared.write(8, Claim::commit));
        assertFalse(prepared.isCommitted());
        assertEquals(0, prepared.write(new byte[] {8}));
        assertEquals(1, prepared.send());
    }

    @Test
    void shouldSendNoMoreThanWasCommitted() {
        prepared.claim(100).commit(3);
        prepared.send();
        assertEquals(3, reader.poll().size());
    }
}
