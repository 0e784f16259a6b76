package io.zerobuffer.cli;

import io.zerobuffer.Permissions;
import io.zerobuffer.ReaderConfig;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The ring that a command creates. */
class RingOptions {
    @Option(
            names = "--payload-size",
            paramLabel = "SIZE",
            converter = ByteSize.Converter.class,
            description = "Size of the ring that is created (default: ${DEFAULT-VALUE}).")
    private ByteSize payloadSize;

    @Option(
            names = "--permissions",
            paramLabel = "MODE",
            defaultValue = "0600",
            converter = PermissionsConverter.class,
            description = "Who may write into it: 0600, 0660 or 0666 (default: ${DEFAULT-VALUE}).")
    private Permissions permissions;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    RingOptions(String defaultPayloadSize) {
        this.payloadSize = ByteSize.of(defaultPayloadSize);
    }

    /** @param more what else the command sets */
    final ReaderConfig config(UnaryOperator<ReaderConfig.Builder> more) {
        try {
            return more.apply(configured(ReaderConfig.builder())).build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage());
        }
    }

    ReaderConfig.Builder configured(ReaderConfig.Builder builder) {
        return builder.payloadSize(payloadSize.bytes()).permissions(permissions);
    }
}
