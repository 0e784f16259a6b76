package io.zerobuffer.cli;

import picocli.CommandLine.IVersionProvider;

/** The line of {@code --version}. */
final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {line()};
    }

    static String line() {
        String built = Main.class.getPackage().getImplementationVersion();
        return "zerobuffer " + (built == null ? "(not packaged)" : built) + ", protocol 1.0.0, Java "
                + Runtime.version();
    }
}
