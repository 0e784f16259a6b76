package io.zerobuffer.internal.os;

/** Whose an object is. {@link Object#toString} tells it in words, to go behind the object's name and a colon. */
public interface Owner {
    /**
     * Whether it is one of these: with OWNER the user this process runs as, and the administrator of the machine; with
     * GROUP also whoever gave it to a group this process is in.
     */
    boolean isAmong(Access whom);
}
