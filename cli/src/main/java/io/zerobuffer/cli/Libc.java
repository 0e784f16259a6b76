package io.zerobuffer.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Writing to a descriptor, as the C library does it. */
final class Libc {
    /** Bytes that a pipe with room takes without waiting; limits.h. */
    static final int PIPE_BUF = 4096;

    // asm-generic/errno-base.h
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;

    // poll.h: struct pollfd is an int, the descriptor, and two shorts, events wished for and found.
    private static final long POLLFD_SIZE = 8;
    private static final long POLLFD_EVENTS = 4;
    private static final short POLLOUT = 4;
    private static final long POLL_MILLIS = 100;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    /** Of the shape that the library has too, because a second shape takes its time; surplus arguments do no harm. */
    private static final MethodHandle CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG), Linker.Option.captureCallState("errno"));

    private static final MemorySegment WRITE = function("write");
    private static final MemorySegment POLL = function("poll");

    private Libc() {}

    /**
     * Waits up to a tenth of a second for room, and writes.
     *
     * @param bytes native memory of less than 2 GiB
     * @return how many bytes were written; 0 if there was no room
     * @throws IOException with the system's text, such as "Broken pipe"
     */
    static int write(int descriptor, MemorySegment bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment wish = arena.allocate(POLLFD_SIZE, Integer.BYTES);
            wish.set(ValueLayout.JAVA_INT, 0, descriptor);
            wish.set(ValueLayout.JAVA_SHORT, POLLFD_EVENTS, POLLOUT);
            if ((int) call(POLL, state, wish.address(), 1, POLL_MILLIS) == 0) {
                return 0;
            }
            long written = call(WRITE, state, descriptor, bytes.address(), bytes.byteSize());
            if (written >= 0) {
                return (int) written;
            }
            int errno = state.get(ValueLayout.JAVA_INT, ERRNO);
            if (errno == EINTR || errno == EAGAIN) {
                return 0;
            }
            MemorySegment text = MemorySegment.ofAddress(call(function("strerror"), state, errno, 0, 0));
            throw new IOException(text.reinterpret(Long.MAX_VALUE).getString(0));
        }
    }

    private static long call(MemorySegment function, MemorySegment state, long a, long b, long c) {
        try {
            return (long) CALL.invokeExact(function, state, a, b, c, 0L, 0L, 0L);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new AssertionError("a downcall throws nothing checked", failure);
        }
    }

    private static MemorySegment function(String name) {
        return LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
    }
}
