package io.zerobuffer;

import io.zerobuffer.internal.os.Access;

/** Who may use a buffer: the permission bits of its segment, semaphores and lock file, whatever the umask. */
public enum Permissions {
    /** Mode 0600: processes of the user that creates the buffer. The default. */
    OWNER(0600, Access.OWNER),
    /** Mode 0660: the group of the creating process too. */
    GROUP(0660, Access.GROUP),
    /** Mode 0666: every user of the machine. */
    EVERYONE(0666, Access.EVERYONE);

    private final int mode;
    private final Access access;

    Permissions(int mode, Access access) {
        this.mode = mode;
        this.access = access;
    }

    /** The permission bits, as chmod(2) takes them. */
    public int mode() {
        return mode;
    }

    Access access() {
        return access;
    }

    /**
     * The permissions with the given bits.
     *
     * @throws IllegalArgumentException if mode is none of 0600, 0660, 0666
     */
    public static Permissions ofMode(int mode) {
        for (Permissions permissions : values()) {
            if (permissions.mode() == mode) {
                return permissions;
            }
        }
        throw new IllegalArgumentException("mode " + Integer.toOctalString(mode) + " is none of 600, 660, 666");
    }
}
