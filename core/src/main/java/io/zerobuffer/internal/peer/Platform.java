package io.zerobuffer.internal.peer;

import io.zerobuffer.errors.NativeAccessDeniedException;
import io.zerobuffer.errors.UnsupportedPlatformException;
import io.zerobuffer.internal.os.OperatingSystem;
import io.zerobuffer.internal.os.linux.LinuxOperatingSystem;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Set;

/** The one place where the operating system is chosen. */
public final class Platform {
    private static final Set<String> PROCESSORS = Set.of("amd64", "x86_64", "aarch64");

    private Platform() {}

    public static OperatingSystem operatingSystem(String bufferName) {
        String system = System.getProperty("os.name");
        String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        if (!system.equals("Linux") || !PROCESSORS.contains(processor)) {
            throw new UnsupportedPlatformException(bufferName, system + " on " + processor);
        }
        requireNativeAccess(bufferName);
        return LinuxOperatingSystem.INSTANCE;
    }

    /**
     * Asked before a class of the system's layer is initialised: one that failed in that is lost until the JVM ends.
     */
    private static void requireNativeAccess(String bufferName) {
        try {
            MemorySegment.NULL.reinterpret(0);
        } catch (IllegalCallerException denied) {
            Module module = Platform.class.getModule();
            String grantee = module.isNamed() ? module.getName() : "ALL-UNNAMED";
            NativeAccessDeniedException exception =
                    new NativeAccessDeniedException(bufferName, "--enable-native-access=" + grantee);
            exception.initCause(denied);
            throw exception;
        }
    }
}
