package io.zerobuffer.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a run tells what it does, and what is wrong with its arguments. */
final class ResultOptions {
    @Option(names = "--json-output", description = "Print the result as one line of JSON.")
    private boolean json;

    @Option(
            names = {"-v", "--verbose"},
            description = "Log to standard error what happens.")
    private boolean verbose;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    boolean json() {
        return json;
    }

    /** To be called before the first log record. */
    void configureLogging() {
        if (verbose) {
            VerboseLogging.enable();
        }
    }

    ParameterException mistake(@Nullable String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
