package io.zerobuffer.interop;

import io.zerobuffer.Reader;
import io.zerobuffer.cli.Main;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Java;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the programs of the suite are and how they are started. */
final class Programs {
    /** Maven says where the module is; an IDE starts tests in it. */
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    private Programs() {}

    static Path target() {
        return MODULE.resolve("target");
    }

    /** Where processes leave what they have to say besides their answers. */
    static Path logs() {
        return target().resolve("peer-logs");
    }

    static Path pythonPeer() {
        return MODULE.resolve("peers/python/peer.py");
    }

    /** What is written on published programs. */
    static Path published() {
        return MODULE.resolve("peers/published");
    }

    /** The C peer, compiled on first use. */
    static Path cPeer() {
        return CPeer.PROGRAM;
    }

    /** The command that runs the Java peer. */
    static List<String> javaPeer() {
        return java(Java.classPathOf(JavaPeer.class, Reader.class), JavaPeer.class);
    }

    /** The command that runs zerobuffer, without its arguments. */
    static List<String> zerobuffer() {
        return java(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), Main.class);
    }

    private static List<String> java(String classPath, Class<?> main) {
        return List.of(
                Java.program(),
                "--enable-native-access=ALL-UNNAMED",
                // Its file is named after the process id, which other PID namespaces give out too.
                "-XX:-UsePerfData",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // A crash must not look like an answer.
                "-XX:+DisplayVMOutputToStderr",
                "-XX:ErrorFile=" + logs().resolve("hs_err_pid%p.log"),
                "-cp",
                classPath,
                main.getName());
    }

    private static final class CPeer {
        static final Path PROGRAM = compile();

        private static Path compile() {
            Path program = target().resolve("peers/c/peer");
            try {
                Files.createDirectories(program.getParent());
                ProcessBuilder command = new ProcessBuilder(
                                "gcc",
                                "-std=gnu11",
                                "-O2",
                                "-Wall",
                                "-Wextra",
                                "-pthread",
                                "-o",
                                program.toString(),
                                MODULE.resolve("peers/c/peer.c").toString())
                        .redirectErrorStream(true);
                try (ChildProcess gcc = ChildProcess.start(command)) {
                    List<String> output = gcc.readLines();
                    if (gcc.exitStatus() != 0) {
                        throw new IllegalStateException("the C peer does not compile:\n" + String.join("\n", output));
                    }
                }
                return program;
            } catch (IOException e) {
                throw new UncheckedIOException("the conformance suite needs gcc", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
