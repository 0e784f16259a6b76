package io.zerobuffer.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command without a name: help, version, and the way to the others. */
@Command(
        name = "zerobuffer",
        description = "Frames from process to process through shared memory (ZeroBuffer protocol v1).",
        versionProvider = VersionText.class,
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExit status:%n",
        footer = {
            "  0  done",
            "  1  could not connect to the buffer or channel, or could not create it",
            "  2  reading or writing failed or timed out, the other side died, or a request got no answer",
            "  3  bad arguments",
            "  4  verification failed",
            "  130, 143  stopped by SIGINT or SIGTERM before the frames or answers asked for had gone through",
            "%nSizes take B, KB, MB or GB (powers of 1024).",
            "Completion: source <(zerobuffer generate-completion)"
        })
final class RootCommand implements Callable<Integer> {
    @Mixin
    private final HelpOption help = new HelpOption();

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    private boolean version;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "which command? write, read, relay, serve, call, demo, announce-parse");
    }
}
