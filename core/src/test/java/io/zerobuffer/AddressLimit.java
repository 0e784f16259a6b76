package io.zerobuffer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A limit of this process's addresses (RLIMIT_AS), for a moment: the system then refuses what is larger than what is
 * left.
 */
public final class AddressLimit {
    private AddressLimit() {}

    /** Runs an action while no more than so many bytes can be mapped in addition. */
    public static void leaving(long bytes, Runnable action) {
        String limit = prlimit("--noheadings", "--output", "SOFT", "--as");
        prlimit("--as=" + (mappedBytes() + bytes) + ":");
        try {
            action.run();
        } finally {
            prlimit("--as=" + limit + ":");
        }
    }

    /** Asks for or sets a limit of this process; answers what was printed. */
    private static String prlimit(String... arguments) {
        String pid = Long.toString(ProcessHandle.current().pid());
        List<String> command = new ArrayList<>(List.of("prlimit", "--pid", pid));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new AssertionError(printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static long mappedBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            String size =
                    lines.filter(line -> line.startsWith("VmSize:")).findFirst().orElseThrow();
            return Long.parseLong(size.replaceAll("\\D", "")) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
