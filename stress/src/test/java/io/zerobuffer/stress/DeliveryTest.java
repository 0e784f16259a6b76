package io.zerobuffer.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.zerobuffer.stress.ExpectedFrame.State;
import org.junit.jupiter.api.Test;

/** Whoever counts losses must be seen to find one. */
class DeliveryTest {
    private final PairLedger ledger = new PairLedger();
    private final Delivery delivery = new Delivery(ledger);
    private long sequence;

    @Test
    void framesThatArriveInOrderAreCounted() {
        expect(State.COMMITTED, State.COMMITTED);

        assertNull(arrive(100, "00000000"));
        assertNull(arrive(101, "00000001"));
        assertNull(delivery.settle());
        assertEquals(2, ledger.frames);
        assertEquals(201, ledger.bytes);
    }

    @Test
    void aCommittedFrameThatIsPassedOverIsLost() {
        expect(State.COMMITTED, State.COMMITTED);

        assertNotNull(arrive(101, "00000001"));
        assertEquals(1, ledger.lost);
    }

    @Test
    void aCommittedFrameThatHasNotArrivedWhenTheWriterIsGoneIsLost() {
        expect(State.COMMITTED);

        assertNotNull(delivery.settle());
        assertEquals(1, ledger.lost);
    }

    @Test
    void aFrameInFlightMayArriveOrNot() {
        expect(State.IN_FLIGHT, State.COMMITTED, State.IN_FLIGHT);

        assertNull(arrive(101, "00000001"));
        assertNull(arrive(102, "00000002"));
        assertNull(delivery.settle());
    }

    @Test
    void aFrameThatArrivesAgainIsADuplicate() {
        expect(State.COMMITTED);
        arrive(100, "00000000");

        assertNotNull(arrive(100, "00000000"));
        assertEquals(1, ledger.duplicated);
    }

    @Test
    void aFrameThatNobodyWroteIsDamaged() {
        expect(State.COMMITTED);

        assertNotNull(arrive(100, "0000000f"));
        assertEquals(1, ledger.damaged);
    }

    @Test
    void aFrameThatWasRefusedMustNotArrive() {
        expect(State.NEVER);

        assertNotNull(arrive(100, "00000000"));
    }

    @Test
    void framesThatWereSkippedAreNotLost() {
        expect(State.COMMITTED, State.COMMITTED, State.IN_FLIGHT, State.COMMITTED);

        assertNull(delivery.arrive(3, 103, "00000003", 2));
        assertEquals(2, ledger.skipped);
    }

    @Test
    void moreFramesAreMissingThanWereSkipped() {
        expect(State.COMMITTED, State.COMMITTED, State.COMMITTED);

        assertNotNull(delivery.arrive(3, 102, "00000002", 1));
        assertEquals(1, ledger.lost);
    }

    @Test
    void moreFramesWereSkippedThanWritten() {
        expect(State.COMMITTED, State.NEVER, State.COMMITTED);

        assertNotNull(delivery.arrive(3, 102, "00000002", 2));
        assertEquals(1, ledger.duplicated);
    }

    @Test
    void aFrameThatWasSkippedAndArrivesIsADuplicate() {
        expect(State.COMMITTED, State.COMMITTED);
        delivery.arrive(2, 101, "00000001", 1);

        assertNotNull(arrive(100, "00000000"));
        assertEquals(1, ledger.duplicated);
    }

    @Test
    void aSequenceNumberThatDoesNotFollowIsDamage() {
        expect(State.COMMITTED);

        assertNotNull(delivery.arrive(2, 100, "00000000", 0));
        assertEquals(1, ledger.damaged);
    }

    private String arrive(int size, String crc) {
        return delivery.arrive(++sequence, size, crc, 0);
    }

    private void expect(State... states) {
        for (int i = 0; i < states.length; i++) {
            ExpectedFrame frame = new ExpectedFrame(i, 100 + i, "0000000" + i);
            frame.state = states[i];
            delivery.expect(frame);
        }
    }
}
