package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.FrameReleasedException;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several frames of the same bytes. */
final class SharedFrameTest {
    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldGiveTheSpaceBackWhenTheLastFrameThatSharesItIsReleased() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[] {7, 8});
            Frame frame = reader.read();
            Frame second = frame.share();
            Frame third = second.share();
            frame.release();
            frame.release();
            assertTrue(frame.isReleased());
            assertThrows(FrameReleasedException.class, () -> frame.getByte(0));
            assertThrows(FrameReleasedException.class, frame::share);
            third.release();
            assertEquals(4096 - 18, reader.health().freeBytes());
            assertFalse(second.isReleased());
            assertEquals(8, second.getByte(1));
            assertEquals(2, second.size());
            assertEquals(1, second.sequence());
            second.release();
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldShareAFrameThatIsDrained() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[] {7});
            writer.write(new byte[] {8});
            Frame[] kept = new Frame[1];
            reader.drain(
                    frame -> {
                        if (kept[0] == null) {
                            kept[0] = frame.share();
                        }
                    },
                    2);
            assertEquals(4096 - 34, reader.health().freeBytes(), "the second one waits behind the first one");
            assertEquals(7, kept[0].getByte(0));
            kept[0].release();
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldGiveEveryThreadASegmentOfItsOwn() throws Exception {
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(4096)
                .releaseFromAnyThread(true)
                .build();
        try (Reader reader = Reader.create(name, config);
                Writer writer = Writer.connect(name);
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            assertTrue(reader.releasesFromAnyThread());
            writer.write(new byte[] {7});
            Frame frame = reader.read();
            MemorySegment ours = frame.segment();
            Frame shared = frame.share();
            CompletableFuture.runAsync(
                            () -> {
                                MemorySegment theirs = shared.segment();
                                assertEquals(7, theirs.get(ValueLayout.JAVA_BYTE, 0));
                                shared.release();
                                assertThrows(IllegalStateException.class, () -> theirs.get(ValueLayout.JAVA_BYTE, 0));
                            },
                            other)
                    .get();
            assertEquals(7, ours.get(ValueLayout.JAVA_BYTE, 0));
            frame.release();
            assertEquals(4096, reader.health().freeBytes());
        }
    }
}
