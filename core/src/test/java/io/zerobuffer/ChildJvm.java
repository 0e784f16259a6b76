package io.zerobuffer;

import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.Java;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of these tests in JVMs of their own. */
public final class ChildJvm {
    private ChildJvm() {}

    public static ChildProcess start(List<String> options, Class<?> program, String... arguments) throws IOException {
        List<String> jvmOptions = new ArrayList<>(options);
        jvmOptions.add("--enable-native-access=ALL-UNNAMED");
        return ChildProcess.start(new ProcessBuilder(command(jvmOptions, program, arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT));
    }

    static List<String> command(List<String> options, Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Java.program()));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Not where the classes came from: those of the library and of its tests are one module, of the same place. */
    private static String classPath() {
        return Path.of("target", "classes").toAbsolutePath()
                + File.pathSeparator
                + Path.of("target", "test-classes").toAbsolutePath()
                + File.pathSeparator
                + Java.classPathOf(Eventually.class);
    }

    /**
     * A writer that has written that many frames of 8 bytes, which hold 1, 2 and so on, when this returns, and then
     * stays.
     */
    public static ChildProcess writer(String bufferName, int frames) throws IOException {
        ChildProcess writer = start(List.of(), WriterProgram.class, bufferName, Integer.toString(frames));
        if (!"written".equals(writer.readLine())) {
            writer.close();
            throw new IllegalStateException("the writer process failed");
        }
        return writer;
    }

    /** Writes and waits to be killed. */
    static final class WriterProgram {
        private WriterProgram() {}

        public static void main(String[] args) throws IOException {
            try (Writer writer = Writer.connect(args[0])) {
                for (long i = 1; i <= Integer.parseInt(args[1]); i++) {
                    long value = i;
                    writer.write(Long.BYTES, claim -> claim.putLong(0, value));
                }
                System.out.println("written");
                System.in.read();
            }
        }
    }
}
