package io.zerobuffer.cli;

import picocli.CommandLine.Option;

/** How a run tells what it does. */
final class ResultOptions {
    @Option(names = "--json-output", description = "Print the result as one line of JSON.")
    private boolean json;

    @Option(
            names = {"-v", "--verbose"},
            description = "Log to standard error what happens.")
    private boolean verbose;

    boolean json() {
        return json;
    }

    /** To be called before the first log record. */
    void configureLogging() {
        if (verbose) {
            VerboseLogging.enable();
        }
    }
}
