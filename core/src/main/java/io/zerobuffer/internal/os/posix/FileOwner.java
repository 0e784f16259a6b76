package io.zerobuffer.internal.os.posix;

import io.zerobuffer.internal.os.Access;
import io.zerobuffer.internal.os.Owner;

/** The user and the group of a file. */
record FileOwner(long user, long group) implements Owner {
    private static final long ROOT = 0;

    @Override
    public boolean isAmong(Access whom) {
        return whom == Access.EVERYONE
                || user == ROOT
                || user == Integer.toUnsignedLong(Libc.effectiveUser())
                || whom == Access.GROUP && Libc.isInGroup((int) group);
    }

    @Override
    public String toString() {
        return "it belongs to uid " + user + ", gid " + group;
    }
}
