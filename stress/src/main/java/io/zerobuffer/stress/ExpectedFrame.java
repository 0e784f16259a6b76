package io.zerobuffer.stress;

/** A frame a writer was asked to write. */
final class ExpectedFrame {
    enum State {
        /** Not answered yet. */
        ASKED,
        /** The call returned: it must arrive. */
        COMMITTED,
        /** The writer died while it wrote this one: it may arrive. */
        IN_FLIGHT,
        /** The call failed, or was never begun: it must not arrive. */
        NEVER
    }

    final long number;
    final int size;
    final String crc;
    State state = State.ASKED;

    ExpectedFrame(long number, int size, String crc) {
        this.number = number;
        this.size = size;
        this.crc = crc;
    }

    boolean isSame(int arrivedSize, String arrivedCrc) {
        return size == arrivedSize && crc.equals(arrivedCrc);
    }

    @Override
    public String toString() {
        return "frame " + number + " (" + size + " bytes, " + crc + ", " + state + ")";
    }
}
