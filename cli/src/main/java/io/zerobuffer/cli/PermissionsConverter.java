package io.zerobuffer.cli;

import io.zerobuffer.Permissions;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Permissions as an octal mode. */
final class PermissionsConverter implements ITypeConverter<Permissions> {
    @Override
    public Permissions convert(String text) {
        for (Permissions permissions : Permissions.values()) {
            if (text.matches("0*" + mode(permissions))) {
                return permissions;
            }
        }
        throw new TypeConversionException("'" + text + "' is not one of 0600, 0660, 0666");
    }

    private static String mode(Permissions permissions) {
        return switch (permissions) {
            case OWNER -> "600";
            case GROUP -> "660";
            case EVERYONE -> "666";
        };
    }
}
