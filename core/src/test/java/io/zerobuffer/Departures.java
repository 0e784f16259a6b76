package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.PeerGoneException.Role;
import org.junit.jupiter.api.function.Executable;

/** Which side is gone, as a call says that fails for it. */
public final class Departures {
    private Departures() {}

    public static PeerGoneException assertReaderGone(Executable call) {
        return assertReaderGone(assertThrows(PeerGoneException.class, call));
    }

    public static PeerGoneException assertReaderGone(Object thrown) {
        return assertGone(Role.READER, thrown);
    }

    public static PeerGoneException assertWriterGone(Executable call) {
        return assertWriterGone(assertThrows(PeerGoneException.class, call));
    }

    public static PeerGoneException assertWriterGone(Object thrown) {
        return assertGone(Role.WRITER, thrown);
    }

    private static PeerGoneException assertGone(Role role, Object thrown) {
        PeerGoneException gone = assertInstanceOf(PeerGoneException.class, thrown);
        assertEquals(role, gone.role());
        return gone;
    }
}
