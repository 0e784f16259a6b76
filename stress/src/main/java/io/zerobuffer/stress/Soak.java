package io.zerobuffer.stress;

import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Streams for some minutes between two undisturbed Java processes; whoever reads the samples looks for a slope. */
final class Soak {
    private Soak() {}

    /** Returns whether both ended well and nothing is left. */
    static boolean run(double minutes) throws IOException, InterruptedException {
        String name = "zb-soak-" + ProcessHandle.current().pid();
        boolean ended;
        try (ChildProcess reader = start("reader", name, minutes);
                ChildProcess writer = start("writer", name, minutes)) {
            ended = writer.process().waitFor() == 0 & reader.process().waitFor() == 0;
        }
        List<Path> leftovers = TestBuffers.leftOf(name);
        System.out.println(
                ended && leftovers.isEmpty()
                        ? "ended well, nothing left behind"
                        : "NOT WELL, left behind: " + leftovers);
        return ended && leftovers.isEmpty();
    }

    private static ChildProcess start(String role, String name, double minutes) throws IOException {
        List<String> command = new ArrayList<>(Workshop.java());
        command.addAll(
                List.of("-cp", Workshop.classPath(), SoakSide.class.getName(), role, name, String.valueOf(minutes)));
        return ChildProcess.start(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT));
    }
}
