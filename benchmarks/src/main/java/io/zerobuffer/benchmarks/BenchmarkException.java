package io.zerobuffer.benchmarks;

import java.io.Serial;

/** A measurement that failed, and why. */
final class BenchmarkException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    BenchmarkException(String message) {
        super(message);
    }

    BenchmarkException(String message, Throwable cause) {
        super(message, cause);
    }
}
