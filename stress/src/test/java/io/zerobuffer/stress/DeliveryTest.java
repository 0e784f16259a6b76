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

    @Test
    void framesThatArriveInOrderAreCounted() {
        expect(State.COMMITTED, State.COMMITTED);

        assertNull(delivery.arrive(100, "00000000"));
        assertNull(delivery.arrive(101, "00000001"));
        assertNull(delivery.settle());
        assertEquals(2, ledger.frames);
        assertEquals(201, ledger.bytes);
    }

    @Test
    void aCommittedFrameThatIsPassedOverIsLost() {
        expect(State.COMMITTED, State.COMMITTED);

        assertNotNull(delivery.arrive(101, "00000001"));
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

        assertNull(delivery.arrive(101, "00000001"));
        assertNull(delivery.arrive(102, "00000002"));
        assertNull(delivery.settle());
    }

    @Test
    void aFrameThatArrivesAgainIsADuplicate() {
        expect(State.COMMITTED);
        delivery.arrive(100, "00000000");

        assertNotNull(delivery.arrive(100, "00000000"));
        assertEquals(1, ledger.duplicated);
    }

    @Test
    void aFrameThatNobodyWroteIsDamaged() {
        expect(State.COMMITTED);

        assertNotNull(delivery.arrive(100, "0000000f"));
        assertEquals(1, ledger.damaged);
    }

    @Test
    void aFrameThatWasRefusedMustNotArrive() {
        expect(State.NEVER);

        assertNotNull(delivery.arrive(100, "00000000"));
    }

    private void expect(State... states) {
        for (int i = 0; i < states.length; i++) {
            ExpectedFrame frame = new ExpectedFrame(i, 100 + i, "0000000" + i);
            frame.state = states[i];
            delivery.expect(frame);
        }
    }
}
