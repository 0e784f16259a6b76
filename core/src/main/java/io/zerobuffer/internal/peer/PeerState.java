package io.zerobuffer.internal.peer;

/** What can be told of the life of a peer. */
public enum PeerState {
    ALIVE,
    /** Proven: the kernel took back what it held, or its process was seen here and is gone. */
    DEAD,
    /** Neither: it may be in another PID namespace, where its process id is that of somebody else or of nobody here. */
    UNKNOWN
}
