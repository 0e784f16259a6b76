package io.zerobuffer.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of bytes as people write it: 4096, 64KB, 256 MB, 1GB; the units are powers of 1024.
 *
 * @param text as it was written, which is how a default is shown
 */
record ByteSize(long bytes, String text) {
    private static final Pattern FORM = Pattern.compile("(\\d+)\\s*(B|KB|MB|GB)?", Pattern.CASE_INSENSITIVE);

    static ByteSize of(String text) {
        return new ByteSize(parse(text), text);
    }

    static long parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is not a size; write a whole number, optionally followed by B, KB, MB or GB");
        }
        try {
            return Math.multiplyExact(Long.parseLong(form.group(1)), unit(form.group(2)));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new TypeConversionException(
                    "'" + text + "' is more than the largest size, " + Long.MAX_VALUE + " bytes");
        }
    }

    private static long unit(String name) {
        return switch (name == null ? "B" : name.toUpperCase(Locale.ROOT)) {
            case "KB" -> 1L << 10;
            case "MB" -> 1L << 20;
            case "GB" -> 1L << 30;
            default -> 1;
        };
    }

    @Override
    public String toString() {
        return text;
    }

    static final class Converter implements ITypeConverter<ByteSize> {
        @Override
        public ByteSize convert(String text) {
            return of(text);
        }
    }
}
