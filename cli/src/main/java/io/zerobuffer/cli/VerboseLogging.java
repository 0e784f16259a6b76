package io.zerobuffer.cli;

import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Every log record of this project on standard error, one line each. */
final class VerboseLogging {
    // Held here, because the log manager lets go of loggers nobody holds.
    private static final Logger PROJECT = Logger.getLogger("io.zerobuffer");

    private VerboseLogging() {}

    static void enable() {
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
        ConsoleHandler handler = new ConsoleHandler();
        handler.setLevel(Level.ALL);
        PROJECT.setUseParentHandlers(false);
        PROJECT.addHandler(handler);
        PROJECT.setLevel(Level.ALL);
    }
}
