package io.zerobuffer.benchmarks;

import java.io.Serial;

/** A transport lost, repeated or changed a frame: nothing it measured counts. */
final class DamageException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    DamageException(String message) {
        super(message);
    }
}
