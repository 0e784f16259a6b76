package io.zerobuffer.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long a run waits for the other side to appear, and then for what it does. */
final class WaitOptions extends TimeoutOption {
    @Option(
            names = "--wait-ms",
            paramLabel = "MS",
            defaultValue = "10000",
            converter = NotNegative.class,
            description = "How long to wait for the buffer or channel to be there; 0: one attempt (default:"
                    + " ${DEFAULT-VALUE}).")
    private long waitMillis;

    long waitMillis() {
        return waitMillis;
    }

    Duration connectTimeout() {
        return Duration.ofMillis(waitMillis);
    }
}
