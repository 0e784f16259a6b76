package io.zerobuffer.cli;

import io.zerobuffer.errors.InvalidBufferNameException;

/** What the process says to the shell when it ends. */
final class ExitStatus {
    static final int DONE = 0;
    static final int NOT_CONNECTED = 1;
    static final int FAILED = 2;
    static final int USAGE = 3;
    static final int NOT_VERIFIED = 4;

    private ExitStatus() {}

    /** A buffer that could not be created or connected to; an illegal name is the caller's mistake. */
    static int notConnected(RuntimeException failure) {
        return failure instanceof InvalidBufferNameException ? USAGE : NOT_CONNECTED;
    }
}
