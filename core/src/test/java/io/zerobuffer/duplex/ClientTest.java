package io.zerobuffer.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.testkit.TestBuffers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a server knows of one client. */
final class ClientTest {
    private static final long NOBODY = 0;

    private final Client client = new Client();

    @AfterEach
    void nothingIsLeftBehind() {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldBeNobodyBeforeSomebodyAsks() {
        assertFalse(client.isKnown());
        assertFalse(client.isOther(7), "whoever asks first is the client");
        assertFalse(client.hasLeft());
        assertFalse(client.isGone());
        assertThrows(IllegalStateException.class, client::responses);
        client.close();
    }

    @Test
    void shouldTellAnotherByItsProcessId() {
        client.is(7, true);
        assertTrue(client.isKnown());
        assertFalse(client.isOther(7));
        assertFalse(client.isOther(NOBODY), "nobody asks");
        assertTrue(client.isOther(8));
    }

    @Test
    void shouldBeAnnouncedOnce() {
        assertTrue(client.isToBeAnnounced());
        assertFalse(client.isToBeAnnounced());
    }

    @Test
    void shouldTakeItsMetadataAlongWhenItBecomesSilent() {
        client.sawMetadata();
        assertTrue(client.hasMetadata());
        client.becomesSilent();
        assertTrue(client.isSilent());
        assertFalse(client.hasMetadata());
    }

    @Test
    void shouldBeGoneWhenItClosesItsResponseBufferAndStayGone() {
        Reader responses = Reader.create(TestBuffers.uniqueName(), ReaderConfig.ofPayload(64));
        client.is(ProcessHandle.current().pid(), true);
        client.isAnsweredBy(Writer.connect(responses.name()));
        assertEquals(Client.LOOK_INTERVAL, client.interval());
        assertFalse(client.hasLeft());
        assertFalse(client.isGone());
        responses.close();
        assertTrue(client.hasLeft());
        assertFalse(client.wasFoundGone(), "no answer has found that");
        assertTrue(client.isGone());
        assertTrue(client.wasFoundGone());
        client.close();
        assertTrue(client.wasFoundGone());
    }

    @Test
    void shouldBeLookedAtMoreOftenIfItMayLeaveWithoutAWord() {
        try (Reader responses = Reader.create(TestBuffers.uniqueName(), ReaderConfig.ofPayload(64))) {
            client.is(ProcessHandle.current().pid(), false);
            client.isAnsweredBy(Writer.connect(responses.name()));
            assertEquals(Client.FOREIGN_LOOK_INTERVAL, client.interval());
            client.close();
        }
    }
}
