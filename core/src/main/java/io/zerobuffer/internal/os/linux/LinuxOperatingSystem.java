package io.zerobuffer.internal.os.linux;

import io.zerobuffer.internal.os.BufferObjects;
import io.zerobuffer.internal.os.OperatingSystem;
import io.zerobuffer.internal.os.Processes;

/** Linux, with glibc or musl. */
public final class LinuxOperatingSystem implements OperatingSystem {
    public static final LinuxOperatingSystem INSTANCE = new LinuxOperatingSystem();

    private final BufferObjects buffers = new LinuxBuffers();
    private final Processes processes = new LinuxProcesses();

    private LinuxOperatingSystem() {}

    @Override
    public BufferObjects buffers() {
        return buffers;
    }

    @Override
    public Processes processes() {
        return processes;
    }
}
