package io.zerobuffer.jcstress;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory outside the heap, as a mapping is, cut from blocks that the garbage collector frees. */
final class Memory implements Arena {
    private static final long BLOCK = 1 << 20;
    private static final int ALIGNMENT = 64;
    private static final ThreadLocal<Memory> OF_THIS_THREAD = ThreadLocal.withInitial(Memory::new);

    private MemorySegment block = MemorySegment.NULL;
    private long used;

    private Memory() {}

    static Memory ofThisThread() {
        return OF_THIS_THREAD.get();
    }

    /** Zeroed, as all memory of an arena, and on a cache line of its own. */
    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        if (byteSize > block.byteSize() - used) {
            block = Arena.ofAuto().allocate(BLOCK, ALIGNMENT);
            used = 0;
        }
        MemorySegment piece = block.asSlice(used, byteSize);
        used += (byteSize + ALIGNMENT - 1) & -ALIGNMENT;
        return piece;
    }

    @Override
    public MemorySegment.Scope scope() {
        return block.scope();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("the garbage collector frees it");
    }
}
