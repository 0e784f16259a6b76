package io.zerobuffer.internal.os;

import java.time.Instant;
import java.util.stream.LongStream;

/** Processes, by the ids this process sees them under. */
public interface Processes {
    /** What {@link #startTime} answers for a process that is not there, or is dead and not yet reaped. */
    long NOT_THERE = -1;

    /** What {@link #startTime} answers for a process that lives but hides when it started. */
    long HIDDEN = 0;

    long ownPid();

    /**
     * When the process started, in a unit of the system's own that only serves comparison; or {@link #NOT_THERE} or
     * {@link #HIDDEN}.
     */
    long startTime(long pid);

    /** Whether the process lives and had started by then; true when its start cannot be told. */
    boolean wasThereAt(long pid, Instant instant);

    /**
     * Other processes that see themselves under this id, by the ids this process sees them under: first one of its own
     * PID namespace, then those of namespaces below it, for which every process is looked at. To be closed.
     */
    LongStream knownAs(long pid);

    /**
     * Whether this process sees every process of the machine: then one that {@link #knownAs} does not find is not
     * there.
     */
    boolean seesAll();
}
