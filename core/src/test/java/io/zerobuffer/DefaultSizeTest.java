package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class DefaultSizeTest {
    /** What Docker gives a container. */
    private static final long SMALL_SHARED_MEMORY = 64 << 20;

    /** The request and the response of a channel, and another one. */
    private static final int RINGS = 3;

    @Test
    void shouldFitIntoAContainer() {
        ReaderConfig defaults = ReaderConfig.builder().build();
        assertTrue(RINGS * (defaults.payloadSize() + defaults.metadataSize() + 4096) < SMALL_SHARED_MEMORY);
    }
}
