package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Frames of more than Java's own arrays and buffers can hold; of their memory, only a page or two is ever there. */
final class LargeFrameTest {
    private static final long SIZE = 3L << 30;

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldSayWhatCannotHoldAFrameAndWhatCan() {
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(SIZE + 4096)
                .reserveMemory(false)
                .build();
        try (Reader reader = Reader.create(name, config);
                Writer writer = Writer.connect(name)) {
            Claim claim = writer.claim(SIZE);
            assertRefused(claim::buffer);
            claim.putByte(SIZE - 1, (byte) 7);
            claim.commit();
            try (Frame frame = reader.read()) {
                assertRefused(frame::buffer);
                assertRefused(frame::toByteArray);
                assertEquals(SIZE, frame.segment().byteSize());
                assertEquals(7, frame.getByte(SIZE - 1));
            }
        }
    }

    private void assertRefused(Executable conversion) {
        String message = assertThrows(IllegalStateException.class, conversion).getMessage();
        assertTrue(message.contains(name) && message.contains(SIZE + " bytes"), message);
        assertTrue(message.contains("segment()"), message);
    }
}
