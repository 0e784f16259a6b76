package io.zerobuffer;

import io.zerobuffer.errors.PeerGoneException;

/**
 * Hears when the other side of a reconnecting reader or writer changes. Called on the thread that reads or writes,
 * inside the call that noticed; an exception it throws comes out of that call.
 */
public interface ConnectionListener {
    /**
     * The other side is there, for the first time or again. A reader tells this before it hands out the first frame
     * of that writer; where one writer follows another at once, last frames of the one before may still come. If this
     * throws, the frame stays the next one.
     *
     * @param pid its process id as it sees it itself; 0 for a writer of another implementation that left before it
     *     was seen
     */
    default void connected(long pid) {}

    /**
     * The other side is gone; the call goes on waiting for the next one. Told once for each {@link #connected}, and
     * before the next. A reader that finds the next writer there already cannot tell whether the one before closed or
     * died, and says that it closed.
     *
     * @param reason what would have been thrown without reconnecting
     */
    default void disconnected(PeerGoneException reason) {}
}
