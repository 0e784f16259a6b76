package io.zerobuffer.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** Time, processor time of the process and bytes allocated by the measuring thread, between two instants. */
final class Meter {
    /** The JDK's own figure of the process has steps of 10 ms. */
    private static final MethodHandle CLOCK_GETTIME = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().find("clock_gettime").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    /** bits/time.h of Linux. */
    private static final int CLOCK_PROCESS_CPUTIME_ID = 2;

    private static final MemorySegment TIMESPEC = Arena.global().allocate(2 * Long.BYTES, Long.BYTES);
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private long startNanos;
    private long startCpu;
    private long startAllocated;
    private long nanos;
    private long cpu;
    private long allocated;

    /** The first reading of each clock costs more than all later ones. */
    Meter() {
        start();
        stop();
    }

    void start() {
        startAllocated = THREADS.getCurrentThreadAllocatedBytes();
        startCpu = cpuTime();
        startNanos = System.nanoTime();
    }

    void stop() {
        nanos = System.nanoTime() - startNanos;
        cpu = cpuTime() - startCpu;
        allocated = THREADS.getCurrentThreadAllocatedBytes() - startAllocated;
    }

    long nanos() {
        return nanos;
    }

    long cpu() {
        return cpu;
    }

    long allocated() {
        return allocated;
    }

    private static synchronized long cpuTime() {
        try {
            if ((int) CLOCK_GETTIME.invokeExact(CLOCK_PROCESS_CPUTIME_ID, TIMESPEC) != 0) {
                throw new IllegalStateException("clock_gettime refuses CLOCK_PROCESS_CPUTIME_ID");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return TimeUnit.SECONDS.toNanos(TIMESPEC.get(ValueLayout.JAVA_LONG, 0))
                + TIMESPEC.get(ValueLayout.JAVA_LONG, Long.BYTES);
    }
}
