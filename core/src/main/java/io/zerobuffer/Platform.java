package io.zerobuffer;

import io.zerobuffer.errors.UnsupportedPlatformException;
import io.zerobuffer.os.OperatingSystem;
import io.zerobuffer.os.linux.LinuxOperatingSystem;
import java.util.Locale;
import java.util.Set;

/** The one place where the operating system is chosen. */
final class Platform {
    private static final Set<String> PROCESSORS = Set.of("amd64", "x86_64", "aarch64");

    private Platform() {}

    static OperatingSystem operatingSystem(BufferName name) {
        String system = System.getProperty("os.name");
        String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        if (system.equals("Linux") && PROCESSORS.contains(processor)) {
            return LinuxOperatingSystem.INSTANCE;
        }
        throw new UnsupportedPlatformException(name.value(), system + " on " + processor);
    }
}
