package io.zerobuffer.internal.os.posix;

import io.zerobuffer.internal.os.Access;

/** Permission bits, as chmod(2) takes them. */
public final class Modes {
    private Modes() {}

    public static int of(Access access) {
        return switch (access) {
            case OWNER -> 0600;
            case GROUP -> 0660;
            case EVERYONE -> 0666;
        };
    }
}
