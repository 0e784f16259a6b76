package io.zerobuffer.internal.os;

/** What a look at a lock file tells. */
public enum LockState {
    /** Somebody holds it. */
    HELD,
    /** It is there, and nobody holds it. */
    FREE,
    /** It is not there, or may not be looked at. */
    UNKNOWN
}
