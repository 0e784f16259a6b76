package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.zerobuffer.testkit.TestBuffers;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames that a writer copies past the cache. */
final class PastTheCacheTest {
    private static final long SIZE = 3_110_416;
    private static final long SLOW = 1_200_000;

    @Test
    void shouldWriteEveryByteOfAFrameAgainPastTheCache() {
        byte[] bytes = new byte[(int) SIZE];
        new Random(2).nextBytes(bytes);
        String name = TestBuffers.uniqueName();
        try (Reader reader = Reader.create(
                        name, ReaderConfig.ofPayload(3 * bytes.length).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(bytes);
            // That copy may have been a slow one already: the writer reads the real clock.
            while (!writer.copyRoute().isPastCache()) {
                writer.copyRoute().took(SIZE, SLOW);
            }
            try (Frame frame = reader.read()) {
                writer.write(frame);
            }
            try (Frame again = reader.read()) {
                assertArrayEquals(bytes, again.toByteArray());
            }
        }
        TestBuffers.assertNothingLeft(name);
    }
}
