package io.zerobuffer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts this program once more, with the same Java, the same options and the same classes. */
final class OwnProcess {
    private OwnProcess() {}

    /** Standard input and output are pipes to the caller, standard error is the caller's. */
    static Process start(String... arguments) throws IOException {
        List<String> command = javaCommand();
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<String> javaCommand() {
        ProcessHandle.Info self = ProcessHandle.current().info();
        List<String> command = new ArrayList<>();
        if (self.command().isPresent() && self.arguments().isPresent()) {
            List<String> arguments = List.of(self.arguments().get());
            int jar = arguments.indexOf("-jar") + 1;
            int program = jar > 0 ? jar : arguments.indexOf(Main.class.getName());
            if (program >= 0) {
                command.add(self.command().get());
                arguments.subList(0, program + 1).stream()
                        .filter(option -> !option.startsWith(StandardOutput.OPTION))
                        .forEach(command::add);
                return command;
            }
        }
        // The operating system does not tell very long command lines.
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        return command;
    }
}
