package io.zerobuffer.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class KeptRequestsTest {
    private final KeptRequests kept = new KeptRequests();
    private Reader requests;
    private Writer client;

    @BeforeEach
    void connect() {
        String name = "kept-" + UUID.randomUUID();
        requests = Reader.create(name);
        try {
            client = Writer.connect(name);
        } catch (RuntimeException | Error notConnected) {
            requests.close();
            throw notConnected;
        }
    }

    @AfterEach
    void close() {
        client.close();
        requests.close();
    }

    @Test
    void shouldKeepTheFirstRequestAndWhatFollows() {
        send(3);
        assertTrue(kept.keepNewest(requests, false));
        assertEquals(List.of(1L, 2L, 3L), taken());
    }

    @Test
    void shouldDropRequestsOfAClientWhoseFirstOneWasTaken() {
        send(3);
        requests.poll().release();
        assertFalse(kept.keepNewest(requests, false));
        assertTrue(kept.isEmpty());
        assertEquals(0, requests.health().usedBytes());
    }

    @Test
    void shouldKeepAllThatFollowsAFirstRequestTakenBefore() {
        send(3);
        requests.poll().release();
        assertFalse(kept.keepNewest(requests, true));
        assertEquals(List.of(2L, 3L), taken());
    }

    @Test
    void shouldReleaseWhatItKept() {
        send(3);
        kept.keepNewest(requests, true);
        kept.release();
        assertTrue(kept.isEmpty());
        assertEquals(0, requests.health().usedBytes());
    }

    private void send(int frames) {
        for (int i = 0; i < frames; i++) {
            client.write(new byte[] {1});
        }
    }

    private List<Long> taken() {
        List<Long> sequences = new ArrayList<>();
        for (Frame next = kept.poll(); next != null; next = kept.poll()) {
            sequences.add(next.sequence());
            next.release();
        }
        return sequences;
    }
}
