package io.zerobuffer.internal.os;

/**
 * Who is there in a role, as every process sees it that uses the buffer, in whatever PID namespace. It guards nothing:
 * the system gives the role back when the process dies that has taken it, and so shows that it lived.
 */
public interface Presence {
    /**
     * Takes a role.
     *
     * @return false when another has it, or this is closed
     * @throws OsException UNSUPPORTED where the system cannot show it
     */
    boolean take(Role role) throws OsException;

    void giveUp(Role role);

    /** Whether another has taken a role. */
    boolean isTaken(Role role);
}
