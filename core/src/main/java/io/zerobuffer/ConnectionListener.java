package io.zerobuffer;

import io.zerobuffer.errors.ZeroBufferException;

/**
 * Hears when the other side of a reconnecting reader or writer changes. Called on the thread that reads or writes, inside the call that noticed; an
 * exception it throws comes out of that call.
 */
public interface ConnectionListener {
    /**
     * The other side is there, for the first time or again.
     *
     * @param pid its process id
     */
    default void connected(long pid) {}

    /**
     * The other side is gone; the call goes on waiting for the next one.
     *
     * @param reason what would have been thrown without reconnecting
     */
    default void disconnected(ZeroBufferException reason) {}
}
