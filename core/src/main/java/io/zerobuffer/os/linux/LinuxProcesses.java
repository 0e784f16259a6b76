package io.zerobuffer.os.linux;

import io.zerobuffer.os.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Processes as /proc and kill(2) show them. */
final class LinuxProcesses implements Processes {
    /** The largest pid_max there can be, linux/threads.h. */
    private static final long PID_MAX = 1 << 22;

    // proc(5), /proc/pid/stat: counted from the field behind the command's name, which may hold blanks and parentheses itself.
    private static final int STATE = 0;
    private static final int START_TIME = 19;

    /** The start of a process is told in ticks of 10 ms, counted from a boot time known to the second. */
    private static final Duration START_TIME_ERROR = Duration.ofSeconds(2);

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
            String stat = new String(Files.readAllBytes(Path.of("/proc/" + pid + "/stat")), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
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
}
