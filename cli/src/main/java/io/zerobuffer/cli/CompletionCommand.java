package io.zerobuffer.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Completion for interactive shells. */
@Command(
        name = "generate-completion",
        description = "Print a completion script for bash and zsh; to use it at once: source <(zerobuffer"
                + " generate-completion)")
final class CompletionCommand implements Callable<Integer> {
    @Mixin
    private final HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        StandardOutput.stream()
                .print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
        StandardOutput.stream().flush();
        return ExitStatus.DONE;
    }
}
