package io.zerobuffer.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code zerobuffer}: runs one command and ends the process with its exit status. */
public final class Main {
    private static final List<Class<?>> COMMANDS = List.of(
            WriteCommand.class,
            ReadCommand.class,
            RelayCommand.class,
            ServeCommand.class,
            CallCommand.class,
            DemoCommand.class,
            DemoReaderCommand.class,
            DemoWriterCommand.class,
            AnnounceParseCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class,
            TrainingRunCommand.class);
    private static final Set<Class<?>> NEED_THE_OTHERS = Set.of(CompletionCommand.class, CommandLine.HelpCommand.class);

    private Main() {}

    /**
     * Runs a command, and ends with its status.
     *
     * @param arguments the command and its options
     */
    public static void main(String[] arguments) {
        if (List.of(arguments).equals(List.of("--version"))) {
            // Scripts ask this often, and need not wait for the parser to be loaded.
            StandardOutput.stream().println(VersionText.line());
            return;
        }
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        if (System.err.charset().equals(StandardCharsets.US_ASCII)) {
            // Names in messages would have question marks.
            System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        }
        try {
            String[] raw = RawArguments.of(arguments);
            CommandLine commandLine = commandLine(raw);
            commandLine.setOut(new PrintWriter(
                    StandardOutput.stream(), true, StandardOutput.stream().charset()));
            return commandLine.execute(raw);
        } catch (IOException e) {
            System.err.println("zerobuffer: " + e.getMessage());
            return ExitStatus.USAGE;
        }
    }

    static CommandLine commandLine(String... arguments) {
        CommandLine root = new CommandLine(new RootCommand());
        for (Class<?> command : neededFor(arguments)) {
            root.addSubcommand(command);
        }
        return root.setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setUsageHelpWidth(110)
                .setParameterExceptionHandler(Main::explainUsage)
                .setExecutionExceptionHandler(Main::explainFailure);
    }

    /**
     * All commands, or the one that is asked for by name: reading the options of the others takes as long as all the
     * rest of the start.
     */
    private static List<Class<?>> neededFor(String[] arguments) {
        String first = arguments.length == 0 ? "" : arguments[0];
        for (Class<?> command : COMMANDS) {
            Command names = command.getAnnotation(Command.class);
            if (names.name().equals(first) || List.of(names.aliases()).contains(first)) {
                return NEED_THE_OTHERS.contains(command) ? COMMANDS : List.of(command);
            }
        }
        return COMMANDS;
    }

    private static int explainUsage(CommandLine.ParameterException mistake, String[] arguments) {
        CommandLine command = mistake.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("zerobuffer: " + mistake.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(mistake, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return ExitStatus.USAGE;
    }

    private static int explainFailure(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        command.getErr().println("zerobuffer: " + RunResult.text(failure));
        command.getErr().flush();
        return ExitStatus.FAILED;
    }
}
