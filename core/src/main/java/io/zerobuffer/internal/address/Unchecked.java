package io.zerobuffer.internal.address;

import java.lang.foreign.MemorySegment;

/**
 * Access by address, for what is done with every frame: the checks of a mapped segment, about 18 instructions each,
 * were a third of all (docs/decisions/0011).
 *
 * <p>Nothing stops an access that goes wrong. So whoever uses this makes sure of what a segment would: that the address
 * lies inside a mapping, whatever a peer stored, and that the mapping stays. That is why
 * {@link io.zerobuffer.internal.os.SharedMemory#byAddress} exists.
 */
public final class Unchecked {
    /**
     * All memory: offsets in it are addresses. A constant, so that the compiler knows that there is nothing to check.
     */
    public static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Unchecked() {}
}
