package io.zerobuffer.internal.os.linux;

import io.zerobuffer.internal.os.Processes;
import io.zerobuffer.internal.os.posix.Libc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Processes as /proc and kill(2) show them. */
final class LinuxProcesses implements Processes {
    /** The largest pid_max there can be, linux/threads.h. */
    private static final long PID_MAX = 1 << 22;

    // proc(5), /proc/pid/stat: counted from the field behind the command's name, which may hold blanks and parentheses
    // itself.
    private static final int STATE = 0;
    private static final int START_TIME = 19;

    /** The start of a process is told in ticks of 10 ms, counted from a boot time known to the second. */
    private static final Duration START_TIME_ERROR = Duration.ofSeconds(2);

    private static final Path PROC = Path.of("/proc");

    private final long ownPid = ProcessHandle.current().pid();

    @Override
    public long ownPid() {
        return ownPid;
    }

    @Override
    public long startTime(long pid) {
        if (pid <= 0 || pid > PID_MAX) {
            return NOT_THERE;
        }
        try {
            String stat =
                    new String(Files.readAllBytes(Path.of("/proc/" + pid + "/stat")), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", START_TIME + 2);
            boolean dead = fields[STATE].equals("Z") || fields[STATE].equals("X");
            return dead ? NOT_THERE : Long.parseLong(fields[START_TIME]);
        } catch (IOException gone) {
            // Gone, or hidden from other users (hidepid).
            return Libc.isThere(pid) ? HIDDEN : NOT_THERE;
        }
    }

    @Override
    public boolean wasThereAt(long pid, Instant instant) {
        return startTime(pid) != NOT_THERE
                && ProcessHandle.of(pid)
                        .flatMap(process -> process.info().startInstant())
                        .map(start -> start.minus(START_TIME_ERROR).isBefore(instant))
                        .orElse(true);
    }

    @Override
    public LongStream knownAs(long pid) {
        if (!Sight.SHOWS_THIS_NAMESPACE || pid <= 0 || pid > PID_MAX) {
            return LongStream.empty();
        }
        return Stream.of(LongStream.of(pid), Stream.of(PROC).flatMapToLong(LinuxProcesses::others))
                .flatMapToLong(processes -> processes)
                .filter(process -> process != ownPid && isKnownAs(process, pid));
    }

    private static LongStream others(Path directory) {
        try (Stream<Path> processes = Files.list(directory)) {
            return LongStream.of(processes
                    .map(process -> process.getFileName().toString())
                    .filter(file -> Character.isDigit(file.charAt(0)))
                    .mapToLong(Long::parseLong)
                    .toArray());
        } catch (IOException hidden) {
            return LongStream.empty();
        }
    }

    @Override
    public boolean seesAll() {
        return Sight.IS_COMPLETE;
    }

    /**
     * Whether a process sees itself under an id: the last one of those it has in the namespaces it belongs to, from
     * this one inwards.
     */
    private static boolean isKnownAs(long process, long pid) {
        String suffix = "\t" + pid;
        try (Stream<String> lines = Files.lines(PROC.resolve(process + "/status"), StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.startsWith("NSpid:") && line.endsWith(suffix));
        } catch (IOException | UncheckedIOException gone) {
            return false;
        }
    }

    /** What /proc shows this process, which does not change. */
    private static final class Sight {
        /** The first PID namespace, to which all others are visible; linux/nsfs.h, PID_NS_INIT_INO. */
        private static final String FIRST_NAMESPACE = "pid:[" + 0xEFFFFFFCL + "]";

        /** Not where a container was given the /proc of its host. */
        static final boolean SHOWS_THIS_NAMESPACE =
                isLink("self", Long.toString(ProcessHandle.current().pid()));

        /**
         * /proc may be mounted so that it hides other users' processes (hidepid); process 1 is another user's where
         * that matters.
         */
        static final boolean IS_COMPLETE =
                SHOWS_THIS_NAMESPACE && isLink("self/ns/pid", FIRST_NAMESPACE) && isKnownAs(1, 1);

        private static boolean isLink(String name, String target) {
            try {
                return Files.readSymbolicLink(PROC.resolve(name)).toString().equals(target);
            } catch (IOException | UnsupportedOperationException hidden) {
                return false;
            }
        }
    }
}
