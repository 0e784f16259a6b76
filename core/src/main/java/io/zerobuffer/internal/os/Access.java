package io.zerobuffer.internal.os;

/** Whose processes may use an object of a buffer. */
public enum Access {
    OWNER,
    GROUP,
    EVERYONE
}
