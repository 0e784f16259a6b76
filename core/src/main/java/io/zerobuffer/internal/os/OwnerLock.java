package io.zerobuffer.internal.os;

/** The held lock file of a name. */
public interface OwnerLock {
    /** Whether the lock file was there before: somebody owned this name and did not clean up. */
    boolean wasLeftBehind();

    /** Removes the lock file while it is still held, then lets it go. */
    void release();
}
