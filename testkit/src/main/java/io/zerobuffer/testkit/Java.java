package io.zerobuffer.testkit;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The Java that runs this program, for others that it starts. */
public final class Java {
    private Java() {}

    public static String program() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The directory or jar that a class was loaded from. */
    public static Path placeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A class path on which these classes are. */
    public static String classPathOf(Class<?>... types) {
        return Stream.of(types)
                .map(type -> placeOf(type).toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }
}
