package io.zerobuffer.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A count, or a time in milliseconds. */
final class NotNegative implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not a whole number");
        }
        if (number < 0) {
            throw new TypeConversionException("counts and times cannot be negative, as '" + text + "' is");
        }
        return number;
    }
}
