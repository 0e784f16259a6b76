package io.zerobuffer.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * On which processors the two processes of a pair run.
 *
 * @param processors that of the near side and that of the far side; empty where they are left to the system
 */
record Pinning(List<Integer> processors, String description) {
    private static final Path PROCESSORS = Path.of("/sys/devices/system/cpu");

    static Pinning none() {
        return new Pinning(List.of(), "not pinned");
    }

    /** One processor each: the first two of those this process may use. */
    static Pinning oneEach() throws IOException {
        List<Integer> allowed = allowedProcessors();
        if (allowed.size() < 2) {
            throw new IOException(
                    "pinning needs two processors, and this process may use " + allowed + "; --unpinned does without");
        }
        int near = allowed.get(0);
        int far = allowed.get(1);
        return new Pinning(
                List.of(near, far),
                "pinned with taskset, near side to CPU " + near + ", far side to CPU " + far
                        + relation(PROCESSORS, near, far));
    }

    /** What the system says of two processors other than two equal cores of one socket; it tells a guest little. */
    static String relation(Path processors, int one, int other) {
        if (differ(processors, one, other, "topology/physical_package_id")) {
            return ", which are on two sockets";
        }
        String siblings = fact(processors, one, "topology/thread_siblings_list");
        if (!siblings.isEmpty() && parse(siblings).contains(other)) {
            return ", which are two threads of one core";
        }
        return differ(processors, one, other, "cpu_capacity") ? ", which are cores of two kinds" : "";
    }

    private static boolean differ(Path processors, int one, int other, String name) {
        return !fact(processors, one, name).equals(fact(processors, other, name));
    }

    private static String fact(Path processors, int processor, String name) {
        try {
            return Files.readString(processors.resolve("cpu" + processor).resolve(name))
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** What the command of the near side begins with. */
    List<String> near() {
        return taskset(0);
    }

    List<String> far() {
        return taskset(1);
    }

    private List<String> taskset(int side) {
        return processors.isEmpty()
                ? List.of()
                : List.of("taskset", "-c", processors.get(side).toString());
    }

    private static List<Integer> allowedProcessors() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("Cpus_allowed_list:")) {
                return parse(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        throw new IOException("/proc/self/status does not tell Cpus_allowed_list");
    }

    /** A list such as {@code 0-3,8}. */
    static List<Integer> parse(String list) {
        List<Integer> processors = new ArrayList<>();
        for (String range : list.split(",")) {
            String[] ends = range.split("-");
            for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
                processors.add(i);
            }
        }
        return processors;
    }
}
