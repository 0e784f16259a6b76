package io.zerobuffer.internal.peer;

import io.zerobuffer.errors.InvalidBufferNameException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A name that a buffer can have on this system.
 *
 * @param value the name as the user gave it
 */
public record BufferName(String value) {
    public BufferName {
        Objects.requireNonNull(value, "name");
        if (value.isEmpty()) {
            throw new InvalidBufferNameException(value, "it is empty");
        }
        if (value.indexOf('\0') >= 0) {
            throw new InvalidBufferNameException(value, "it contains the character 0 at index " + value.indexOf('\0'));
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new InvalidBufferNameException(value, "it contains half of a surrogate pair");
        }
        String refusal = Platform.operatingSystem(value).buffers().refusal(value);
        if (refusal != null) {
            throw new InvalidBufferNameException(value, refusal);
        }
    }
}
