package io.zerobuffer.internal.os;

/** Whose processes may use an object of a buffer, whatever the umask. */
public enum Access {
    OWNER(0600),
    GROUP(0660),
    EVERYONE(0666);

    private final int mode;

    Access(int mode) {
        this.mode = mode;
    }

    /** The permission bits, as chmod(2) takes them. */
    public int mode() {
        return mode;
    }
}
