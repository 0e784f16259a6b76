package io.zerobuffer.internal.os;

/** Whether a process maps a shared memory object. */
public enum Mapped {
    YES,
    NO,
    /** The process hides what it maps, as one of another user does. */
    HIDDEN
}
