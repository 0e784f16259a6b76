package io.zerobuffer.internal.peer;

/**
 * For how long a peer has given no sign. Signs and times are handed in: a sign is any number that changes when the
 * peer does something.
 */
public final class Silence {
    private long lastSign;
    private long since;
    private boolean heard;

    /** Whether the sign is the one it was so many nanoseconds ago; to be asked again and again. */
    boolean lasts(long sign, long now, long patienceNanos) {
        if (!heard || sign != lastSign) {
            lastSign = sign;
            since = now;
            heard = true;
        }
        return now - since >= patienceNanos;
    }

    /** Something that is no sign happened, or nothing is to be expected: begins anew with the next question. */
    public void restart() {
        heard = false;
    }
}
