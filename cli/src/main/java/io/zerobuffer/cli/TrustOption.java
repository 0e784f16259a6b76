package io.zerobuffer.cli;

import io.zerobuffer.Permissions;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whose buffers a command writes into. */
final class TrustOption {
    @Option(
            names = "--trust",
            paramLabel = "WHOM",
            defaultValue = "owner",
            converter = Converter.class,
            description = "Whose buffers to write into: owner (this user's and root's), group or everyone "
                    + "(default: ${DEFAULT-VALUE}).")
    private Permissions users;

    Permissions users() {
        return users;
    }

    /** The names of the permissions in lower case. */
    static final class Converter implements ITypeConverter<Permissions> {
        @Override
        public Permissions convert(String text) {
            for (Permissions users : Permissions.values()) {
                if (users.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return users;
                }
            }
            throw new TypeConversionException("'" + text + "' is not one of owner, group, everyone");
        }
    }
}
