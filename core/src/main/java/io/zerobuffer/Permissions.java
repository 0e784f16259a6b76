package io.zerobuffer;

import io.zerobuffer.internal.os.Access;

/** Who may use a buffer: its memory, semaphores and lock file, whatever the umask. */
public enum Permissions {
    /** Processes of the user that creates the buffer; mode 0600 on Linux. The default. */
    OWNER(Access.OWNER),
    /** The group of the creating process too; mode 0660 on Linux. */
    GROUP(Access.GROUP),
    /** Every user of the machine; mode 0666 on Linux. */
    EVERYONE(Access.EVERYONE);

    private final Access access;

    Permissions(Access access) {
        this.access = access;
    }

    Access access() {
        return access;
    }
}
