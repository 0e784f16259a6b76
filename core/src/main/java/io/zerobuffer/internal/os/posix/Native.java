package io.zerobuffer.internal.os.posix;

import io.zerobuffer.internal.os.OsException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * How functions of the C library are found and called.
 *
 * <p>Each new shape of downcall handle costs about 10 ms at start-up, each further handle of a known shape next to
 * nothing. So the rare calls share two unbound shapes in which every argument is a 64-bit integer: in the calling
 * conventions of x86-64 and aarch64 an int or a pointer travels in the same register as a long, and surplus argument
 * registers are ignored. Results are cut to the C type. Calls that may block take the semaphore as a segment, which
 * keeps its arena open meanwhile.
 */
public final class Native {
    public static final Linker LINKER = Linker.nativeLinker();

    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MethodHandle CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG), Linker.Option.captureCallState("errno"));
    private static final MethodHandle VARIADIC_CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(2));

    /**
     * One shape for all that works on a semaphore: it is passed as a segment, which keeps its arena open meanwhile.
     * Never critical: it may block, and a garbage collection would wait for it.
     */
    private static final MethodHandle SEMAPHORE_CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, LONG, LONG),
            Linker.Option.captureCallState("errno"));

    private Native() {}

    /** What a call answered, and the error number it left. */
    public record Result(long value, int errno) {
        /** An int -1 fills only the lower half of the register; no address or descriptor has that half all ones. */
        public boolean isMinusOne() {
            return (int) value == -1;
        }

        long succeeded(String call, String object) throws OsException {
            if (isMinusOne()) {
                throw Errno.failure(call, object, errno);
            }
            return value;
        }

        /** Whether the call answered 0; false if it failed with the error number expected. */
        public boolean succeededUnless(int expectedErrno, String call, String object) throws OsException {
            if ((int) value == 0) {
                return true;
            }
            if (errno != expectedErrno) {
                throw Errno.failure(call, object, errno);
            }
            return false;
        }
    }

    public static Result call(
            Arena arena, MemorySegment function, long a, long b, long c, long d, long e, long f) {
        MemorySegment state = arena.allocate(STATE);
        try {
            long value = (long) CALL.invokeExact(function, state, a, b, c, d, e, f);
            return new Result(value, (int) ERRNO.get(state, 0L));
        } catch (Throwable failure) {
            throw rethrow(failure);
        }
    }

    /** Calls a function whose arguments from the third on are variadic. */
    public static Result callVariadic(
            Arena arena, MemorySegment function, long a, long b, long c, long d, long e) {
        MemorySegment state = arena.allocate(STATE);
        try {
            long value = (long) VARIADIC_CALL.invokeExact(function, state, a, b, c, d, e);
            return new Result(value, (int) ERRNO.get(state, 0L));
        } catch (Throwable failure) {
            throw rethrow(failure);
        }
    }

    public static int semaphoreCall(MemorySegment function, MemorySegment semaphore, long a, long b) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) SEMAPHORE_CALL.invokeExact(function, arena.allocate(STATE), semaphore, a, b);
        } catch (Throwable failure) {
            throw rethrow(failure);
        }
    }

    public static RuntimeException rethrow(Throwable failure) {
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw new AssertionError("a downcall throws nothing checked", failure);
    }

    public static MemorySegment required(String function) {
        return optional(function).orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + function));
    }

    public static Optional<MemorySegment> optional(String function) {
        Optional<MemorySegment> found = LINKER.defaultLookup().find(function);
        // Before glibc 2.34 shm_open and the semaphores live in libraries of their own.
        return found.or(() -> find("librt.so.1", function)).or(() -> find("libpthread.so.0", function));
    }

    private static Optional<MemorySegment> find(String library, String function) {
        try {
            return SymbolLookup.libraryLookup(library, Arena.global()).find(function);
        } catch (IllegalArgumentException noSuchLibrary) {
            return Optional.empty();
        }
    }
}
