package io.zerobuffer.cli;

import java.time.Duration;

/** A time limit as it is given on the command line, in milliseconds, 0 for none. */
final class Timeout {
    private static final Duration NONE = Duration.ofDays(365);

    private Timeout() {}

    static Duration ofMillis(long millis) {
        return millis == 0 ? NONE : Duration.ofMillis(millis);
    }
}
