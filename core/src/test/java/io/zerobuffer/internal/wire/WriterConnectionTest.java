package io.zerobuffer.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words here are those of the protocol page: pid in bits 0 to 30, closed in bit 31, number from bit 32 on. */
final class WriterConnectionTest {
    private static final long FIRST = 0x0000_0001_0000_1267L;
    private static final long FIRST_CLOSED = 0x0000_0001_8000_1267L;

    @Test
    void shouldCountConnectionsFromOneAndNameTheWriterOfEach() {
        assertEquals(FIRST, WriterConnection.after(0, 4711));
        assertEquals(0x0000_0002_0000_002aL, WriterConnection.after(FIRST, 42));
        assertEquals(0x0000_0003_0000_002aL, WriterConnection.after(0x0000_0002_0000_002aL, 42));
    }

    @Test
    void shouldBeginTheNextConnectionOpenWhetherOrNotTheOneBeforeWasClosed() {
        assertEquals(0x0000_0002_0000_002aL, WriterConnection.after(FIRST_CLOSED, 42));
        assertTrue(WriterConnection.isOpen(WriterConnection.after(FIRST_CLOSED, 42)));
    }

    @Test
    void shouldMarkAClosedConnectionInBitThirtyOneAndKeepItsWriterAndNumber() {
        assertEquals(FIRST_CLOSED, WriterConnection.closed(FIRST));
        assertEquals(FIRST_CLOSED, WriterConnection.closed(FIRST_CLOSED));
        assertEquals(4711, WriterConnection.pid(FIRST_CLOSED));
        assertEquals(1, WriterConnection.number(FIRST_CLOSED));
    }

    @Test
    void shouldCallAConnectionOpenUntilItIsClosedAndNoneWhereNoWriterCame() {
        assertTrue(WriterConnection.isOpen(FIRST));
        assertFalse(WriterConnection.isOpen(FIRST_CLOSED));
        assertFalse(WriterConnection.isOpen(0));
        assertEquals(0, WriterConnection.number(0));
        assertEquals(0, WriterConnection.pid(0));
    }

    @Test
    void shouldTellTheWriterAndTheNumberOfTheWord() {
        assertEquals(4711, WriterConnection.pid(FIRST));
        assertEquals(1, WriterConnection.number(FIRST));
        assertEquals(0x7fff_ffffL, WriterConnection.pid(-1));
        assertEquals(0xffff_ffffL, WriterConnection.number(-1), "the number is unsigned");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 4_194_304, Integer.MAX_VALUE})
    void shouldHoldEveryProcessIdThatLinuxGives(long pid) {
        long connection = WriterConnection.after(0, pid);
        assertEquals(pid, WriterConnection.pid(connection));
        assertEquals(1, WriterConnection.number(connection));
        assertTrue(WriterConnection.isOpen(connection));
    }

    @Test
    void shouldNotTakeABitOfAnImpossibleProcessIdForTheClosedMarkOrTheNumber() {
        assertEquals(0x0000_0001_7fff_ffffL, WriterConnection.after(0, -1));
    }
}
