package io.zerobuffer.internal.os;

/** One of the two sides of a buffer. */
public enum Role {
    READER,
    WRITER
}
