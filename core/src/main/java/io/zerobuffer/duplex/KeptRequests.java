package io.zerobuffer.duplex;

import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.errors.PeerGoneException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Requests that were taken from the ring before their turn, to find where those of the present client begin: each
 * client numbers its requests from 1.
 *
 * <p><b>Threads.</b> The server's only.
 */
final class KeptRequests {
    private static final long FIRST = 1;

    private final Queue<Frame> kept = new ArrayDeque<>();

    static boolean isFirst(Frame request) {
        return request.sequence() == FIRST;
    }

    boolean isEmpty() {
        return kept.isEmpty();
    }

    /** The oldest one, which the caller releases; null for none. */
    @Nullable
    Frame poll() {
        return kept.poll();
    }

    /** Drops all requests before the newest first one; true if there was one. What follows is kept. */
    boolean keepNewest(Reader requests, boolean keepsAll) {
        boolean found = false;
        for (Frame next = takeNow(requests); next != null; next = takeNow(requests)) {
            if (isFirst(next)) {
                release();
                found = true;
            }
            if (found || keepsAll || !kept.isEmpty()) {
                kept.add(next);
            } else {
                next.release();
            }
        }
        return found;
    }

    void release() {
        for (Frame old = kept.poll(); old != null; old = kept.poll()) {
            old.release();
        }
    }

    /** That the client is gone may not have been told yet. */
    private static @Nullable Frame takeNow(Reader requests) {
        try {
            return requests.poll();
        } catch (PeerGoneException departed) {
            return null;
        }
    }
}
