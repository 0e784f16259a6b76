package io.zerobuffer.internal.os;

/** What a buffer needs from the operating system. Knows names, roles and bytes, nothing of rings. */
public interface OperatingSystem {
    BufferObjects buffers();

    /** The processes of this machine, as far as this one can see them. */
    Processes processes();
}
