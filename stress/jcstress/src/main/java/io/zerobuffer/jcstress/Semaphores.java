package io.zerobuffer.jcstress;

import io.zerobuffer.internal.os.Signal;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Constructor;
import java.util.function.Supplier;

/**
 * Semaphores as glibc has them, on plain memory: the library opens them by name only, but millions of files would take
 * too long.
 */
final class Semaphores {
    private static final int SIZE = 32;
    private static final Constructor<?> CONSTRUCTOR = constructor();

    private Semaphores() {}

    /** A word of zeros: no token, no waiter. */
    static MemorySegment newWord() {
        return Memory.ofThisThread().allocate(SIZE);
    }

    static Signal on(MemorySegment word) {
        try {
            Supplier<MemorySegment> byAddress = () -> word;
            return (Signal) CONSTRUCTOR.newInstance("", word, byAddress, null, Memory.ofThisThread());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    static void addWaiter(MemorySegment word) {
        word.set(ValueLayout.JAVA_LONG, 0, word.get(ValueLayout.JAVA_LONG, 0) + (1L << 32));
    }

    static long waiters(MemorySegment word) {
        return word.get(ValueLayout.JAVA_LONG, 0) >>> 32;
    }

    private static Constructor<?> constructor() {
        try {
            Class<?> semaphore = Class.forName("io.zerobuffer.internal.os.linux.GlibcSemaphore");
            Constructor<?> constructor = semaphore.getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            return constructor;
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
