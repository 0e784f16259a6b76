package io.zerobuffer.benchmarks;

import io.zerobuffer.testkit.Java;
import java.util.ArrayList;
import java.util.List;

/** How the JVMs of all Java peers are started: alike. */
final class Jvm {
    /**
     * A pinned JVM sees one processor; it is told of both, so that what a library decides by their number is what it
     * would be unpinned.
     */
    static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xms128m",
            "-Xmx512m",
            "-XX:+AlwaysPreTouch",
            "-XX:ActiveProcessorCount=2",
            "--enable-native-access=ALL-UNNAMED");

    private Jvm() {}

    static List<String> command(List<String> more) {
        List<String> command = new ArrayList<>();
        command.add(Java.program());
        command.addAll(OPTIONS);
        command.addAll(more);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        return command;
    }
}
