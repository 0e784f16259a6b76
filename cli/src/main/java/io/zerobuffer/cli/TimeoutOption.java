package io.zerobuffer.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long a run waits for the other side. */
class TimeoutOption {
    private static final Duration NONE = Duration.ofDays(365);

    @Option(
            names = "--timeout-ms",
            paramLabel = "MS",
            defaultValue = "5000",
            converter = NotNegative.class,
            description =
                    "How long to wait for what the other side does: for a frame or an answer, or for space; 0: for"
                            + " ever (default: ${DEFAULT-VALUE}).")
    private long timeoutMillis;

    final long millis() {
        return timeoutMillis;
    }

    final Duration timeout() {
        return timeoutMillis == 0 ? NONE : Duration.ofMillis(timeoutMillis);
    }
}
