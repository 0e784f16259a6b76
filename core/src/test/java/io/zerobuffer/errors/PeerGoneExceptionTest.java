package io.zerobuffer.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.PeerGoneException.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PeerGoneExceptionTest {
    @Test
    void shouldTakeNothingForTheEndOfFramesButThatTheirWriterClosed() {
        assertTrue(new PeerGoneException("frames", Role.WRITER, 7, true).isEndOf("frames"));
        assertFalse(new PeerGoneException("frames", Role.WRITER, 7, false).isEndOf("frames"));
        assertFalse(new PeerGoneException("others", Role.WRITER, 7, true).isEndOf("frames"));
        assertFalse(new PeerGoneException("frames", Role.READER, 7, true).isEndOf("frames"));
        assertFalse(PeerGoneException.silent("frames", Role.WRITER, 7, Duration.ofSeconds(5))
                .isEndOf("frames"));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSayWhichSideItWasAndHowItWent(Role role) {
        PeerGoneException closed = new PeerGoneException("frames", role, 0, true);
        PeerGoneException silent = PeerGoneException.silent("frames", role, 7, Duration.ofSeconds(5));
        String side = role == Role.READER ? "reader" : "writer";
        assertEquals("buffer 'frames': the " + side + " (process unknown) closed", closed.getMessage());
        assertTrue(silent.getMessage().startsWith("buffer 'frames': the " + side + " (process 7) "));
        assertTrue(silent.getMessage().contains(" nothing for 5000 ms"));
        assertEquals(7, silent.pid());
        assertFalse(silent.closed());
    }
}
