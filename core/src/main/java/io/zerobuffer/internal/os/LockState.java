package io.zerobuffer.internal.os;

/** What a look at the ownership of a name tells. */
public enum LockState {
    /** Somebody owns it. */
    HELD,
    /** Somebody owned it, and nobody does. */
    FREE,
    /** Nobody ever did, or it may not be looked at. */
    UNKNOWN
}
