package io.zerobuffer.stress;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** kill(2). Unlike {@link Process#destroyForcibly} it can stop a process too, and end the one that calls it. */
final class Signals {
    static final int KILL = 9;
    static final int CONTINUE = 18;
    static final int STOP = 19;

    private static final MethodHandle SEND = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().find("kill").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private Signals() {}

    static void send(long pid, int signal) {
        try {
            int ignored = (int) SEND.invokeExact((int) pid, signal);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
