package io.zerobuffer.internal.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.internal.peer.WriterPresence.Departure;
import io.zerobuffer.internal.wire.WriterConnection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who writes and who is gone, by numbers alone: process ids, words, times in nanoseconds. */
final class WriterPresenceTest {
    private static final long FOREIGN = 1;
    private static final long PATIENCE = 5_000;
    private static final long INTERVAL = 25;
    private static final long FIRST = WriterConnection.after(0, 7);
    private static final long SECOND = WriterConnection.after(WriterConnection.closed(FIRST), 7);

    private final TestLife life = new TestLife();
    private final WriterPresence presence = new WriterPresence(life, INTERVAL);
    private long now = 1_000_000;
    private long frames;

    private static final class TestLife implements WriterPresence.Life {
        private final List<Long> askedAt = new ArrayList<>();
        private boolean holdsRange;
        private PeerState state = PeerState.UNKNOWN;

        @Override
        public boolean holdsRange() {
            return holdsRange;
        }

        @Override
        public PeerState stateOf(long pid, boolean isRanged) {
            askedAt.add(pid);
            if (holdsRange) {
                return PeerState.ALIVE;
            }
            return isRanged ? PeerState.DEAD : state;
        }

        @Override
        public void forget() {}
    }

    /** One look of a waiting reader, some time after the last. */
    private Departure after(long nanos, long writerPid, long connection) {
        now += nanos;
        presence.meet(writerPid, connection, frames, false);
        return presence.departure(frames, now, PATIENCE);
    }

    @Test
    void shouldTakeAWriterWhoseLifeCannotBeToldForThereUntilNothingCameForThePatience() {
        assertNull(after(0, FOREIGN, 0));
        assertNull(after(PATIENCE - INTERVAL, FOREIGN, 0));
        assertEquals(Departure.SILENT, after(INTERVAL, FOREIGN, 0));
    }

    @Test
    void shouldTakeAWriterWhoseLifeCannotBeToldForThereWhileFramesCome() {
        for (int i = 0; i < 100; i++) {
            assertNull(after(PATIENCE - 1, FOREIGN, 0));
            frames++;
            assertNull(after(PATIENCE - 1, FOREIGN, 0));
        }
    }

    @Test
    void shouldReportASilentWriterOnceAndMeetItAgainWithItsNextFrame() {
        after(0, FOREIGN, 0);
        presence.reported(after(PATIENCE, FOREIGN, 0), frames);
        assertNull(after(10 * PATIENCE, FOREIGN, 0));
        assertFalse(presence.isThere());
        frames++;
        assertTrue(presence.meet(FOREIGN, 0, frames, true));
        assertNull(after(PATIENCE - 1, FOREIGN, 0));
    }

    @Test
    void shouldReportAProvenDeathAtTheNextLook() {
        after(0, FOREIGN, 0);
        life.state = PeerState.DEAD;
        assertEquals(Departure.DIED, after(INTERVAL, FOREIGN, 0));
    }

    @Test
    void shouldNeverReportAWriterThatIsSeenAlive() {
        life.state = PeerState.ALIVE;
        after(0, FOREIGN, 0);
        assertNull(after(1000 * PATIENCE, FOREIGN, 0));
    }

    @Test
    void shouldReportACleanCloseAtOnce() {
        after(0, FOREIGN, 0);
        assertEquals(Departure.CLOSED, after(1, 0, 0));
    }

    @Test
    void shouldReportACleanCloseOfAWriterThatStillHoldsItsRangeForAnInstant() {
        life.holdsRange = true;
        after(0, 7, FIRST);
        assertEquals(Departure.CLOSED, after(1, 0, WriterConnection.closed(FIRST)));
    }

    @Test
    void shouldNotTakeAWriterBetweenItsTwoClosingStoresForAnother() {
        life.holdsRange = true;
        after(0, 7, FIRST);
        assertFalse(presence.meet(7, WriterConnection.closed(FIRST), frames, false));
        assertNull(presence.departure(frames, now, PATIENCE));
    }

    @Test
    void shouldReportAWriterThatLetItsRangeGoAtTheNextLook() {
        life.holdsRange = true;
        after(0, 7, FIRST);
        life.holdsRange = false;
        assertEquals(Departure.DIED, after(INTERVAL, 7, FIRST));
    }

    @Test
    void shouldLookAtAForeignWriterWhenItIsMetAndThenNoMoreOftenThanTheInterval() {
        presence.meet(FOREIGN, 0, 1, true);
        assertEquals(List.of(FOREIGN), life.askedAt, "before its first frame is handed out");
        for (int i = 0; i < 10; i++) {
            after(INTERVAL / 10, FOREIGN, 0);
        }
        assertEquals(2, life.askedAt.size());
    }

    @Test
    void shouldTellWritersApartThatHaveOneProcessId() {
        life.holdsRange = true;
        assertTrue(presence.meet(7, FIRST, 1, true));
        assertTrue(presence.isAsBefore(7, FIRST));
        assertFalse(presence.isAsBefore(7, SECOND));
        assertTrue(presence.meet(7, SECOND, 2, true));
        assertFalse(presence.meet(7, SECOND, 3, true));
    }

    @Test
    void shouldMeetAForeignWriterThatHasTheProcessIdOfAWriterBefore() {
        life.holdsRange = true;
        presence.meet(7, FIRST, 1, true);
        life.holdsRange = false;
        assertTrue(presence.meet(7, WriterConnection.closed(FIRST), 2, true));
        assertNull(after(PATIENCE - 1, 7, WriterConnection.closed(FIRST)));
    }

    @Test
    void shouldBelieveTheHeldRangeWhateverWriterPidSays() {
        life.holdsRange = true;
        presence.meet(7, FIRST, 1, true);
        for (long overwritten : new long[] {0, 99}) {
            assertNull(after(PATIENCE, overwritten, FIRST));
            assertEquals(7, presence.pid());
            assertTrue(presence.isConnected(overwritten, FIRST));
        }
    }

    @Test
    void shouldSayThatAWriterIsErasedOnlyWhileItLives() {
        life.holdsRange = true;
        after(0, 7, FIRST);
        assertFalse(presence.isErased());
        after(1, 0, FIRST);
        assertTrue(presence.isErased());
        life.holdsRange = false;
        assertEquals(Departure.DIED, after(1, 0, FIRST));
    }

    @Test
    void shouldReportAWriterThatDiedBeforeItStoredItsProcessId() {
        life.holdsRange = true;
        assertNull(after(0, 0, FIRST));
        assertEquals(7, presence.pid());
        life.holdsRange = false;
        assertEquals(Departure.DIED, after(1, 0, FIRST));
    }

    @Test
    void shouldMeetAWriterThatCameAndWentUnseenWhenItsFirstFrameIsThere() {
        assertTrue(presence.meet(0, WriterConnection.closed(FIRST), 1, true));
        assertEquals(7, presence.pid());
        frames = 1;
        assertEquals(Departure.CLOSED, after(1, 0, WriterConnection.closed(FIRST)));
    }

    @Test
    void shouldMeetAForeignWriterThatCameAndWentUnseenWithoutItsProcessId() {
        assertTrue(presence.meet(0, 0, 1, true));
        assertEquals(0, presence.pid());
    }

    @Test
    void shouldHearAGoodbyeOncePerWriter() {
        assertTrue(presence.hearGoodbye(0, 0), "of one that came and went unseen");
        frames = 0;
        presence.reported(after(1, 0, 0), frames);
        assertTrue(presence.hearGoodbye(0, 0), "of another one");
        presence.reported(after(1, 0, 0), frames);

        after(1, FOREIGN, 0);
        presence.reported(after(1, 0, 0), frames);
        assertFalse(presence.hearGoodbye(0, 0), "of the one that was reported before its token came");
    }

    @Test
    void shouldCallUnknownConnected() {
        assertFalse(presence.isConnected(0, 0));
        assertTrue(presence.isConnected(FOREIGN, 0));
        life.state = PeerState.DEAD;
        assertFalse(presence.isConnected(FOREIGN, 0));
    }
}
